// SPDX-License-Identifier: GPL-3.0-or-later
//
// A measurement of speed as `bench` shows it.
#pragma once

#include <string>

#include "app/cli/console.h"
#include "core/data/bench.h"

namespace secateur::cli {

[[nodiscard]] Json quartilesJson(const Quartiles& quartiles);
[[nodiscard]] Json benchJson(const BenchReport& report);
// Rates with their quartiles, the linears of each kind, and what to conclude.
[[nodiscard]] std::string describe(const BenchReport& report);

}  // namespace secateur::cli
