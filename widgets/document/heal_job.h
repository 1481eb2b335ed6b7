// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window asks for when a checkpoint, or what a plan leaves of the open model, is to be healed.
#pragma once

#include <QString>
#include <memory>
#include <optional>

#include "core/data/analysis.h"
#include "core/data/plan.h"
#include "core/data/run_record.h"
#include "core/data/tokens.h"

namespace secateur {

struct HealJob {
    QString folder{};  // of the run; absolute
    // Where `evalText` is `text`, the last windows of the text are held out and not trained on.
    RunRequest run{};
    std::optional<Plan> plan{};  // applied to the open model first, into start/ of the folder, which is then
                                 // what `run.model` names
    std::shared_ptr<const Analysis> analysis{};  // means for the plan's bias
    TextSource calibration{};                    // what calibrated steps of the plan look at; may be empty
    WindowOptions calibrationWindows{};
    std::string modelName{};      // of what is healed, until the run says so itself
    std::int64_t parameters = 0;  // of what is healed; 0 when not known
    double flopsPerToken = 0.0;   // of training it; 0 when not known
    bool resume = false;          // from the newest checkpoint in the folder
};

// The checkpoint that a plan left, in the folder of its run.
[[nodiscard]] inline QString startFolder(const QString& run) {
    return run + QStringLiteral("/start");
}

}  // namespace secateur
