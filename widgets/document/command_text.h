// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command lines that repeat what the window shows, for scripts and clusters.
#pragma once

#include <QString>

#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/tokens.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// A POSIX shell word.
[[nodiscard]] QString shellQuoted(const QString& word);

// measure, plan, preview and apply, a line each, with the options that differ from the usual values. Plans
// that have a width by masks of a file are repeated from that file alone. `methods`: the registry.
[[nodiscard]] QString commandText(const ModelSummary& model, const PlanWishes& wishes,
                                  const std::vector<MethodInfo>& methods, const TextSource& calibration,
                                  const WindowOptions& calibrationWindows, const TextSource& evaluation,
                                  const WindowOptions& evaluationWindows);

}  // namespace secateur
