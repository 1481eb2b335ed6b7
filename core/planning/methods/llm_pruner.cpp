// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/saliency_scores.h"

namespace secateur {

Method llmPrunerMethod() {
    MethodInfo info;
    info.name = "llm-pruner";
    info.label = "LLM-Pruner";
    info.summary =
        "Removes the KV groups and MLP channels whose loss would change least by the loss's own gradient, "
        "the "
        "same number in every layer.";
    info.citation =
        "Ma, Fang, Wang: LLM-Pruner: On the Structural Pruning of Large Language Models, NeurIPS 2023, arXiv "
        "2305.11627; its block-wise mode";
    info.formula =
        "g = dL/dW, A = mean over windows of g^2; of a row or column: vectorize |sum W g|, param_first sum "
        "|W "
        "g|, param_second sum |W A W|, param_mix sum |W g - W A W / 2|. A channel is its gate row, up row "
        "and "
        "down column; a KV group its key and value rows and its query rows and output columns, added over "
        "the "
        "heads, and scores the sum over its channels; UL-UM: threshold = sorted[int(ratio * units)] in each "
        "layer, no bias.";
    info.kind = "width";
    info.needs = Needs::Gradients;
    info.options = widthOptions();
    info.options.push_back({.key = "saliency",
                            .label = "Saliency",
                            .help =
                                "What a row or column costs: first order, second order, both, or the first "
                                "order of the whole row with its signs.",
                            .usual = std::string(name(Saliency::First)),
                            .choices = saliencyNames()});
    info.options.push_back({.key = "reduction",
                            .label = "Reduction",
                            .help =
                                "How the rows and columns of one unit are put together; first: the gate row "
                                "or the query row alone.",
                            .usual = std::string("sum"),
                            .choices = reductionNames(),
                            .place = OptionSpec::Place::More});
    info.options.push_back(compensateOption("none"));
    return {info, [](const WidthRequest& request) {
                return WidthRule{saliencyMetricName(request.saliency, request.reduction), "UL-UM",
                                 compensates(request), true};
            }};
}

}  // namespace secateur
