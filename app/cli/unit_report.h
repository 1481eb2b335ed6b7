// SPDX-License-Identifier: GPL-3.0-or-later
//
// One unit in full: its numbers from activation to verdict, and with a model and a text the histogram of its
// activations.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/console.h"
#include "app/cli/shared_options.h"
#include "core/data/analysis.h"
#include "core/data/score_table.h"

namespace secateur::cli {

struct UnitOptions {
    std::string unit;        // "7:channel:311"; empty: none is asked for
    std::string plan;        // whose verdict is told; needs a model
    std::int64_t bins = 40;  // of the histogram
};

// --channel, --model, --plan and --bins.
void addUnitOptions(CLI::App& app, SharedOptions& shared, UnitOptions& options);

// Prints it. Throws InvalidArgument for a unit that there is not, and for a text or a plan without a model.
void reportUnit(const UnitOptions& options, const SharedOptions& shared, const Analysis& analysis,
                const ScoreTable& table, Console& console);

}  // namespace secateur::cli
