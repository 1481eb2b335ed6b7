// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the steps of a plan did, in sentences for model cards and reports. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/data/plan.h"

namespace secateur {

// "removed layers 3, 5 (chosen by block-influence)", "narrowed by flap, metric WIFV, ..."; several for a step
// that does several things, none for one that does nothing.
[[nodiscard]] std::vector<std::string> sentencesOf(const PlanStep& step);

// "sample.txt, 64 windows of 128 tokens, seed 0, exact statistics; sha256 ..."; without what is not known.
[[nodiscard]] std::string sentenceOf(const PlanCalibration& calibration);

}  // namespace secateur
