// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the weights alone say of the channels that o_proj and down_proj read: for scores that take weights
// into account, and for those that take nothing else.
#pragma once

#include "core/data/analysis.h"
#include "core/model/layer_weights.h"

namespace secateur {

// Fills weightNorm2, weightAbsMean and rowPeaks of the linears that are defined; the rest stays as it is.
void addWeightStatistics(const LayerWeights& weights, LayerAnalysis& layer);

}  // namespace secateur
