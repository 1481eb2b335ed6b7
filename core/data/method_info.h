// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a compression method says about itself. GUI forms, command-line options, documents and the methods
// table are generated from these values; a method states its own in the file that implements it
// (core/planning/methods/*.cpp, core/compress/methods/*.cpp).
#pragma once

#include <string>
#include <vector>

#include "core/data/options.h"

namespace secateur {

// What a method must have before it can plan.
enum class Needs {
    Weights,    // the checkpoint alone
    Analysis,   // an analysis file
    Text,       // calibration text: it prunes as it goes
    Gradients,  // an analysis that holds gradients, or calibration text to measure them on
};

struct MethodInfo {
    std::string name;      // "flap"
    std::string label;     // "FLAP"
    std::string summary;   // one sentence
    std::string citation;  // authors, title, venue, arXiv id
    std::string formula;   // plain text
    std::string kind;      // of the plan's step: "chop", "width", "sparsify", "quantize", "factorize"
    Needs needs = Needs::Analysis;
    std::vector<OptionSpec> options;
    bool triedFirst = false;  // among those that a search over methods begins with: unlike each other
};

}  // namespace secateur
