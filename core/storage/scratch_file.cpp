// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/scratch_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/storage/descriptor.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, std::int64_t bytes, int error) {
    throw Error(ErrorCode::OutOfDisk,
                "cannot put " + formatBytes(bytes) + " of scratch into " + folder.string() + ": " +
                    std::strerror(error),
                "free some space there, name another folder with TMPDIR, or use fewer or shorter windows");
}

// A file without a name, or one whose name is gone before anything is written.
int openNameless(const fs::path& folder) {
    const int nameless = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (nameless >= 0) return nameless;
    std::string pattern = (folder / "secateur-XXXXXX").string();
    const int named = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (named >= 0) ::unlink(pattern.c_str());
    return named;
}

}  // namespace

fs::path scratchFolder() {
    if (const char* named = std::getenv("TMPDIR"); named != nullptr && *named != '\0') return named;
    const fs::path disk = "/var/tmp";
    if (::access(disk.c_str(), W_OK | X_OK) == 0) return disk;
    return fs::temp_directory_path();
}

ScratchFile::ScratchFile(std::int64_t bytes) : size_(static_cast<std::size_t>(bytes)) {
    const fs::path folder = scratchFolder();
    const Descriptor file(openNameless(folder));
    if (file.get() < 0) refuse(folder, bytes, errno);
    int failure = 0;
    do failure = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes));
    while (failure == EINTR);
    if (failure != 0) refuse(folder, bytes, failure);
    void* mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (mapped == MAP_FAILED)
        throw Error(ErrorCode::OutOfMemory,
                    "cannot map " + formatBytes(bytes) + " of scratch: " + std::strerror(errno));
    data_ = static_cast<std::byte*>(mapped);
}

ScratchFile::~ScratchFile() {
    if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace secateur
