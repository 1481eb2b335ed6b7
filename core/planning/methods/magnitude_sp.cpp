// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/metric.h"

namespace secateur {

Method magnitudeSpMethod() {
    MethodInfo info;
    info.name = "magnitude-sp";
    info.label = "Magnitude (structured)";
    info.summary =
        "Removes KV groups and MLP channels with the smallest weights, the same number in every layer.";
    info.citation =
        "Baseline of An, Zhao, Yu, Tang, Wang: Fluctuation-based Adaptive Structured Pruning for Large "
        "Language Models, "
        "AAAI 2024, arXiv 2312.11983";
    info.formula =
        "score_j = sqrt(sum_i W_ij^2) over the columns of o_proj and down_proj; a KV group scores the sum "
        "over its channels; "
        "UL-UM: threshold = sorted[int(ratio * units)] in each layer, no bias.";
    info.kind = "width";
    info.triedFirst = true;
    info.needs = Needs::Weights;
    info.options = widthOptions();
    info.options.push_back(compensateOption("none"));
    return {info, [](const WidthRequest& request) {
                return WidthRule{kMagnitudeMetric, "UL-UM", compensates(request), false};
            }};
}

}  // namespace secateur
