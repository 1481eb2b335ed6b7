// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/divergence.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/evaluate/final_stream.h"
#include "core/model/forward.h"

namespace secateur {

DivergenceSums divergenceSums(WeightSource& one, const at::Tensor& hiddenOne, WeightSource& other,
                              const at::Tensor& hiddenOther) {
    DivergenceSums sums;
    const std::int64_t scored = hiddenOne.size(0) - 1, atOnce = logitRows(one.config().vocabSize);
    for (std::int64_t first = 0; first < scored; first += atOnce) {
        const std::int64_t some = std::min(atOnce, scored - first);
        const at::Tensor p =
            at::log_softmax(logitsOf(one, hiddenOne.narrow(0, first, some)).to(at::kDouble), 1);
        const at::Tensor q =
            at::log_softmax(logitsOf(other, hiddenOther.narrow(0, first, some)).to(at::kDouble), 1);
        sums.divergence += (p.exp() * (p - q)).sum().item<double>();
        sums.agreeing += p.argmax(1).eq(q.argmax(1)).sum().item<double>();
    }
    return sums;
}

Divergence divergenceOf(WeightSource& first, WeightSource& second, const TokenWindows& windows,
                        std::int64_t streamBytes, JobContext& context) {
    if (first.config().vocabSize != second.config().vocabSize)
        throw Error(ErrorCode::InvalidArgument,
                    "the networks predict " + std::to_string(first.config().vocabSize) + " and " +
                        std::to_string(second.config().vocabSize) + " tokens, which cannot be compared",
                    "compare checkpoints of one vocabulary");
    requirePredictions(windows);
    const int atOnce = windowsAtOnce(first.config(), windows.seqLen, streamBytes);
    const int layers = first.config().layerCount() + second.config().layerCount();
    context.beginStage("divergence", static_cast<double>(windows.ids.size()) * std::max(layers, 1),
                       "layer tokens");
    std::vector<double> divergences, agreements;
    const double scored = windows.seqLen - 1;
    for (int start = 0; start < windows.count(); start += atOnce) {
        const int count = std::min(atOnce, windows.count() - start);
        const at::Tensor here = finalStream(first, windows, start, count, context);
        const at::Tensor there = finalStream(second, windows, start, count, context);
        for (int i = 0; i < count; ++i) {
            context.checkStop();
            const DivergenceSums sums = divergenceSums(first, here[i], second, there[i]);
            divergences.push_back(sums.divergence / scored);
            agreements.push_back(sums.agreeing / scored);
        }
    }
    return {meanOf(divergences), meanOf(agreements), static_cast<std::int64_t>(scored) * windows.count(), {}};
}

}  // namespace secateur
