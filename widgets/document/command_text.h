// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command lines that repeat what the window shows, for scripts and clusters.
#pragma once

#include <QString>
#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/run_record.h"
#include "core/data/tokens.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// A POSIX shell word.
[[nodiscard]] QString shellQuoted(const QString& word);

// measure, plan, preview and apply, a line each, with the options that differ from the usual values. Plans
// that have a width by masks of a file are repeated from that file alone; one that changes nothing is
// measured and judged as it is. `methods`: the registry.
[[nodiscard]] QString commandText(const ModelSummary& model, const PlanWishes& wishes,
                                  const std::vector<MethodInfo>& methods, const TextSource& calibration,
                                  const WindowOptions& calibrationWindows, const TextSource& evaluation,
                                  const WindowOptions& evaluationWindows);

// What healing takes: the plan carried out, then `heal` on what it leaves, with the options that differ from
// the usual values. Wishes that change nothing, or none (null), leave `run.model` as it is, which is then
// healed itself.
[[nodiscard]] QString healCommandText(const ModelSummary* model, const PlanWishes& wishes,
                                      const std::vector<MethodInfo>& methods, const TextSource& calibration,
                                      const WindowOptions& calibrationWindows, const RunRequest& run);

// A comparison of chop strategies, after the measurement that it chooses by where there is one.
[[nodiscard]] QString chopLabCommandText(const ModelSummary& model,
                                         const std::vector<std::string>& strategies, bool measured,
                                         const TextSource& calibration,
                                         const WindowOptions& calibrationWindows, const TextSource& text,
                                         const WindowOptions& windows);

// The plan, then questions and divergence of what it leaves beside the dense network; wishes that change
// nothing ask the dense network alone. `request`: its plan is not looked at.
[[nodiscard]] QString evaluateCommandText(const ModelSummary& model, const PlanWishes& wishes,
                                          const std::vector<MethodInfo>& methods,
                                          const TextSource& calibration,
                                          const WindowOptions& calibrationWindows,
                                          const EvaluateRequest& request);
[[nodiscard]] QString benchCommandText(const ModelSummary& model, const PlanWishes& wishes,
                                       const std::vector<MethodInfo>& methods, const TextSource& calibration,
                                       const WindowOptions& calibrationWindows, const BenchOptions& options);

}  // namespace secateur
