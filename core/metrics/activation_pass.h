// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pass of windows up to one layer, for the histogram of one unit's values there. The layer runs twice: for
// the range, then for the counts; what is kept meanwhile does not grow with the text.
#pragma once

#include "core/base/job_context.h"
#include "core/data/activation_histogram.h"
#include "core/data/tokens.h"
#include "core/model/weights.h"

namespace secateur {

// Fills everything but text and dtype. Throws InvalidArgument for a layer or unit that the network does not
// have, and like runLayers.
[[nodiscard]] ActivationHistogram activationPass(WeightSource& weights, const TokenWindows& windows,
                                                 const UnitCell& cell, int bins, JobContext& context);

}  // namespace secateur
