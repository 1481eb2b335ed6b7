// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the change of a perplexity that was previewed means, in one sentence that window, command line and
// reports share. Pure; any thread.
#pragma once

#include <string>

#include "core/data/plan.h"
#include "core/data/reports.h"

namespace secateur {

// True when nothing is removed or changed.
[[nodiscard]] bool isIdentity(const Plan& plan);

// `report` is that of `plan`. Empty where the change is larger than its standard error, or has none.
[[nodiscard]] std::string changeSentence(const PreviewReport& report, const Plan& plan);
// Perplexity and change with their errors, and the sentence.
[[nodiscard]] std::string plannedPerplexity(const PreviewReport& report, const Plan& plan);

}  // namespace secateur
