// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> options = widthOptions();
    const std::vector<OptionSpec> own{
        {.key = "metric",
         .label = "Metric",
         .help = "What a channel is worth.",
         .usual = std::string("WIFV"),
         .choices = widthMetrics()},
        {.key = "structure",
         .label = "Structure",
         .help = "Where units compete: within a layer (UL) or across layers (AL), and how attention and MLP "
                 "share.",
         .usual = std::string("AL-AM"),
         .choices = widthStructures()},
        {.key = "statistics",
         .label = "Statistics",
         .help = "True variance over tokens, or what the published code accumulates; auto: as measured.",
         .usual = std::string("auto"),
         .choices = {"auto", "exact", "reference"},
         .place = OptionSpec::Place::More},
        {.key = "cost",
         .label = "Cost",
         .help = "What a KV group costs against a channel; auto: follows the statistics.",
         .usual = std::string("auto"),
         .choices = {"auto", "exact", "reference"},
         .place = OptionSpec::Place::More},
        {.key = "remove-heads",
         .label = "KV groups removed",
         .help = "KV groups to remove over the whole network.",
         .unit = "KV groups",
         .usual = std::int64_t{-1},
         .usually = "by ratio",
         .least = -1.0,
         .most = 1048576.0,
         .place = OptionSpec::Place::More,
         .onlyIf = "structure=AL-MM|UL-MM"},
        compensateOption("bias"),
    };
    options.insert(options.end(), own.begin(), own.end());
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
    info.kind = "width";
    info.triedFirst = true;
    info.needs = Needs::Analysis;
    info.options = options();
    return {info, [](const WidthRequest& request) {
                return WidthRule{request.metric, request.structure,
                                 request.bias && request.compensate != "none", true};
            }};
}

}  // namespace secateur
