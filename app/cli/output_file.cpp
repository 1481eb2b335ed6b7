// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_file.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <unistd.h>

#include "core/base/error.h"
#include "core/storage/output_file.h"

namespace secateur::cli {

namespace fs = std::filesystem;

void checkTarget(const fs::path& target, bool overwrite) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(target, ignored)) && !overwrite) {
        throw Error(ErrorCode::Exists, target.string() + ": exists already",
                    "choose another name, or overwrite it with --force");
    }
    fs::path parent = fs::absolute(target).lexically_normal().parent_path();
    while (!fs::exists(fs::status(parent, ignored)) && parent.has_relative_path())
        parent = parent.parent_path();
    if (!fs::is_directory(parent, ignored)) {
        throw Error(ErrorCode::InvalidArgument,
                    target.string() + ": cannot be written, " + parent.string() + " is no folder");
    }
    if (::access(parent.c_str(), W_OK) != 0) {
        throw Error(ErrorCode::OutOfDisk, target.string() + ": cannot be written, " + parent.string() + ": " +
                                              std::strerror(errno));
    }
}

void writeFile(const fs::path& file, std::string_view content, bool overwrite) {
    checkTarget(file, overwrite);
    std::error_code ignored;
    if (fs::is_directory(file, ignored))
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is a folder, not a file");
    ParentFolders parents(file);
    const fs::path temporary = temporarySibling(file);
    try {
        OutputFile output(temporary, file);
        output.write(content);
        output.finish();
        renameInto(temporary, file, overwrite);
    } catch (...) {
        fs::remove(temporary, ignored);
        throw;
    }
    parents.keep();
}

}  // namespace secateur::cli
