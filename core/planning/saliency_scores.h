// SPDX-License-Identifier: GPL-3.0-or-later
//
// What LLM-Pruner makes of saliencies: the rows and columns that go together as one unit, put together
// (arXiv 2305.11627, section 3.2; algorithms.md 3.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/network_config.h"

namespace secateur {

// Over the members of a unit. `First` is the root: the gate row of a channel; of attention the query row, or
// the key row where heads share it.
enum class MemberReduction { Sum, Mean, Max, Product, First };

// What the metric of a width step says: "param_first", or "param_first/max" where members are not added.
struct SaliencyMetric {
    Saliency saliency = Saliency::First;
    MemberReduction reduction = MemberReduction::Sum;
};
[[nodiscard]] std::string saliencyMetricName(const std::string& saliency, const std::string& reduction);
// None for metrics that are no saliency.
[[nodiscard]] std::optional<SaliencyMetric> saliencyMetric(const std::string& metric);
[[nodiscard]] std::vector<std::string> saliencyNames();
[[nodiscard]] std::vector<std::string> reductionNames();  // "sum", "mean", "max", "prod", "first"

// One value an MLP channel, of its gate row, up row and down column.
[[nodiscard]] std::vector<float> channelSaliency(const LayerAnalysis& layer, const SaliencyMetric& metric);

struct AttentionSaliency {
    // A KV group is the rows of its key and value head and the rows and columns of its query heads, which are
    // added up over the heads; what is reduced is summed over the channels of the head.
    std::vector<float> groups;
    std::vector<float> heads;  // each query head as if the key and value head were its own
};
// Throws InvalidArgument without gradients or where they do not fit the layer's heads.
[[nodiscard]] AttentionSaliency attentionSaliency(const LayerAnalysis& layer, int headDim,
                                                  const SaliencyMetric& metric);

}  // namespace secateur
