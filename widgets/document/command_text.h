// SPDX-License-Identifier: GPL-3.0-or-later
//
// The command lines that repeat what the window shows, for scripts and clusters.
#pragma once

#include <QString>

#include "core/data/model_summary.h"
#include "core/data/tokens.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// A POSIX shell word.
[[nodiscard]] QString shellQuoted(const QString& word);

// measure, plan, preview and apply, a line each. Layers that a loaded plan narrows by its own masks are
// repeated from the plan file alone.
[[nodiscard]] QString commandText(const ModelSummary& model, const PlanWishes& wishes,
                                  const TextSource& calibration, const WindowOptions& calibrationWindows,
                                  const TextSource& evaluation, const WindowOptions& evaluationWindows);

}  // namespace secateur
