// SPDX-License-Identifier: GPL-3.0-or-later
//
// Analyses and plans that commands are given, read and held against the model.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/cli/console.h"
#include "core/data/analysis.h"
#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/session.h"

namespace secateur::cli {

// Throws like readAnalysis, and InvalidArgument for an analysis of another model.
[[nodiscard]] std::shared_ptr<const Analysis> loadAnalysis(const std::filesystem::path& file,
                                                           const ModelSummary& model);

// Throws like parsePlan; its warnings go to the console.
[[nodiscard]] Plan loadPlan(const std::filesystem::path& file, const ModelSummary& model, Console& console);

// The analysis whose means the plan's bias needs: `given` unless empty, else the file that the plan names,
// looked for beside the plan and then from here, else null.
[[nodiscard]] std::shared_ptr<const Analysis> analysisFor(const Plan& plan,
                                                          const std::filesystem::path& planFile,
                                                          const std::string& given, const ModelSummary& model,
                                                          Console& console);

// The calibration text of a plan's steps: `given` unless empty, else, where a step looks at activations, the
// one that the plan names, if it is found beside the plan or from here and is still the same. Cut as the plan
// says where the text is the plan's, else as `windowing` says. nullopt: there is none.
[[nodiscard]] std::optional<TokenWindows> calibrationFor(Session& session, const Plan& plan,
                                                         const std::filesystem::path& planFile,
                                                         const TextSource& given,
                                                         const WindowOptions& windowing, Console& console);

// How a plan at `planFile` names the analysis: relative to the plan's folder, absolute for a plan that is
// printed.
[[nodiscard]] std::string analysisName(const std::filesystem::path& analysis,
                                       const std::filesystem::path& planFile);

}  // namespace secateur::cli
