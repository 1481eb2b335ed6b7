// SPDX-License-Identifier: GPL-3.0-or-later
//
// A compression as one page that can be sent, printed and read without this program: what was cut and what it
// cost, with the figures, the numbers behind them, the texts that they were measured on and the commands that
// repeat them. The command line and the window write it by this one function. Pure; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/reports.h"
#include "core/data/run_record.h"

namespace secateur::report {

// A plan whose perplexity is known, for the trade-off.
struct PreviewedPlan {
    std::string plan;  // in words
    std::int64_t parameters = 0;
    double removedFraction = 0.0;
    double perplexity = 0.0;
    std::string protocol;
};

struct ReportInput {
    ModelSummary model{};
    Plan plan{};  // with its accounting
    std::vector<std::string> warnings{};
    std::shared_ptr<const Analysis> analysis = nullptr;    // may be null
    std::optional<PreviewReport> preview = std::nullopt;   // of this plan; none: not measured
    std::vector<PreviewedPlan> previews{};                 // of other plans too
    std::shared_ptr<const ChopSweepReport> lab = nullptr;  // may be null
    std::vector<RunRecord> runs{};
    std::vector<MethodInfo> methods{};    // the registry, which knows what to cite
    std::vector<std::string> commands{};  // that repeat it, one a line
    std::string tool{};                   // "secateur 0.1.0"
    std::string time{};                   // ISO 8601, UTC
};

// A complete document: style and pictures are part of it, it asks for nothing from anywhere and runs nothing.
// It is XML as well as HTML. Where something was not measured, the page says so and has no figure of it.
[[nodiscard]] std::string htmlReport(const ReportInput& input);

}  // namespace secateur::report
