// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the program knows about its commands. Every command is one file with one declare function: it puts its
// options on a parser and returns what to do once they are parsed. A malformed command line throws
// CLI::ParseError (exit 2), everything else Error.
#pragma once

#include <functional>
#include <span>
#include <string>

#include <CLI/CLI.hpp>

#include "app/cli/console.h"
#include "app/cli/shared_options.h"

namespace secateur::cli {

using Action = std::function<void(Console&)>;
using Declare = Action (*)(CLI::App& app, SharedOptions& shared);

struct Command {
    const char* name;
    const char* summary;  // one line of `secateur --help`
    Declare declare;
};

// All commands, in the order of the road: look, measure, plan, apply.
[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] const Command* findCommand(const std::string& name);  // null when there is none

Action declareInfo(CLI::App& app, SharedOptions& shared);
Action declareTokenize(CLI::App& app, SharedOptions& shared);
Action declarePerplexity(CLI::App& app, SharedOptions& shared);
Action declareLogits(CLI::App& app, SharedOptions& shared);
Action declareMeasure(CLI::App& app, SharedOptions& shared);
Action declareScores(CLI::App& app, SharedOptions& shared);
Action declarePlan(CLI::App& app, SharedOptions& shared);
Action declarePreview(CLI::App& app, SharedOptions& shared);
Action declareLosses(CLI::App& app, SharedOptions& shared);
Action declareComplete(CLI::App& app, SharedOptions& shared);
Action declareEvaluate(CLI::App& app, SharedOptions& shared);
Action declareBench(CLI::App& app, SharedOptions& shared);
Action declareStability(CLI::App& app, SharedOptions& shared);
Action declareSolve(CLI::App& app, SharedOptions& shared);
Action declareSweep(CLI::App& app, SharedOptions& shared);
Action declareApply(CLI::App& app, SharedOptions& shared);
Action declareExport(CLI::App& app, SharedOptions& shared);
Action declareHeal(CLI::App& app, SharedOptions& shared);
Action declareReport(CLI::App& app, SharedOptions& shared);
Action declareRun(CLI::App& app, SharedOptions& shared);
Action declareMethods(CLI::App& app, SharedOptions& shared);
Action declareSelftest(CLI::App& app, SharedOptions& shared);

// A command line that cannot be understood, e.g. two options that exclude each other.
[[noreturn]] void usageError(const std::string& message);

}  // namespace secateur::cli
