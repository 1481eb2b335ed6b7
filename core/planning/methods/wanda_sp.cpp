// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"

namespace secateur {

namespace {

// Mean over output rows of |W_ij| sqrt(norm2_j).
std::vector<float> scores(const ChannelStatistics& channels) {
    std::vector<float> scores(channels.norm2.size());
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = channels.weightAbsMean[i] * std::sqrt(channels.norm2[i]);
    return scores;
}

}  // namespace

Method wandaSpMethod() {
    MethodInfo info;
    info.name = "wanda-sp";
    info.label = "Wanda-sp";
    info.summary =
        "Removes KV groups and MLP channels by weight times input norm, layer after layer on pruned "
        "activations.";
    info.citation =
        "Sun, Liu, Bair, Kolter: A Simple and Effective Pruning Approach for Large Language Models, ICLR "
        "2024, arXiv "
        "2306.11695; structured form from An et al., AAAI 2024, arXiv 2312.11983";
    info.formula =
        "score_j = mean_i |W_ij| * |X_j|_2 on the inputs that the pruned layers below give; a KV group "
        "scores the sum over "
        "its channels; UL-UM: threshold = sorted[int(ratio * units)] in each layer, no bias.";
    info.kind = "width";
    info.triedFirst = true;
    info.needs = Needs::Text;
    info.options = widthOptions();
    info.options.push_back(compensateOption("none"));
    return {info, nullptr, SequentialRule{"wanda", "UL-UM", scores}};
}

}  // namespace secateur
