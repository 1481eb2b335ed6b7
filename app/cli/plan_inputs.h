// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options that name a plan and what carrying it out looks at, for commands that run what it leaves.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/console.h"
#include "core/session.h"

namespace secateur::cli {

struct PlanInputOptions {
    std::string plan;
    std::string analysis;
    std::string calibrationText;
    std::string calibrationTokens;
};
// --plan, --analysis, --calibration-text and --calibration-tokens.
void addPlanInputs(CLI::App& app, PlanInputOptions& options, bool required);

struct PlanInputs {
    Plan plan;  // without steps where none was given
    std::shared_ptr<const Analysis> analysis;
    std::optional<TokenWindows> calibration;
    // What the plan leaves; `windows` (may be null) are those that are judged.
    [[nodiscard]] CompletionNetwork network(const TokenWindows* windows = nullptr) const {
        return {&plan, analysis.get(), calibration ? &*calibration : nullptr, windows};
    }
    [[nodiscard]] PreviewOptions preview(bool perToken = false) const {
        return {perToken, calibration ? &*calibration : nullptr};
    }
};
[[nodiscard]] PlanInputs planInputs(Session& session, const PlanInputOptions& options,
                                    const WindowOptions& windowing, Console& console);

}  // namespace secateur::cli
