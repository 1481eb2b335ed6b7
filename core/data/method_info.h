// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a compression method says about itself. GUI forms, command-line options, documents and the methods
// table are generated from these values; a method registers its own in the file that implements it
// (core/planning/methods/*.cpp).
#pragma once

#include <string>
#include <vector>

namespace secateur {

// What a method must have before it can plan.
enum class Needs {
    Weights,   // the checkpoint alone
    Analysis,  // an analysis file
    Text,      // calibration text: it prunes as it goes
};

struct MethodOption {
    std::string name;   // long command-line option without dashes, e.g. "metric"
    std::string label;  // as shown in forms
    std::string help;   // one sentence
    std::string defaultValue;
    std::vector<std::string> choices;  // empty for numbers and flags
    double minimum = 0.0;              // for numbers
    double maximum = 0.0;
};

struct MethodInfo {
    std::string name;      // "flap"
    std::string label;     // "FLAP"
    std::string summary;   // one sentence
    std::string citation;  // authors, title, venue, arXiv id
    std::string formula;   // plain text
    Needs needs = Needs::Analysis;
    std::vector<MethodOption> options;
};

}  // namespace secateur
