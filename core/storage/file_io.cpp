// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/file_io.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/storage/descriptor.h"

namespace secateur {
namespace {

int openForReading(const std::filesystem::path& file) {
    return ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
}

// The size of the regular file behind `descriptor`.
std::uint64_t checkedSize(const Descriptor& descriptor, const std::filesystem::path& file) {
    const int failure = errno;
    if (descriptor.get() < 0 && (failure == ENOENT || failure == ENOTDIR))
        throw Error(ErrorCode::NotFound, file.string() + " does not exist");
    if (descriptor.get() < 0)
        throw Error(ErrorCode::NotFound, "cannot open " + file.string() + ": " + std::strerror(failure));
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode))
        throw Error(ErrorCode::InvalidArgument, file.string() + " is not a regular file");
    return static_cast<std::uint64_t>(status.st_size);
}

// The first line of every pointer, by the specification of Git LFS; a pointer has less than 1024 bytes.
constexpr std::string_view kLfsFirstLine = "version https://git-lfs.github.com/spec/";
constexpr std::size_t kMaxLfsPointer = 1024;

void refuseLfsPointer(std::string_view content, const std::filesystem::path& file) {
    if (content.size() < kMaxLfsPointer && content.starts_with(kLfsFirstLine))
        throw Error(ErrorCode::NotFound,
                    file.string() + " is a Git LFS pointer; the file itself was not downloaded",
                    "run git lfs pull in the folder, or download the file again");
}

}  // namespace

bool isLfsPointer(const std::filesystem::path& file) noexcept try {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    return !failure && size < kMaxLfsPointer &&
           readFileAsItIs(file, kMaxLfsPointer).starts_with(kLfsFirstLine);
} catch (const std::exception&) {
    return false;
}

bool isThere(const std::filesystem::path& path) noexcept {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

std::string readSmallFile(const std::filesystem::path& file, std::uint64_t maxBytes) {
    std::string content = readFileAsItIs(file, maxBytes);
    refuseLfsPointer(content, file);
    return content;
}

std::string readFileAsItIs(const std::filesystem::path& file, std::uint64_t maxBytes) {
    const Descriptor descriptor(openForReading(file));
    const std::uint64_t size = checkedSize(descriptor, file);
    if (size > maxBytes)
        throw Error(ErrorCode::Corrupt, file.string() + " has " + std::to_string(size) +
                                            " bytes, more than the " + std::to_string(maxBytes) +
                                            " that such a file may have");
    std::string content(size, '\0');
    std::size_t done = 0;
    while (done < content.size()) {
        const ssize_t count = ::read(descriptor.get(), content.data() + done, content.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            throw Error(ErrorCode::Corrupt, "cannot read " + file.string() + ": " + std::strerror(errno));
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    content.resize(done);
    return content;
}

MappedFile::MappedFile(const std::filesystem::path& file) : path_(file) {
    const Descriptor descriptor(openForReading(file));
    size_ = checkedSize(descriptor, file);
    if (size_ == 0) return;
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (mapped == MAP_FAILED)
        throw Error(ErrorCode::OutOfMemory, "cannot map " + file.string() + ": " + std::strerror(errno));
    data_ = static_cast<const std::byte*>(mapped);
    try {
        refuseLfsPointer({reinterpret_cast<const char*>(data_), size_}, file);
    } catch (...) {
        ::munmap(mapped, size_);
        throw;
    }
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

void advisePages(std::span<const std::byte> bytes, PageAdvice advice) noexcept {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto first = reinterpret_cast<std::uintptr_t>(bytes.data());
    const std::uintptr_t last = first + bytes.size();
    // Dropping must spare the neighbours' pages; the other hints may spill over.
    const bool inwards = advice == PageAdvice::DontNeed;
    const std::uintptr_t from = (inwards ? first + page - 1 : first) / page * page;
    const std::uintptr_t to = (inwards ? last : last + page - 1) / page * page;
    if (bytes.empty() || to <= from) return;
    const int flag = advice == PageAdvice::Random   ? MADV_RANDOM
                     : advice == PageAdvice::Normal ? MADV_NORMAL
                                                    : MADV_DONTNEED;
    ::madvise(reinterpret_cast<void*>(from), to - from, flag);
}

}  // namespace secateur
