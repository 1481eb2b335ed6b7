// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/completion.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <ATen/Parallel.h>

#include "core/base/error.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

// In [0, 1), of the upper 53 bits.
double uniform(SplitMix64& random) {
    return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

// Ids in the order of falling logits, the first `most` of them; NaN last.
std::vector<std::int32_t> ranked(const float* logits, std::int64_t count, std::int64_t most) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](std::int32_t id) { return std::isnan(logits[id]); });
    const auto before = [&](std::int32_t a, std::int32_t b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    };
    most = std::min(most, static_cast<std::int64_t>(order.size()));
    std::partial_sort(order.begin(), order.begin() + most, order.end(), before);
    order.resize(static_cast<std::size_t>(most));
    return order;
}

// While it lives a small network runs on one thread. A token of it is hundreds of products of microseconds,
// at the end of each of which threads wait for one another: that takes longer than the products.
class FewThreads {
public:
    explicit FewThreads(const WeightSource& weights) : before_(at::get_num_threads()) {
        constexpr std::int64_t kSmall = std::int64_t{64} << 20;
        if (weights.residentBytes() <= kSmall) at::set_num_threads(1);
    }
    ~FewThreads() { at::set_num_threads(before_); }
    FewThreads(const FewThreads&) = delete;
    FewThreads& operator=(const FewThreads&) = delete;

private:
    int before_;
};

double lossOf(const at::Tensor& logits, std::int32_t id) {
    const at::Tensor all = logits.to(at::kDouble);
    return (all.logsumexp(0) - all[id]).item<double>();
}

}  // namespace

TokenSampler::TokenSampler(const CompletionOptions& options)
    : temperature_(options.temperature), topK_(options.topK), topP_(options.topP), random_(options.seed) {
    const auto refuse = [](const std::string& what, const std::string& range) {
        throw Error(ErrorCode::InvalidArgument, what, range);
    };
    if (!(temperature_ >= 0.0) || !std::isfinite(temperature_))
        refuse("the temperature is not a number of at least 0", "0 takes the most probable token");
    if (topK_ < 0) refuse("top-k is " + std::to_string(topK_), "0 draws from all tokens");
    if (!(topP_ > 0.0 && topP_ <= 1.0))
        refuse("top-p is not above 0 and at most 1", "1 draws from all tokens");
}

std::int32_t TokenSampler::draw(const at::Tensor& logits) {
    const at::Tensor values = logits.contiguous();
    const auto* data = values.const_data_ptr<float>();
    const std::int64_t count = values.numel();
    const std::int64_t most = temperature_ == 0.0 ? 1 : topK_ > 0 ? topK_ : count;
    const std::vector<std::int32_t> order = ranked(data, count, most);
    if (order.empty() || !std::isfinite(data[order.front()]))
        throw Error(ErrorCode::Corrupt, "the network's logits are not finite",
                    "its weights overflow in this dtype; try --dtype f32");
    if (temperature_ == 0.0) return order.front();
    std::vector<double> weights(order.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        weights[i] = std::exp((static_cast<double>(data[order[i]]) - data[order.front()]) / temperature_);
    double whole = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (topP_ < 1.0) {
        double sum = 0.0;
        std::size_t kept = 0;
        while (kept < weights.size() && sum < topP_ * whole) sum += weights[kept++];
        weights.resize(kept);
        whole = sum;
    }
    double left = uniform(random_) * whole;
    for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
        left -= weights[i];
        if (left < 0.0) return order[i];
    }
    return order[weights.size() - 1];
}

TokenReader::TokenReader(WeightSource& weights, int length)
    : weights_(weights),
      pass_(makePassContext(weights.config(), weights.place(), length)),
      rope_(pass_.rope),
      cache_{std::vector<KvCache::Layer>(weights.config().layers.size())} {}

at::Tensor TokenReader::read(std::span<const std::int32_t> ids, const JobContext& context) {
    const auto count = static_cast<std::int64_t>(ids.size());
    pass_.cache = &cache_;
    pass_.rope = rope_.positions(seen_, count);
    const at::Tensor which = at::tensor(at::ArrayRef<std::int32_t>(ids.data(), ids.size()), at::kLong);
    const ComputePlace& place = weights_.place();
    // As embed() does for whole windows, so that both give the same streams.
    at::Tensor rows = weights_.embedding().index_select(0, which);
    if (place.weights != at::kFloat) rows = rows.to(place.weights);
    at::Tensor hidden = rows.unsqueeze(0).to(place.device, at::kFloat).contiguous();
    for (int position = 0; position < weights_.config().layerCount(); ++position) {
        context.checkStop();
        weights_.layerInParts(position, [&](Sublayers part, const LayerWeights& layer) {
            runLayer(pass_, position, layer, hidden, part);
        });
        weights_.release(position);
    }
    seen_ += count;
    return logitsOf(weights_, hidden[0].narrow(0, count - 1, 1).contiguous())[0];
}

WrittenTokens writeTokens(WeightSource& weights, std::span<const std::int32_t> prompt, std::int32_t endId,
                          const CompletionOptions& options, const std::function<void(std::int32_t)>& onToken,
                          JobContext& context) {
    if (prompt.empty())
        throw Error(ErrorCode::InvalidArgument, "there is nothing to go on from", "give a prompt");
    if (options.tokens < 0)
        throw Error(ErrorCode::InvalidArgument, std::to_string(options.tokens) + " tokens cannot be written",
                    "give the number of tokens to write");
    TokenSampler sampler(options);
    WrittenTokens written;
    if (options.tokens == 0) return written;
    const FewThreads few(weights);
    TokenReader reader(weights, static_cast<int>(prompt.size()) + options.tokens);
    at::Tensor logits = reader.read(prompt, context);
    double losses = 0.0;
    while (true) {
        const std::int32_t id = sampler.draw(logits);
        if (id == endId) {
            written.ended = true;
            break;
        }
        losses += lossOf(logits, id);
        written.ids.push_back(id);
        if (onToken) onToken(id);
        context.advanceBy(1.0);
        if (static_cast<int>(written.ids.size()) == options.tokens) break;
        logits = reader.read(std::span(&id, 1), context);
    }
    if (!written.ids.empty()) written.meanLoss = losses / static_cast<double>(written.ids.size());
    return written;
}

}  // namespace secateur
