// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/output_file.h"

#include <atomic>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/units.h"

namespace secateur {

namespace fs = std::filesystem;

void throwWriteError(const fs::path& shownAs, int error) {
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    throw Error(ErrorCode::OutOfDisk, "cannot write " + shownAs.string() + ": " + std::strerror(error),
                full ? "free some space, or write to another disk" : "write to a folder that you may change");
}

OutputFile::OutputFile(const fs::path& file, const fs::path& shownAs)
    : shownAs_(shownAs), fd_(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (fd_ < 0) throwWriteError(shownAs_, errno);
}

OutputFile::~OutputFile() {
    if (fd_ >= 0) ::close(fd_);
}

void OutputFile::write(std::span<const std::byte> bytes) {
    constexpr std::size_t kPiece = std::size_t{64} << 20;  // one system call takes 2 GiB at most
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd_, bytes.data(), std::min(bytes.size(), kPiece));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throwWriteError(shownAs_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
}

void OutputFile::writeAt(std::uint64_t offset, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::pwrite(fd_, text.data(), text.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throwWriteError(shownAs_, errno);
        text.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
}

void OutputFile::finish() {
    const int synced = ::fsync(fd_) == 0 || errno == EINVAL ? 0 : errno;
    const int closed = ::close(fd_) == 0 ? 0 : errno;
    fd_ = -1;
    if (synced != 0 || closed != 0) throwWriteError(shownAs_, synced != 0 ? synced : closed);
}

ParentFolders::ParentFolders(const fs::path& target) {
    std::vector<fs::path> missing;
    std::error_code ignored;
    for (fs::path folder = fs::absolute(target).parent_path();
         !fs::exists(folder, ignored) && folder.has_relative_path(); folder = folder.parent_path())
        missing.push_back(folder);
    for (auto folder = missing.rbegin(); folder != missing.rend(); ++folder) {
        if (::mkdir(folder->c_str(), 0777) == 0) {
            created_.push_back(*folder);
        } else if (errno != EEXIST) {
            const int failure = errno;
            removeCreated();
            throwWriteError(target, failure);
        }
    }
}

ParentFolders::~ParentFolders() {
    removeCreated();
}

void ParentFolders::removeCreated() noexcept {
    for (auto folder = created_.rbegin(); folder != created_.rend(); ++folder) ::rmdir(folder->c_str());
    created_.clear();
}

fs::path temporarySibling(const fs::path& target) {
    static std::atomic<int> counter{0};
    const fs::path folder = fs::absolute(target).parent_path();
    std::error_code ignored;
    for (;;) {
        const fs::path candidate = folder / (".secateur-" + std::to_string(::getpid()) + "-" +
                                             std::to_string(++counter) + ".partial");
        if (!fs::exists(fs::symlink_status(candidate, ignored))) return candidate;
    }
}

namespace {

int renameWith(const fs::path& from, const fs::path& to, unsigned int flags) {
    return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0 ? 0 : errno;
}

[[noreturn]] void throwExists(const fs::path& target) {
    throw Error(ErrorCode::Exists, target.string() + " exists already",
                "choose another name, or allow overwriting (--force)");
}

}  // namespace

void renameInSteps(const fs::path& temporary, const fs::path& target, bool replace) {
    std::error_code ignored;
    const bool there = fs::exists(fs::symlink_status(target, ignored));
    if (there && !replace) throwExists(target);
    const fs::path aside = temporarySibling(target);
    if (there && ::rename(target.c_str(), aside.c_str()) != 0) throwWriteError(target, errno);
    if (::rename(temporary.c_str(), target.c_str()) != 0) {
        const int failure = errno;
        if (there) ::rename(aside.c_str(), target.c_str());
        throwWriteError(target, failure);
    }
    if (there) fs::remove_all(aside, ignored);
}

void renameInto(const fs::path& temporary, const fs::path& target, bool replace) {
    int failure = renameWith(temporary, target, RENAME_NOREPLACE);
    if (failure == EEXIST && !replace) throwExists(target);
    if (failure == EEXIST) {
        failure = renameWith(temporary, target, RENAME_EXCHANGE);
        std::error_code ignored;
        if (failure == 0) fs::remove_all(temporary, ignored);
    }
    if (failure == EINVAL || failure == ENOSYS) return renameInSteps(temporary, target, replace);
    if (failure != 0) throwWriteError(target, failure);
}

void requireFileTarget(const fs::path& file, bool replace) {
    std::error_code ignored;
    const fs::file_status status = fs::symlink_status(file, ignored);
    if (!fs::exists(status)) return;
    if (!fs::is_regular_file(status) && !fs::is_symlink(status))
        throw Error(ErrorCode::InvalidArgument,
                    file.string() + " exists and is not a regular file, so that it is not overwritten",
                    "choose another name");
    if (!replace) throwExists(file);
}

void writeFileAtomically(const fs::path& file, bool replace, const std::function<void(OutputFile&)>& write) {
    requireFileTarget(file, replace);
    ParentFolders parents(file);
    const fs::path temporary = temporarySibling(file);
    try {
        OutputFile output(temporary, file);
        write(output);
        output.finish();
        renameInto(temporary, file, replace);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    parents.keep();
}

void requireDiskSpace(const fs::path& target, std::int64_t bytes) {
    std::error_code failure;
    const fs::space_info space = fs::space(fs::absolute(target).parent_path(), failure);
    if (failure || bytes < 0 || space.available >= static_cast<std::uintmax_t>(bytes)) return;
    throw Error(ErrorCode::OutOfDisk,
                target.string() + " needs " + formatBytes(bytes) + ", but only " +
                    formatBytes(static_cast<std::int64_t>(space.available)) + " are free there",
                "free some space, or write to another disk");
}

}  // namespace secateur
