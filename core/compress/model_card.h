// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/reports.h"

namespace secateur {

// README.md of a written checkpoint: where it comes from, what was cut, calibration, sizes, perplexities when
// measured, how to load.
[[nodiscard]] std::string modelCard(const ModelSummary& source, const Plan& plan, const ApplyReport& report,
                                    const std::string& tool);

}  // namespace secateur
