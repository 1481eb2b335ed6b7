// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/leave_one_out.h"

#include <algorithm>
#include <cmath>

#include "core/model/forward.h"

namespace secateur {

namespace {

// A network with something left out, from the layer above the omission on.
struct Variant {
    at::Tensor hidden;  // [windows, seq, D]
    double lossSum = 0.0;
};

class Sweep {
public:
    Sweep(WeightSource& weights, const TokenWindows& windows, const std::vector<LayerEdit>& edits,
          LeaveOneOutParts parts, JobContext& context)
        : weights_(weights),
          windows_(windows),
          edits_(edits),
          parts_(parts),
          context_(context),
          pass_(makePassContext(weights.config(), weights.place(), windows.seqLen)) {
        for (int i = 0; i < weights.config().layerCount(); ++i)
            if (edits.empty() || !edits[static_cast<std::size_t>(i)].skipLayer()) positions_.push_back(i);
        const std::size_t perLayer = (parts.layers ? 1 : 0) + (parts.sublayers ? 2 : 0);
        variants_.resize(positions_.size() * perLayer);
    }

    [[nodiscard]] std::size_t variantCount() const { return variants_.size(); }
    [[nodiscard]] const std::vector<int>& positions() const { return positions_; }

    void runWindows(int first, int count) {
        at::Tensor dense = embed(weights_, windows_, first, count);
        std::size_t begun = 0;
        for (const int position : positions_) {
            const LayerWeights layer = weights_.layer(position);
            const LayerEdit* edit = edits_.empty() ? nullptr : &edits_[static_cast<std::size_t>(position)];
            for (std::size_t i = 0; i < begun; ++i)
                runLayerOverWindows(pass_, layer, position, edit, variants_[i].hidden, context_);
            if (parts_.layers) variants_[begun++].hidden = dense.clone();
            if (parts_.sublayers) {
                variants_[begun++].hidden = without(layer, position, dense, true);
                variants_[begun++].hidden = without(layer, position, dense, false);
            }
            runLayerOverWindows(pass_, layer, position, edit, dense, context_);
            weights_.release(position);
        }
        denseLoss_ += lossSum(first, dense);
        for (Variant& variant : variants_) {
            variant.lossSum += lossSum(first, variant.hidden);
            variant.hidden = at::Tensor();
        }
    }

    [[nodiscard]] LeaveOneOut finish() const {
        LeaveOneOut result;
        const double windows = windows_.count();
        result.densePerplexity = std::exp(denseLoss_ / windows);
        std::size_t i = 0;
        const auto next = [&] { return static_cast<float>(std::exp(variants_[i++].lossSum / windows)); };
        for (std::size_t layer = 0; layer < positions_.size(); ++layer) {
            if (parts_.layers) result.layer.push_back(next());
            if (parts_.sublayers) {
                result.attention.push_back(next());
                result.mlp.push_back(next());
            }
        }
        return result;
    }

private:
    at::Tensor without(const LayerWeights& layer, int position, const at::Tensor& dense, bool attention) {
        LayerEdit edit;
        if (!edits_.empty()) edit = edits_[static_cast<std::size_t>(position)];
        (attention ? edit.skipAttention : edit.skipMlp) = true;
        at::Tensor hidden = dense.clone();
        runLayerOverWindows(pass_, layer, position, &edit, hidden, context_);
        return hidden;
    }

    // Sum over windows of their mean loss.
    double lossSum(int first, const at::Tensor& hidden) {
        return tokenLosses(weights_, windows_, first, hidden, context_)
            .to(at::kDouble)
            .mean(1)
            .sum()
            .item<double>();
    }

    WeightSource& weights_;
    const TokenWindows& windows_;
    const std::vector<LayerEdit>& edits_;
    LeaveOneOutParts parts_;
    JobContext& context_;
    PassContext pass_;
    std::vector<int> positions_;
    std::vector<Variant> variants_;
    double denseLoss_ = 0.0;
};

}  // namespace

LeaveOneOut leaveOneOut(WeightSource& weights, const TokenWindows& windows,
                        const std::vector<LayerEdit>& edits, LeaveOneOutParts parts, std::int64_t stateBytes,
                        JobContext& context) {
    Sweep sweep(weights, windows, edits, parts, context);
    const auto variants = static_cast<double>(sweep.variantCount());
    const auto layers = static_cast<double>(sweep.positions().size());
    // Each variant runs half the layers on average, and the output head once.
    const double work = static_cast<double>(windows.ids.size()) * (variants * (layers / 2 + 1) + layers + 1);
    context.beginStage("leave one out", work, "layer tokens");
    const std::int64_t one = std::int64_t{windows.seqLen} * weights.config().hiddenSize * 4 *
                             static_cast<std::int64_t>(sweep.variantCount() + 2);
    const int atOnce = static_cast<int>(
        std::clamp<std::int64_t>(stateBytes / std::max<std::int64_t>(one, 1), 1, windows.count()));
    for (int first = 0; first < windows.count(); first += atOnce)
        sweep.runWindows(first, std::min(atOnce, windows.count() - first));
    return sweep.finish();
}

}  // namespace secateur
