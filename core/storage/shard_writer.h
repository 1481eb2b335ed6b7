// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes one safetensors file tensor by tensor, although its header comes first and is known last: the first
// tensors are held in memory, and a file that outgrows that gets room for its header up front (the format
// allows blanks after it). Internal to storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/storage/checkpoint.h"
#include "core/storage/output_file.h"

namespace secateur {

struct ShardEntry {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t size = 0;  // bytes
};
// Length prefix and header of a file that holds the tensors one after the other; padded with blanks to a
// multiple of 8 bytes, and to `room` bytes of header at least.
[[nodiscard]] std::string safetensorsHeader(const std::vector<ShardEntry>& entries, std::uint64_t room = 0);

class ShardWriter {
public:
    static constexpr std::uint64_t kHeldBytes = std::uint64_t{32} << 20;

    // `shownAs` names the file in errors.
    ShardWriter(std::filesystem::path file, std::filesystem::path shownAs,
                std::uint64_t heldBytes = kHeldBytes);

    // False when the tensor must go into another file: no room left in the header, or it would not be aligned
    // to its elements.
    [[nodiscard]] bool fits(const std::string& tensor, Dtype dtype) const;
    void add(const std::string& tensor, Dtype dtype, const std::vector<std::int64_t>& shape,
             std::span<const std::byte> bytes);
    [[nodiscard]] std::uint64_t dataBytes() const noexcept { return dataBytes_; }
    void finish();

private:
    void spill();

    std::filesystem::path file_;
    std::filesystem::path shownAs_;
    std::uint64_t heldBytes_;
    std::vector<ShardEntry> entries_;
    std::vector<std::byte> held_;  // data before streaming begins
    std::uint64_t dataBytes_ = 0;
    std::uint64_t headerEstimate_ = 64;
    std::optional<OutputFile> output_;
};

}  // namespace secateur
