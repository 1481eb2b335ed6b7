// SPDX-License-Identifier: GPL-3.0-or-later
//
// Outputs that appear by rename: a temporary sibling is written and takes the target's name when it is
// complete. Whatever the system refuses (full disk, quota, file size limit, read-only folder) becomes
// Error{OutOfDisk} naming the target. Internal to storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace secateur {

// `error` is an errno value.
[[noreturn]] void throwWriteError(const std::filesystem::path& shownAs, int error);

// A new file, written from its beginning. `shownAs` is the name used in errors. Closed without a sync by the
// destructor.
class OutputFile {
public:
    OutputFile(const std::filesystem::path& file, const std::filesystem::path& shownAs);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
    void writeAt(std::uint64_t offset, std::string_view text);
    // Flushes to the disk and closes, so that a disk that is full is known before anything is renamed.
    void finish();

private:
    std::filesystem::path shownAs_;
    int fd_ = -1;
};

// Creates the missing folders above `target` and removes them again unless keep() is called. Throws
// OutOfDisk.
class ParentFolders {
public:
    explicit ParentFolders(const std::filesystem::path& target);
    ~ParentFolders();
    ParentFolders(const ParentFolders&) = delete;
    ParentFolders& operator=(const ParentFolders&) = delete;
    void keep() noexcept { created_.clear(); }

private:
    void removeCreated() noexcept;
    std::vector<std::filesystem::path> created_;
};

// An unused hidden name beside `target`, on the same file system.
[[nodiscard]] std::filesystem::path temporarySibling(const std::filesystem::path& target);

// Throws Exists when `target` is there and `replace` is not set; nothing of an existing target is lost before
// the new one is in place.
void renameInto(const std::filesystem::path& temporary, const std::filesystem::path& target, bool replace);
// The same where the file system can neither exchange names nor refuse to replace: the old one steps aside
// and comes back on failure.
void renameInSteps(const std::filesystem::path& temporary, const std::filesystem::path& target, bool replace);

// Throws Exists when `file` is there and `replace` is not set, InvalidArgument when it is there and no
// regular file.
void requireFileTarget(const std::filesystem::path& file, bool replace);
// Calls `write` with a temporary sibling that becomes `file`, after requireFileTarget(). Nothing is left
// behind when it throws.
void writeFileAtomically(const std::filesystem::path& file, bool replace,
                         const std::function<void(OutputFile&)>& write);

// Throws OutOfDisk with the numbers when the disk of `target` (whose parent exists) has fewer than `bytes`
// free.
void requireDiskSpace(const std::filesystem::path& target, std::int64_t bytes);

}  // namespace secateur
