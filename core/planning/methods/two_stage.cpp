// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/metric.h"

namespace secateur {

namespace {

std::vector<OptionSpec> twoStageOptions() {
    std::vector<OptionSpec> options = mlpWidthOptions();
    options.push_back(
        {.key = "alpha",
         .label = "Alpha",
         .help = "How much of the ratio attention bears: the larger, the more attention sublayers go.",
         .usual = 1.5,
         .least = 0.0,
         .most = 100.0,
         .openBelow = true,
         .place = OptionSpec::Place::More});
    options.push_back(
        {.key = "attention-layers",
         .label = "Attention dropped",
         .help = "Attention sublayers that the second stage drops; with 0 there is no second stage, "
                 "and the MLPs give up the whole ratio.",
         .unit = "layers",
         .usual = std::int64_t{-1},
         .usually = "by alpha",
         .least = -1.0,
         .most = 65536.0,
         .place = OptionSpec::Place::More});
    options.push_back(compensateOption("none"));
    return options;
}

}  // namespace

Method twoStageMethod() {
    MethodInfo info;
    info.name = "2ssp";
    info.label = "2SSP";
    info.summary =
        "Narrows all MLPs to one width by the norms of their activations, then drops whole attention "
        "sublayers, each time the one that costs least perplexity.";
    info.citation =
        "Sandri, Cunegatti, Iacca: 2SSP: A Two-Stage Framework for Structured Pruning of LLMs, TMLR 2025, "
        "arXiv 2501.17771";
    info.formula =
        "Stage 1: score_j = mean over windows of sqrt(sum over tokens of x_j^2), x the input of down_proj; "
        "the "
        "same number of channels in every layer, so many that both stages meet the ratio s. Stage 2: N = "
        "round(L "
        "s^((P_mlp / P_attention) / alpha)) attention sublayers, greedily by the perplexity of what is left, "
        "over "
        "2048 tokens. P: weights of a sublayer.";
    info.kind = "width";
    info.needs = Needs::Text;
    info.options = twoStageOptions();
    Method method{info, [](const WidthRequest& request) {
                      return WidthRule{kTwoStageMetric, "UL-UM", compensates(request), true};
                  }};
    method.dropsAttention = true;
    return method;
}

}  // namespace secateur
