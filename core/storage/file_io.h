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

// Whether something is there; false also when that cannot be seen.
[[nodiscard]] bool isThere(const std::filesystem::path& path) noexcept;

// The content of a file of at most `maxBytes`. Throws NotFound, Corrupt when it is larger, InvalidArgument
// when it is no regular file; NotFound also for a Git LFS pointer in the place of the file.
[[nodiscard]] std::string readSmallFile(const std::filesystem::path& file, std::uint64_t maxBytes);
// The same for a file that is only copied: a pointer is copied as one.
[[nodiscard]] std::string readFileAsItIs(const std::filesystem::path& file, std::uint64_t maxBytes);

// Whether the file holds the text that Git LFS keeps in the place of a file that was not downloaded. False
// when it cannot be read.
[[nodiscard]] bool isLfsPointer(const std::filesystem::path& file) noexcept;

// A file mapped read-only for the lifetime of the object. Throws NotFound (also for a Git LFS pointer) or
// InvalidArgument. An empty file maps to no bytes.
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
