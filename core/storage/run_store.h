// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing runs on disk, as they are listed and compared. Reading takes milliseconds and touches no weights.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/data/run_record.h"

namespace secateur {

// run.json and metrics.jsonl of one run. A run whose file says running but whose lock nobody holds is
// Interrupted. Throws NotFound and Corrupt naming file and place; a last line of the curves without its end
// is passed over.
[[nodiscard]] RunRecord readRun(const std::filesystem::path& folder);

// Writes run.json, by rename. Throws OutOfDisk.
void writeRun(const std::filesystem::path& folder, const RunRecord& record);

// The runs in the folders directly below `workspace`, by name; what cannot be read is told in `problems`.
[[nodiscard]] std::vector<RunRecord> readRuns(const std::filesystem::path& workspace,
                                              std::vector<std::string>& problems);

// Held by the process that writes into a run's folder, for as long as it lives: flock on `folder`/.lock.
class RunLock {
public:
    // Throws Exists when another process holds it.
    explicit RunLock(const std::filesystem::path& folder);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    [[nodiscard]] static bool heldBySomeone(const std::filesystem::path& folder) noexcept;

private:
    int file_ = -1;
};

}  // namespace secateur
