// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"

namespace secateur {

namespace {

std::vector<MethodOption> options() {
    std::vector<MethodOption> options{
        {"metric", "Metric", "What a channel is worth.", "WIFV", {"WIFV", "WIFN", "IFV"}, 0.0, 0.0},
        {"structure",
         "Structure",
         "Where units compete: within a layer (UL) or across layers (AL), and how attention and MLP share.",
         "AL-AM",
         {"AL-AM", "AL-MM", "UL-MM", "UL-UM"},
         0.0,
         0.0},
        {"statistics",
         "Statistics",
         "True variance over tokens, or what the published code accumulates.",
         "exact",
         {"exact", "reference"},
         0.0,
         0.0},
        {"cost",
         "Cost",
         "What a KV group costs against a channel; follows the statistics when not given.",
         "",
         {"exact", "reference"},
         0.0,
         0.0},
        {"remove-heads",
         "KV groups to remove",
         "Over the whole network, for AL-MM and UL-MM; not given counts as 0.",
         "",
         {},
         0.0,
         65536.0},
        {"no-bias",
         "No bias",
         "Do not restore the mean of what is removed by an output bias.",
         "false",
         {"false", "true"},
         0.0,
         0.0},
    };
    const std::vector<MethodOption> common = widthOptions();
    options.insert(options.begin(), common.begin(), common.end());
    return options;
}

}  // namespace

Method flapMethod() {
    MethodInfo info;
    info.name = "flap";
    info.label = "FLAP";
    info.summary =
        "Removes KV groups and MLP channels whose inputs fluctuate least, and restores their mean by a bias.";
    info.citation =
        "An, Zhao, Yu, Tang, Wang: Fluctuation-based Adaptive Structured Pruning for Large Language Models, "
        "AAAI 2024, "
        "arXiv 2312.11983";
    info.formula =
        "WIFV_j = Var(X_j) * sum_i W_ij^2;  IFV_j = Var(X_j);  WIFN_j = mean_i |W_ij| * |X_j|_2; squared in "
        "attention. "
        "AL: z-scores within each layer and module, mean over a KV group, one threshold over the network. "
        "Bias b += W * ((1 - mask) * mean(X)).";
    info.needs = Needs::Analysis;
    info.options = options();
    return {info, [](const WidthRequest& request) {
                return WidthRule{request.metric, request.structure, request.bias, true};
            }};
}

}  // namespace secateur
