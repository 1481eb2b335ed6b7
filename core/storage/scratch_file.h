// SPDX-License-Identifier: GPL-3.0-or-later
//
// Room on the disk for what does not fit into memory: a mapped file without a name, so that it is gone with
// the process, however that ends. Thread rule: a file belongs to one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace secateur {

// $TMPDIR; without it /var/tmp, which lies on a disk where /tmp may lie in memory, else the system's choice.
[[nodiscard]] std::filesystem::path scratchFolder();

class ScratchFile {
public:
    // `bytes` > 0, reserved on the disk at once, so that writing to them cannot fail later; they begin as
    // zeros. Throws OutOfDisk naming the folder, OutOfMemory when it cannot be mapped.
    explicit ScratchFile(std::int64_t bytes);
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {data_, size_}; }

private:
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace secateur
