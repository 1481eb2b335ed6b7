// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finds a checkpoint again that was moved or renamed, by its fingerprint. Thread rule: any thread; it waits
// for disks.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace secateur {

struct CheckpointSearch {
    std::string fingerprint;
    // Looked at first, then the folders in them, then those in these; what is not there is passed over, and
    // so are hidden folders and links to folders.
    std::vector<std::filesystem::path> places;
    int mostFolders = 500;
    std::chrono::milliseconds mostTime{3000};
};

// None where the search came to its end, to one of its limits or to a stop without finding it. A folder that
// cannot be read is none.
[[nodiscard]] std::optional<std::filesystem::path> findCheckpoint(const CheckpointSearch& search,
                                                                  const std::stop_token& stop = {});

}  // namespace secateur
