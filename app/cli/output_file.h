// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that commands write themselves (plans, tables, plots): complete or not there.
#pragma once

#include <filesystem>
#include <string_view>

namespace secateur::cli {

// Looked at before anything is computed. Throws Exists (unless `overwrite`), OutOfDisk for a folder that
// cannot be written. Missing folders above the target are no error: writing makes them.
void checkTarget(const std::filesystem::path& target, bool overwrite);

// Writes a sibling file and renames it into place; nothing is left behind when that fails (OutOfDisk). Throws
// like checkTarget.
void writeFile(const std::filesystem::path& file, std::string_view content, bool overwrite);

}  // namespace secateur::cli
