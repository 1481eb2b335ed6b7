// SPDX-License-Identifier: GPL-3.0-or-later
//
// A value that an option takes and that is not its usual one.
#pragma once

#include <string>
#include <vector>

#include "core/data/options.h"

namespace secateur::test {

inline OptionValue otherValue(const OptionSpec& spec) {
    if (const auto* flag = std::get_if<bool>(&spec.usual)) return !*flag;
    if (const auto* integer = std::get_if<std::int64_t>(&spec.usual)) return *integer + 3;
    if (const auto* number = std::get_if<double>(&spec.usual)) return (*number + spec.least + 1.0) / 4.0;
    if (std::holds_alternative<std::vector<int>>(spec.usual)) return std::vector<int>{1, 4};
    if (std::holds_alternative<std::vector<std::string>>(spec.usual))
        return std::vector<std::string>{spec.choices.back()};
    return spec.choices.back() == std::get<std::string>(spec.usual) ? spec.choices.front()
                                                                    : spec.choices.back();
}

}  // namespace secateur::test
