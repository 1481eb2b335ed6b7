// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/checkpoint_search.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/base/error.h"
#include "core/storage/checkpoint.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

constexpr int kDeep = 2;  // levels below the places

bool isCheckpoint(const fs::path& folder, const std::string& fingerprint) {
    std::error_code ignored;
    if (!fs::exists(folder / "config.json", ignored)) return false;
    try {
        return Checkpoint::open(folder)->summary().fingerprint == fingerprint;
    } catch (const Error&) {
        return false;
    }
}

// Sorted, so that of several copies the same is found every time.
std::vector<fs::path> foldersIn(const fs::path& folder, std::size_t most) {
    std::vector<fs::path> folders;
    std::error_code problem;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end && folders.size() < most;
         at.increment(problem)) {
        std::error_code ignored;
        const bool hidden = at->path().filename().string().starts_with('.');
        if (!hidden && at->is_directory(ignored) && !at->is_symlink(ignored)) folders.push_back(at->path());
    }
    std::ranges::sort(folders);
    return folders;
}

}  // namespace

std::optional<fs::path> findCheckpoint(const CheckpointSearch& search, const std::stop_token& stop) {
    const auto end = std::chrono::steady_clock::now() + search.mostTime;
    std::set<fs::path> seen;
    std::vector<fs::path> level = search.places;
    for (int depth = 0; depth <= kDeep; ++depth) {
        std::vector<fs::path> below;
        for (const fs::path& place : level) {
            if (stop.stop_requested() || std::chrono::steady_clock::now() > end) return std::nullopt;
            std::error_code problem;
            const fs::path folder = fs::canonical(place, problem);
            if (problem || !fs::is_directory(folder, problem) || !seen.insert(folder).second) continue;
            if (seen.size() > static_cast<std::size_t>(std::max(0, search.mostFolders))) return std::nullopt;
            if (isCheckpoint(folder, search.fingerprint)) return folder;
            if (depth == kDeep) continue;
            const auto most = static_cast<std::size_t>(search.mostFolders);
            const std::vector<fs::path> inside = foldersIn(folder, most);
            below.insert(below.end(), inside.begin(), inside.end());
        }
        level = std::move(below);
    }
    return std::nullopt;
}

}  // namespace secateur
