// SPDX-License-Identifier: GPL-3.0-or-later
//
// A whole healing run: network, order of windows, schedule, evaluation, checkpoints, result.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/job_context.h"
#include "core/data/heal.h"
#include "core/data/tokens.h"
#include "core/model/device.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct HealTarget {
    std::filesystem::path folder{};
    bool overwrite = false;
    bool resume = false;  // from the newest complete checkpoint in the folder, if there is one
};

// `teacher` is null unless the method is Distill; `evaluation` may be null. `onPoint` (may be empty) sees
// every step. Throws InvalidArgument (fewer windows than a batch, no end given, a teacher with another
// vocabulary), Corrupt (a loss that is not finite), Exists, OutOfDisk, Cancelled; checkpoints that were
// written stay.
HealReport heal(const std::shared_ptr<const Checkpoint>& checkpoint,
                const std::shared_ptr<const Checkpoint>& teacher, const ComputePlace& place,
                const TokenWindows& training, const TokenWindows* evaluation, const HealOptions& options,
                const HealTarget& target, JobContext& context,
                const std::function<HealControl(const HealPoint&)>& onPoint);

}  // namespace secateur
