// SPDX-License-Identifier: GPL-3.0-or-later
//
// What must hold before a run starts, and what must be the same for it to go on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/heal/heal_run.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

// What the forecast of memory goes by. Null: no teacher. `inputs.teacher` must be there for distillation and
// for steps before the cut.
[[nodiscard]] HealScale scaleOf(const ComputePlace& place, int seqLen, const NetworkConfig* teacher);
[[nodiscard]] HealScale scaleOf(const HealInputs& inputs);

// Throws InvalidArgument, Unsupported or OutOfMemory with a sentence and a way out.
void requireTrainable(const HealInputs& inputs);

// What will not come about as its number says, a sentence each: a warm-up longer than the run, windows longer
// than the network was made for, a dtype that is not trained in.
[[nodiscard]] std::vector<std::string> doubtsAbout(const HealInputs& inputs);

// Ids that student and teacher share, the first so many; `inputs.teacher` must be there.
[[nodiscard]] std::int64_t sharedVocabulary(const HealInputs& inputs);

// Everything the weights of a run depend on, as an object of plain values.
[[nodiscard]] nlohmann::ordered_json identityOf(const HealInputs& inputs, double peakRate);
// Throws InvalidArgument naming what differs; `where` begins the message. More steps, or more minutes, are
// the same run, made longer.
void requireSameRun(const nlohmann::ordered_json& found, const nlohmann::ordered_json& wanted,
                    const std::string& where);

}  // namespace secateur
