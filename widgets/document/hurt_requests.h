// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window asks of the engine to show what a plan costs in words: who writes, how, and what came of
// it. Plain values.
#pragma once

#include <QString>
#include <cstdint>
#include <memory>

#include "core/data/analysis.h"
#include "core/data/completion.h"
#include "core/data/plan.h"
#include "core/data/tokens.h"

namespace secateur {

// Networks whose texts stand beside each other.
enum class Writer { Dense, Planned, Healed };

struct CompletionRequest {
    CompletionOptions options;
    std::uint64_t id = 0;  // comes back with the answers
    bool planned = false;  // also what the plan leaves
    QString healed;        // checkpoint folder of a healed model that writes as well; empty: none
    Plan plan;
    std::shared_ptr<const Analysis> analysis;
    TextSource text;  // that previews judge on, and of steps that look at activations; either may be empty
    WindowOptions windows;
    TextSource calibration;
    WindowOptions calibrationWindows;
};

// What one of them wrote. `problem` says why it did not, and is empty otherwise.
struct WriterOutcome {
    Writer writer = Writer::Dense;
    Completion completion;
    QString problem;
};

}  // namespace secateur
