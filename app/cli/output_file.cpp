// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/output_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <unistd.h>

#include "core/base/error.h"

namespace secateur::cli {

namespace fs = std::filesystem;

void checkTarget(const fs::path& target, bool overwrite) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(target, ignored)) && !overwrite) {
        throw Error(ErrorCode::Exists, target.string() + ": exists already",
                    "choose another name, or overwrite it with --force");
    }
    const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (!fs::is_directory(parent, ignored)) {
        throw Error(ErrorCode::NotFound, parent.string() + ": no such folder", "make the folder first");
    }
    if (::access(parent.c_str(), W_OK) != 0) {
        throw Error(ErrorCode::OutOfDisk,
                    parent.string() + ": the folder cannot be written: " + std::strerror(errno));
    }
}

void writeFile(const fs::path& file, std::string_view content, bool overwrite) {
    checkTarget(file, overwrite);
    std::error_code status;
    if (fs::is_directory(file, status))
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is a folder, not a file");
    const fs::path partial = file.string() + ".partial-" + std::to_string(::getpid());
    {
        std::ofstream stream(partial, std::ios::binary);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        stream.flush();
        if (!stream) status = std::error_code(errno, std::generic_category());
    }
    if (!status) fs::rename(partial, file, status);
    if (!status) return;
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw Error(ErrorCode::OutOfDisk, file.string() + ": cannot be written: " + status.message());
}

}  // namespace secateur::cli
