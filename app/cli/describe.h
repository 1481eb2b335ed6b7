// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans and their accounting, as several commands show them.
#pragma once

#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/data/network_config.h"
#include "core/data/plan.h"
#include "core/data/text_overlap_json.h"

namespace secateur::cli {

// A warning of each use of a number's windows for something else before.
void warnOf(const std::vector<TextOverlap>& overlaps, Console& console);
[[nodiscard]] Json accountingJson(const Accounting& accounting);
// Before, after and change of every figure, as aligned lines.
[[nodiscard]] std::string describe(const Accounting& accounting);
// A line per step.
[[nodiscard]] std::string describe(const Plan& plan);
// What every layer keeps, as aligned lines.
[[nodiscard]] std::string describeLayers(const NetworkConfig& original, const Plan& plan);

}  // namespace secateur::cli
