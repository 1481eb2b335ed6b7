// SPDX-License-Identifier: GPL-3.0-or-later
//
// The wishes a plan is made from, as options: what to chop, how to narrow, how much. Names come from the
// registry of the planner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/data/plan_request.h"

namespace secateur::cli {

// As typed; request() checks the values.
struct PlanOptions {
    std::optional<std::string> chop;
    std::optional<std::int64_t> chopCount;
    std::optional<std::string> chopBy;
    std::optional<std::string> dropAttention;
    std::optional<std::string> dropMlp;
    std::optional<std::string> method;
    std::optional<std::string> metric;
    std::optional<std::string> structure;
    std::optional<std::string> statistics;
    std::optional<std::string> cost;
    std::optional<double> ratio;
    std::optional<std::string> targetParameters;
    std::optional<std::string> targetBytes;
    std::optional<std::int64_t> removeHeads;
    std::optional<std::string> protect;
    std::int64_t minKeepGroups = 0;
    std::int64_t minKeepChannels = 0;
    std::int64_t roundTo = 1;
    bool noBias = false;
};

void addChopOptions(CLI::App& app, PlanOptions& options);
// How to narrow; without how much, which addTargetOptions asks.
void addWidthOptions(CLI::App& app, PlanOptions& options);
void addTargetOptions(CLI::App& app, PlanOptions& options);

// Throws CLI::ParseError for options that need each other, InvalidArgument for values out of range.
[[nodiscard]] ChopRequest chopRequest(const PlanOptions& options);
[[nodiscard]] WidthRequest widthRequest(const PlanOptions& options);
// Both; nothing wished at all is a malformed command line.
// Whether one of the options that make a step was given.
[[nodiscard]] bool wishesAnything(const PlanOptions& options);
[[nodiscard]] PlanRequest planRequest(const PlanOptions& options);

// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);
[[nodiscard]] std::vector<std::string> methodNames();

}  // namespace secateur::cli
