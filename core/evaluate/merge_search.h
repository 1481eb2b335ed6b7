// SPDX-License-Identifier: GPL-3.0-or-later
//
// LaCo's search for layers that can be folded into others (arXiv 2402.11187, algorithms.md 5.6): from the top
// down, a merge is kept when the final hidden states stay similar to those of the original network.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/layer_merge.h"
#include "core/data/tokens.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

struct MergeLimits {
    MergeRule rule = MergeRule::Paper;
    int count = 1;            // layers to fold into others, at most
    int atOnce = 3;           // layers of a group, the first included
    double threshold = 0.45;  // least similarity of a merge that is kept
};

// Keeps the dense network's streams and all similarities that it has measured, so that searches after the
// first are cheaper. Thread rule: used by the compute thread alone.
class MergeSearch {
public:
    // `stateBytes` bounds what is kept of residual streams; where not every layer's fits, every k-th is kept.
    // Runs the dense network.
    MergeSearch(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                JobContext& context);

    // Candidates are layers from the top down, each with up to `atOnce` - 1 layers above it; after a merge
    // that is kept the next candidate is one lower or, above what is left, the highest there is. When the
    // bottom is reached and `count` is not, it begins again with smaller groups. ORIGINAL layer numbers.
    [[nodiscard]] LayerMerge search(const MergeLimits& limits);

    // Exactly `count` layers, with the highest of the thresholds 0.95, 0.90, ..., 0.05, and none, at which so
    // many can be folded. Throws InvalidArgument when the shapes of the layers do not allow it.
    [[nodiscard]] LayerMerge fold(MergeRule rule, int count);

    // Mean over windows of the cosine of the final hidden states (after the final norm, all tokens of a
    // window as one vector) of the network with these merges and of the original one.
    [[nodiscard]] double similarity(const LayerMerge& merge);

    [[nodiscard]] const SubnetworkWork& work() const noexcept { return work_; }

private:
    [[nodiscard]] at::Tensor finalStates(const LayerMerge& merge);
    void beginTrial();

    WeightSource& weights_;
    const TokenWindows& windows_;
    JobContext& context_;
    int stride_ = 1;
    std::vector<at::Tensor> streams_;  // input of layer 0, stride, 2 stride, ...
    at::Tensor dense_;                 // [windows, seq * D], of unit length
    std::map<std::string, double> known_;
    double trials_ = 0.0;  // networks run since the present fold began
    SubnetworkWork work_;
};

}  // namespace secateur
