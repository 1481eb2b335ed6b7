// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/preview.h"

#include <algorithm>

#include "core/model/forward.h"

namespace secateur {

Preview::Preview(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes)
    : weights_(weights),
      windows_(windows),
      context_(makePassContext(weights.config(), weights.place(), windows.seqLen)) {
    // Two passes are kept: the dense one and the last plan's.
    stride_ = streamStride(weights.config(), windows, stateBytes / 2);
}

int Preview::commonPrefix(const Pass& pass, const std::vector<std::string>& keys) {
    const auto different = std::mismatch(keys.begin(), keys.end(), pass.keys.begin(), pass.keys.end());
    return static_cast<int>(different.first - keys.begin());
}

Preview::Pass Preview::extend(const Pass* from, int firstDifferent, const PlanEdits* edits, int& firstRun,
                              JobContext& context) {
    const int layers = weights_.config().layerCount();
    Pass pass;
    const int kept = from ? firstDifferent / stride_ : 0;  // index of the last stream that still holds
    firstRun = kept * stride_;
    if (from)
        pass.streams.assign(
            from->streams.begin(),
            from->streams.begin() + std::min<int>(kept, static_cast<int>(from->streams.size())));
    at::Tensor hidden = from ? from->streams[static_cast<std::size_t>(kept)].clone()
                             : embed(weights_, windows_, 0, windows_.count());
    const double tokens = static_cast<double>(windows_.ids.size());
    context.beginStage(edits ? "preview" : "dense perplexity", tokens * (layers - firstRun + 1),
                       "layer tokens");
    for (int position = firstRun; position < layers; ++position) {
        if (position % stride_ == 0) pass.streams.push_back(hidden.clone());
        if (edits && edits->skipsLayer(position)) continue;
        const LayerWeights layer = weights_.layer(position, edits ? edits->shares(position) : LayerShares());
        if (edits && !edits->untouched(position)) {
            const LayerEdit edit = edits->edit(position, layer, weights_.place());
            runLayerOverWindows(context_, layer, position, &edit, hidden, context);
        } else {
            runLayerOverWindows(context_, layer, position, nullptr, hidden, context);
        }
        weights_.release(position);
    }
    pass.losses = tokenLosses(weights_, windows_, 0, hidden, context);
    for (int position = 0; position < layers; ++position)
        pass.keys.push_back(edits ? edits->key(position) : std::string());
    return pass;
}

PreviewLosses Preview::run(const PlanEdits& edits, JobContext& context) {
    PreviewLosses result;
    const int layers = weights_.config().layerCount();
    int ran = 0;
    if (!dense_) dense_ = extend(nullptr, 0, nullptr, ran, context);
    std::vector<std::string> keys;
    for (int position = 0; position < layers; ++position) keys.push_back(edits.key(position));
    const int asDense = commonPrefix(*dense_, keys);
    const int asLast = last_ ? commonPrefix(*last_, keys) : -1;
    result.dense = dense_->losses;
    result.firstLayerRun = layers;
    if (asDense == layers) {
        result.plan = dense_->losses;
    } else if (asLast == layers) {
        result.plan = last_->losses;
    } else {
        const Pass& nearest = asLast > asDense ? *last_ : *dense_;
        last_ = extend(&nearest, std::max(asDense, asLast), &edits, result.firstLayerRun, context);
        result.plan = last_->losses;
    }
    return result;
}

}  // namespace secateur
