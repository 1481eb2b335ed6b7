// SPDX-License-Identifier: GPL-3.0-or-later
//
// The wishes a plan is made from, as options: what to chop, how to narrow, how much. All come from the
// options that methods declare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/data/options.h"
#include "core/data/plan_request.h"

namespace secateur::cli {

// As typed; the functions below check the values.
struct PlanOptions {
    OptionValues chop;
    OptionValues width;
    std::optional<std::string> method;
    bool noBias = false;  // --compensate none
    std::string budget;   // how much the width removes, in words; see plan_budget.h
};

// `except`: keys that the command asks for in its own way.
void addChopOptions(CLI::App& app, PlanOptions& options, std::vector<std::string> except = {});
// How to narrow; without how much, which addTargetOptions asks.
void addWidthOptions(CLI::App& app, PlanOptions& options);
void addTargetOptions(CLI::App& app, PlanOptions& options);
// --budget, in place of the options that say how much; after these.
void addBudget(CLI::App& app, PlanOptions& options);

// Whether one of the options that make a step was given.
[[nodiscard]] bool wishesAnything(const PlanOptions& options);
// Chop and width, the latter without how much where a budget says that; nothing wished at all is a malformed
// command line. Throws CLI::ParseError for options that need each other, InvalidArgument for values out of
// range and options that the method ignores.
[[nodiscard]] PlanRequest planRequest(const PlanOptions& options);

// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
[[nodiscard]] std::vector<std::string> methodNames();  // of chops and widths

}  // namespace secateur::cli
