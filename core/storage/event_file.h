// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scalars as TensorBoard reads them: events.out.tfevents.* files of length- and CRC-framed protocol buffers
// (tensorboard: record_writer.py, event.proto, summary.proto).
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace secateur {

// CRC-32C (Castagnoli).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept;

class EventFile {
public:
    // A new file in `folder`; a resumed run goes on in a file of its own, as TensorBoard expects. Throws
    // OutOfDisk.
    explicit EventFile(const std::filesystem::path& folder);
    // One event with all `scalars` (tag, value) of a step; flushed, so that a killed run keeps it.
    void add(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars);
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    void writeRecord(const std::string& event);
    std::filesystem::path path_;
    std::ofstream out_;
    bool started_ = false;
};

}  // namespace secateur
