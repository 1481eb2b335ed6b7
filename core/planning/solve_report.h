// SPDX-License-Identifier: GPL-3.0-or-later
//
// What came of the plans that a solver proposed. Plain values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/plan.h"
#include "core/planning/target.h"

namespace secateur {

struct SolveRow {
    std::string family;
    std::string steps;  // as --step reads them
    Plan plan;
    Reached reached;
    std::int64_t memoryBytes = 0;  // weights and cache at SolveReport::memoryAt
    bool stock = false;            // loads in the classes that transformers ships
    Measured measured;             // on the judged windows
    // Where widths were aligned: parameters and perplexity that this costs against the same plan without.
    std::int64_t snapParameters = 0;
    std::optional<double> snapPerplexity;
    std::optional<double> snapPerplexityError;
    // By how much the perplexity is above that of the best row, whose network reads the same windows.
    double behind = 0.0;
    std::optional<double> behindError;
    std::string problem;             // why there is no such network; nothing is measured then
    std::vector<double> windowLoss;  // mean of each window

    // Not told apart from the best: the difference is not larger than its standard error.
    [[nodiscard]] bool tied() const { return problem.empty() && behindError && behind <= *behindError; }
};

// The nearest that a family comes to the target.
struct SolveUnreached {
    std::string family;
    std::string steps;
    std::string reached;  // in words
};

struct SolveReport {
    std::string target;  // in words
    int align = 1;
    double densePerplexity = 0.0;
    std::optional<double> denseStandardError;
    Reached dense;
    std::int64_t denseMemoryBytes = 0;
    MemoryLimit memoryAt;        // the context and batch of the column; its bytes mean nothing
    std::vector<SolveRow> rows;  // ranked; those that were measured
    std::vector<SolveUnreached> unreached;
    int proposed = 0;      // plans that there were to measure
    bool partial = false;  // stopped before all were measured
    double seconds = 0.0;
    std::string protocol;
    std::vector<TextOverlap> overlaps;
    std::vector<std::string> warnings;
};

// Lowest perplexity first, then what has a problem; equal ones as they were proposed. Fills `behind`.
void rank(std::vector<SolveRow>& rows);

}  // namespace secateur
