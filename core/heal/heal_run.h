// SPDX-License-Identifier: GPL-3.0-or-later
//
// A whole healing run: network, order of windows, schedule, evaluation, checkpoints, result.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/base/job_context.h"
#include "core/data/heal.h"
#include "core/data/run_record.h"
#include "core/data/tokens.h"
#include "core/model/device.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct HealTarget {
    std::filesystem::path folder{};
    bool overwrite = false;
    bool resume = false;  // from the newest complete checkpoint in the folder, if there is one
};

struct HealInputs {
    std::shared_ptr<const Checkpoint> checkpoint{};
    // The uncut network. May be null unless the method is Distill or there are steps before the cut
    // (fillStepsOf()); its perplexity is measured beside the healed one's.
    std::shared_ptr<const Checkpoint> teacher{};
    ComputePlace place{};
    const TokenWindows* training = nullptr;
    const TokenWindows* evaluation = nullptr;  // may be null
    HealOptions options{};
    RunRequest request{};                 // goes into run.json
    std::string protocol{};               // the same
    std::string tool{};                   // the same
    std::vector<TextOverlap> overlaps{};  // the same: of held-out windows with training
    std::int64_t memoryLimit = 0;         // bytes; 0: no limit
};

// `onPoint` (may be empty) sees every step and may ask for a pause. Throws InvalidArgument (fewer windows
// than a batch, no end given, a teacher with another vocabulary), Corrupt (a loss that is not finite),
// Exists, OutOfMemory before the start, OutOfDisk, Cancelled; checkpoints that were written stay.
HealReport heal(const HealInputs& inputs, const HealTarget& target, JobContext& context,
                const std::function<HealControl(const HealPoint&)>& onPoint);

}  // namespace secateur
