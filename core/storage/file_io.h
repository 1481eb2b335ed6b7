// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading whole small files and mapping large ones. Only regular files are opened (a pipe would hang the
// reader).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace secateur {

// The content of a file of at most `maxBytes`. Throws NotFound, Corrupt when it is larger, InvalidArgument
// when it is no regular file.
[[nodiscard]] std::string readSmallFile(const std::filesystem::path& file, std::uint64_t maxBytes);

// A file mapped read-only for the lifetime of the object. Throws NotFound or InvalidArgument. An empty file
// maps to no bytes.
class MappedFile {
public:
    explicit MappedFile(const std::filesystem::path& file);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, size_}; }

private:
    std::filesystem::path path_;
    const std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

// What the system should expect of mapped bytes. Hints only: failures are ignored.
enum class PageAdvice {
    Normal,
    Random,    // do not read ahead
    DontNeed,  // drop the pages that lie wholly inside `bytes` from this process
};
void advisePages(std::span<const std::byte> bytes, PageAdvice advice) noexcept;

}  // namespace secateur
