// SPDX-License-Identifier: GPL-3.0-or-later
//
// A step of a plan as one line of text, as --step and job files have it: a method and its options, e.g.
// "wanda pattern=2:4 layers=0-3 linears=q_proj,k_proj". Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "core/data/options.h"

namespace secateur {

struct ParsedStep {
    std::string method;  // "wanda"
    std::string kind;    // of the plan's step: "sparsify"
    OptionValues options;
    bool operator==(const ParsedStep&) const = default;
};

// What a step of the method takes: its options, and for methods that change linears where they stand
// (sparsify, quantize, factorize, rotate) the `layers` and `linears` that the step is restricted to.
[[nodiscard]] std::vector<OptionSpec> stepSpecs(const MethodInfo& method);

// Reads such a line. Words are parted by spaces; an option of yes or no may stand without a value; an option
// may be spelled as on the command line of commands ("chop-count") too. Throws InvalidArgument that begins
// with `where` ("--step 2") for an unknown method, an unknown or repeated option, and what checkOptions()
// refuses.
[[nodiscard]] ParsedStep parseStepText(const std::string& text, const std::vector<MethodInfo>& methods,
                                       const std::string& where);

// The line that is read back as `step`.
[[nodiscard]] std::string stepText(const ParsedStep& step);

}  // namespace secateur
