// SPDX-License-Identifier: GPL-3.0-or-later
//
// Many networks that differ in which sublayers they lack, run at once. Networks that agree on all lower
// sublayers share one residual stream up to where they part, equal networks are one, and every layer's
// weights are loaded once for all of them: a walk over the trie of their decisions, level by level.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

// What a network lacks at one position.
struct SublayerCut {
    bool attention = false;
    bool mlp = false;
    bool operator==(const SublayerCut&) const = default;
};
// One entry per position of the network that they are parts of.
using Subnetwork = std::vector<SublayerCut>;

// Layers run, in layer passes over the whole text; a sublayer is half of one. Output heads are not counted.
struct SubnetworkWork {
    double layers = 0.0;    // with shared prefixes
    double unshared = 0.0;  // what the networks would take one by one
    SubnetworkWork& operator+=(const SubnetworkWork& other) {
        layers += other.layers;
        unshared += other.unshared;
        return *this;
    }
};

class SubnetworkTrie {
public:
    // `networks`: one entry per position each. Equal ones become one leaf.
    SubnetworkTrie(std::vector<Subnetwork> networks, int layers);

    [[nodiscard]] int leafCount() const noexcept { return static_cast<int>(distinct_.size()); }
    // The leaf of a network as given.
    [[nodiscard]] int leafOf(int network) const { return leafOf_[static_cast<std::size_t>(network)]; }
    // Work that sharing predicts.
    [[nodiscard]] SubnetworkWork predicted() const;

    // Called for every leaf, in order for the same windows, with windows `first`... of the text: the residual
    // stream after the last layer, [windows, seq, D] f32, before the final norm.
    using Visit = std::function<void(int leaf, int first, const at::Tensor& hidden)>;

    // Runs all networks over the windows. Windows are taken in turns whose streams fit into `stateBytes`.
    // Returns the work that was spent. Advances `context` by seqLen times windows for every sublayer.
    SubnetworkWork run(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                       const Visit& visit, JobContext& context) const;

private:
    [[nodiscard]] double sublayerRuns() const;

    int layers_;
    double givenSublayers_ = 0.0;
    std::vector<Subnetwork> distinct_;  // ascending, so that those with a common prefix are neighbours
    std::vector<int> leafOf_;
};

struct SubnetworkPerplexities {
    std::vector<double> perplexity;      // of each network, as given
    std::vector<at::Tensor> windowLoss;  // of each network: mean loss of every window, [windows, 1] f64
    SubnetworkWork work;
};
// exp of the mean over windows of their mean loss. `stage` names the work in progress reports.
[[nodiscard]] SubnetworkPerplexities subnetworkPerplexities(WeightSource& weights,
                                                            const TokenWindows& windows,
                                                            const std::vector<Subnetwork>& networks,
                                                            std::int64_t stateBytes, const std::string& stage,
                                                            JobContext& context);

}  // namespace secateur
