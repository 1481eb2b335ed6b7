// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the tables of both sweeps, over ratios and over chops, have in common.
#pragma once

#include <string>

#include "app/cli/console.h"
#include "app/cli/plot/png.h"
#include "app/cli/sweep_table.h"
#include "core/report/chart.h"

namespace secateur::cli {

using report::Chart;
using report::Curve;
using report::Level;

inline constexpr const char* kPerplexityAxis = "perplexity, before healing";

// Ten significant digits.
[[nodiscard]] std::string csvNumber(double value);

// "parameters,bytes,macs_per_token,kv_cache_bytes_per_token,removed_fraction,perplexity" and the end of the
// line.
[[nodiscard]] std::string csvCosts(const Accounting& after, double perplexity);
// The same as members of `row`.
void addCosts(Json& row, const Accounting& after, double perplexity);

// Adds a point to the chart's curve of that name, which begins with its first point.
void addPoint(Chart& chart, const std::string& curve, const Point& point);

// `csv`, or `json` or `chart` in the format that was asked for.
[[nodiscard]] std::string rendered(SweepFormat format, const std::string& csv, const Json& json,
                                   const Chart& chart);

}  // namespace secateur::cli
