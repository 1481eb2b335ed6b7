// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/perplexity.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/evaluate/final_stream.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

// Relative cost of the output head in the progress bar: it multiplies by vocab x D weights, a layer by its
// own.
double headCost(const NetworkConfig& config) {
    const double layers =
        static_cast<double>(decoderLinearParameters(config)) / std::max(config.layerCount(), 1);
    return static_cast<double>(config.vocabSize) * config.hiddenSize / std::max(layers, 1.0);
}

}  // namespace

at::Tensor chunkedLosses(WeightSource& weights, const TokenWindows& windows, std::int64_t streamBytes,
                         JobContext& context) {
    requirePredictions(windows);
    const NetworkConfig& config = weights.config();
    const int atOnce = windowsAtOnce(config, windows.seqLen, streamBytes);
    std::vector<at::Tensor> losses;
    const double tokens = static_cast<double>(windows.ids.size());
    context.beginStage("perplexity", tokens * (config.layerCount() + headCost(config)), "layer tokens");
    double done = 0.0;
    for (int first = 0; first < windows.count(); first += atOnce) {
        const int count = std::min(atOnce, windows.count() - first);
        const at::Tensor hidden = finalStream(weights, windows, first, count, context);
        losses.push_back(tokenLosses(weights, windows, first, hidden, context));
        done += static_cast<double>(count) * windows.seqLen * (config.layerCount() + headCost(config));
        context.advanceTo(done);
    }
    return at::cat(losses, 0);
}

SlidingLoss slidingLoss(WeightSource& weights, const TokenStream& stream, int seqLen, int stride,
                        std::int64_t streamBytes, JobContext& context) {
    const auto tokens = static_cast<std::int64_t>(stream.ids.size());
    if (stride < 1 || stride > seqLen)
        throw Error(ErrorCode::InvalidArgument,
                    "stride " + std::to_string(stride) + " is not in 1.." + std::to_string(seqLen),
                    "the stride is at most --seq-len");
    if (tokens < 2)
        throw Error(ErrorCode::InvalidArgument, stream.source + ": fewer than 2 tokens", "use a longer text");
    // Full windows first, all of one length; the last one may be shorter and is run by itself.
    TokenWindows full;
    full.seqLen = static_cast<int>(std::min<std::int64_t>(seqLen, tokens));
    std::vector<std::int64_t> firstScored;  // per window: index of its first scored prediction
    std::int64_t scoredUpTo = 1;            // tokens before this one are scored (token 0 never is)
    std::int64_t begin = 0;
    for (; begin + full.seqLen <= tokens; begin += stride) {
        full.ids.insert(full.ids.end(), stream.ids.begin() + begin, stream.ids.begin() + begin + full.seqLen);
        // With stride == seqLen a window's first token has no context in it and is not scored.
        firstScored.push_back(std::max<std::int64_t>(scoredUpTo - begin - 1, 0));
        scoredUpTo = begin + full.seqLen;
        if (scoredUpTo == tokens) break;
    }
    SlidingLoss loss;
    const auto addWindows = [&](const TokenWindows& windows, const std::vector<std::int64_t>& from) {
        const at::Tensor losses = chunkedLosses(weights, windows, streamBytes, context).to(at::kDouble);
        for (std::int64_t i = 0; i < losses.size(0); ++i) {
            const at::Tensor scored = losses[i].narrow(0, from[static_cast<std::size_t>(i)],
                                                       losses.size(1) - from[static_cast<std::size_t>(i)]);
            loss.sum += scored.sum().item<double>();
            loss.scored += scored.numel();
        }
    };
    addWindows(full, firstScored);
    if (scoredUpTo < tokens) {
        TokenWindows tail;
        tail.seqLen = static_cast<int>(tokens - begin);
        tail.ids.assign(stream.ids.begin() + begin, stream.ids.end());
        if (tail.seqLen >= 2) addWindows(tail, {std::max<std::int64_t>(scoredUpTo - begin - 1, 0)});
    }
    return loss;
}

at::Tensor windowLogits(WeightSource& weights, const TokenWindows& windows, int window, JobContext& context) {
    if (window < 0 || window >= windows.count())
        throw Error(
            ErrorCode::InvalidArgument,
            "window " + std::to_string(window) + " is not in 0.." + std::to_string(windows.count() - 1),
            windows.source + " has " + std::to_string(windows.count()) + " windows");
    context.beginStage("logits", static_cast<double>(windows.seqLen) * weights.config().layerCount(),
                       "layer tokens");
    const at::Tensor hidden = finalStream(weights, windows, window, 1, context);
    return logitsOf(weights, hidden[0]);
}

}  // namespace secateur
