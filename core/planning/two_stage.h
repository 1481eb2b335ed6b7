// SPDX-License-Identifier: GPL-3.0-or-later
//
// How 2SSP shares what is to go between its two stages (Sandri et al., arXiv 2501.17771, equation 5;
// methods-2.md M5). Pure; any thread.
#pragma once

#include "core/data/model_summary.h"
#include "core/data/plan_request.h"

namespace secateur {

struct TwoStageSplit {
    double ratio = 0.0;  // s: share of the linear weights that goes in both stages
    int attention = 0;   // N: attention sublayers that the second stage drops
    WidthRequest mlp;    // the first stage, which narrows MLPs alone by what is left to go
};
// N = round(L s^((P_mlp / P_attention) / alpha)), halves to even; L counts the layers that have attention,
// the P are means over those that have the sublayer. A number that the request names stands instead. A target
// size counts as the share of what the layers hold that goes. `network`: what earlier steps left of `model`.
// Throws InvalidArgument where the attention sublayers alone are more than the ratio.
[[nodiscard]] TwoStageSplit twoStageSplit(const ModelSummary& model, const NetworkConfig& network,
                                          const WidthRequest& request);

// The second stage looks at as many windows as make so many tokens: one window of the published code.
inline constexpr int kSecondStageTokens = 2048;

}  // namespace secateur
