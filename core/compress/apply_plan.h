// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plan + checkpoint -> smaller checkpoint, written tensor by tensor (memory: one tensor and its slice).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/plan.h"
#include "core/data/reports.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct ApplyPlanOptions {
    std::string format = "hf";  // "hf" or "hf-masked"
    bool overwrite = false;
    std::optional<at::ScalarType> outDtype;  // default: as stored
    std::string tool;                        // for the model card
};

// Throws Unsupported for steps and formats it cannot write, saying why and what else to use; nothing is left
// behind on any error.
[[nodiscard]] ApplyReport applyPlan(const Checkpoint& checkpoint, const Plan& plan, const Analysis* analysis,
                                    const std::filesystem::path& folder, const ApplyPlanOptions& options,
                                    JobContext& context);

}  // namespace secateur
