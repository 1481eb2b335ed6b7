// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/final_stream.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

at::Tensor finalStream(WeightSource& weights, const TokenWindows& windows, int first, int count,
                       JobContext& context) {
    return finalStream(weights, makePassContext(weights.config(), weights.place(), windows.seqLen), windows,
                       first, count, context);
}

at::Tensor finalStream(WeightSource& weights, const PassContext& pass, const TokenWindows& windows, int first,
                       int count, JobContext& context) {
    at::Tensor hidden = embed(weights, windows, first, count);
    runLayers(weights, pass, hidden, context);
    return hidden;
}

int windowsAtOnce(const NetworkConfig& config, int seqLen, std::int64_t streamBytes) {
    const std::int64_t one = std::int64_t{seqLen} * config.hiddenSize * 4;
    return static_cast<int>(std::clamp<std::int64_t>(streamBytes / one, 1, 1 << 20));
}

void requirePredictions(const TokenWindows& windows) {
    if (windows.seqLen < 2)
        throw Error(ErrorCode::InvalidArgument, "a window of one token predicts nothing",
                    "use --seq-len 2 or more");
}

}  // namespace secateur
