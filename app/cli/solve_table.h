// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ranked plans of a solver as a table and as JSON.
#pragma once

#include <string>

#include "app/cli/console.h"
#include "core/planning/solve_report.h"

namespace secateur::cli {

[[nodiscard]] Json solveJson(const SolveReport& report, const std::string& model);
[[nodiscard]] std::string describe(const SolveReport& report);

}  // namespace secateur::cli
