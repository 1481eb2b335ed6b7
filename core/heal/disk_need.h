// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a run will write, known before its first step. Internal to heal.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/heal/heal_run.h"

namespace secateur {

struct DiskNeed {
    std::int64_t checkpointBytes = 0;  // one, with what going on needs
    std::int64_t checkpoints = 0;      // that lie there together at most, beyond those that are there already
    std::int64_t otherBytes = 0;       // the teacher's cache, the adapter
    [[nodiscard]] std::int64_t total() const noexcept { return checkpointBytes * checkpoints + otherBytes; }
};

// Of a run that goes on from step `done`. The result is the last checkpoint under a second name and takes
// nothing. A run whose end is given in minutes alone counts for one checkpoint.
[[nodiscard]] DiskNeed diskNeed(const HealInputs& inputs, std::int64_t done);

// Throws OutOfDisk with the numbers, and a way out where there is one, when the disk of `folder` (which may
// not exist yet) has less than that free.
void requireDisk(const HealInputs& inputs, const std::filesystem::path& folder, std::int64_t done);

}  // namespace secateur
