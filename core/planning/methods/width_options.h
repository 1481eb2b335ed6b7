// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options that every width method has.
#pragma once

#include <vector>

#include "core/data/method_info.h"
#include "core/data/plan_request.h"

namespace secateur {

// ratio, targets, protected layers, minimum widths and rounding.
[[nodiscard]] std::vector<OptionSpec> widthOptions();

// The same for methods that leave attention whole.
[[nodiscard]] std::vector<OptionSpec> mlpWidthOptions();

// Whether a method that usually does not make up for what is removed is asked to.
[[nodiscard]] bool compensates(const WidthRequest& request);
// What makes up for what a width step removes: "none", "bias" or "refit".
[[nodiscard]] OptionSpec compensateOption(const char* usual);

}  // namespace secateur
