// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/metric.h"

namespace secateur {

Method minitronMethod() {
    MethodInfo info;
    info.name = "minitron";
    info.label = "Minitron";
    info.summary =
        "Removes the KV groups and MLP channels whose activations are smallest, the same number in every "
        "layer.";
    info.citation =
        "Muralidharan et al.: Compact Language Models via Pruning and Knowledge Distillation, NeurIPS 2024, "
        "arXiv 2407.14679; aggregation as NVIDIA's TensorRT Model Optimizer computes it "
        "(modelopt/torch/nas/plugins/megatron.py)";
    info.formula =
        "score_j = sqrt(sum over windows of (mean over tokens of |x_j|)^2), x the inputs of down_proj and "
        "o_proj; a KV group scores the L2 norm over its channels; UL-UM: threshold = sorted[int(ratio * "
        "units)] in each layer, no bias.";
    info.kind = "width";
    info.needs = Needs::Analysis;
    info.options = widthOptions();
    info.options.push_back(compensateOption("none"));
    return {info, [](const WidthRequest& request) {
                return WidthRule{kMinitronMetric, "UL-UM", compensates(request), true};
            }};
}

}  // namespace secateur
