// SPDX-License-Identifier: GPL-3.0-or-later
//
// The points of a sweep as CSV, JSON and plots.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/cli/console.h"
#include "core/data/reports.h"

namespace secateur::cli {

struct SweepTable {
    std::string model;
    std::string protocol;
    std::vector<SweepPoint> points;
};

// Chop strategies at counts; the first row of the tables is the dense network.
struct ChopTable {
    std::string model;
    ChopSweepReport report;
};

enum class SweepFormat { Csv, Json, Svg, Png };

// By the file's ending. Throws Unsupported for others.
[[nodiscard]] SweepFormat sweepFormat(const std::filesystem::path& file);

[[nodiscard]] std::string sweepCsvHeader();
[[nodiscard]] std::string sweepCsvRow(const SweepPoint& point);
[[nodiscard]] Json toJson(const SweepTable& table);
[[nodiscard]] std::string render(const SweepTable& table, SweepFormat format);

[[nodiscard]] std::string chopCsvHeader();
[[nodiscard]] std::string chopCsvDenseRow(const ChopSweepReport& report);
[[nodiscard]] std::string chopCsvRow(const ChopSweepReport& report, const ChopSweepRow& row);
[[nodiscard]] Json toJson(const ChopTable& table);
// What the perplexities are of, and which strategies to begin with: a line for people.
[[nodiscard]] std::string suggestionText(const ChopSweepReport& report);
[[nodiscard]] std::string render(const ChopTable& table, SweepFormat format);

}  // namespace secateur::cli
