// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/preview.h"

#include <algorithm>

#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

std::vector<std::string> keysOf(const WeightSource& weights) {
    std::vector<std::string> keys;
    for (int position = 0; position < weights.config().layerCount(); ++position)
        keys.push_back(weights.source()->key(position));
    return keys;
}

int commonPrefix(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return static_cast<int>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

}  // namespace

Preview::Preview(WeightSource& dense, const TokenWindows& windows, std::int64_t stateBytes)
    : dense_(dense), windows_(windows) {
    // Two passes are kept: the dense one and the last plan's.
    stride_ = streamStride(dense.config(), windows, stateBytes / 2);
}

Preview::Pass Preview::extend(WeightSource& weights, const Pass* from, int firstDifferent, const char* stage,
                              int& firstRun, JobContext& context) const {
    const int layers = weights.config().layerCount();
    Pass pass;
    int kept = 0;  // index of the last stream that still holds
    if (from) kept = std::min(firstDifferent / stride_, static_cast<int>(from->streams.size()) - 1);
    firstRun = kept * stride_;
    at::Tensor hidden;
    if (from) {
        pass.streams.assign(from->streams.begin(), from->streams.begin() + kept);
        hidden = weights.memory()->copy(from->streams[static_cast<std::size_t>(kept)]);
    } else {
        hidden = embed(weights, windows_, 0, windows_.count());
    }
    const double tokens = static_cast<double>(windows_.ids.size());
    context.beginStage(stage, tokens * (layers - firstRun + 1), "layer tokens");
    StreamKeeper visitor(stride_, pass.streams, *weights.memory());
    const PassContext run = makePassContext(weights.config(), weights.place(), windows_.seqLen);
    runLayers(weights, run, hidden, visitor, context, firstRun);
    pass.losses = tokenLosses(weights, windows_, 0, hidden, context);
    pass.keys = keysOf(weights);
    return pass;
}

PreviewLosses Preview::run(WeightSource& plan, JobContext& context) {
    PreviewLosses result;
    int ran = 0;
    ProgressParts parts(context, {densePass_ ? 0.0 : 1.0, 1.0});
    parts.next();
    if (!densePass_) densePass_ = extend(dense_, nullptr, 0, "dense perplexity", ran, context);
    const std::vector<std::string> keys = keysOf(plan);
    const int asDense = commonPrefix(keys, densePass_->keys);
    const int asLast = last_ ? commonPrefix(keys, last_->keys) : -1;
    result.dense = densePass_->losses;
    parts.next();
    result.firstLayerRun = plan.config().layerCount();
    if (keys == densePass_->keys) {
        result.plan = densePass_->losses;
    } else if (last_ && keys == last_->keys) {
        result.plan = last_->losses;
    } else {
        const Pass& nearest = asLast > asDense ? *last_ : *densePass_;
        last_ = extend(plan, &nearest, std::max(asDense, asLast), "preview", result.firstLayerRun, context);
        result.plan = last_->losses;
    }
    return result;
}

}  // namespace secateur
