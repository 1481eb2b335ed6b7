// SPDX-License-Identifier: GPL-3.0-or-later
//
// A layer source -> checkpoint folder, written tensor by tensor (memory: one layer).
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"
#include "core/data/reports.h"
#include "core/model/layer_source.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct ApplyPlanOptions {
    std::string format = "hf";  // "hf" or "hf-masked"
    bool overwrite = false;
    std::optional<at::ScalarType> outDtype;  // default: as stored
    std::string tool;                        // for the model card
};

// Writes `source`, which is what `plan` leaves of `checkpoint` and has the shapes of `state`. hf-masked:
// every layer at the width of the checkpoint's widest, its removed units zero. Throws Unsupported for formats
// that cannot hold it, saying why and what else to use; nothing is left behind on any error.
[[nodiscard]] ApplyReport writeNetwork(LayerSource& source, const NetworkState& state,
                                       const Checkpoint& checkpoint, const Plan& plan,
                                       const std::filesystem::path& folder, const ApplyPlanOptions& options,
                                       JobContext& context);

}  // namespace secateur
