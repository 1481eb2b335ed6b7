// SPDX-License-Identifier: GPL-3.0-or-later
//
// Steps of the uncut network that fill AdamW's moments before the cut one learns (LayerChop, arXiv
// 2305.14864: 500 of them). No weight changes in them: what is healed are the weights of the checkpoint that
// was cut. Internal to heal. Thread rule: the compute thread alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/heal/heal_run.h"
#include "core/heal/run_folder.h"
#include "core/heal/trainer.h"

namespace secateur {

// What learns in the cut network, by name, and what it is called in the uncut one: layers by their original
// numbers. Throws InvalidArgument when a layer or a tensor is not in the uncut network, or has another shape
// there.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> carriedTensors(const Checkpoint& cut,
                                                                              const Checkpoint& uncut,
                                                                              const HealOptions& options);

// The moments after fillStepsOf(inputs.options) steps of `inputs.teacher` on next tokens of the windows, in
// the order in which the cut network will see them. Goes on from what `folder` has of them, and keeps them
// there.
[[nodiscard]] Moments filledMoments(const HealInputs& inputs, const TokenWindows& training,
                                    const nlohmann::ordered_json& identity, const RunFolder& folder,
                                    JobContext& context);

}  // namespace secateur
