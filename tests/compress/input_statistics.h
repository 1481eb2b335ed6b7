// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/inputs.h"

namespace secateur {

// x: [tokens, channels], as one window.
inline InputStatistics inputsOf(const at::Tensor& x) {
    InputAccumulator accumulator;
    accumulator.add(x.unsqueeze(0));
    return accumulator.finish();
}

}  // namespace secateur
