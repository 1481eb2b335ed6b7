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

double lossOf(const at::Tensor& logits, std::int32_t id) {
    const at::Tensor all = logits.to(at::kDouble);
    return (all.logsumexp(0) - all[id]).item<double>();
}

}  // namespace

int decodingThreads(const WeightSource& weights) {
    constexpr std::int64_t kSmall = std::int64_t{64} << 20;
    return weights.residentBytes() <= kSmall ? 1 : at::get_num_threads();
}

FewThreads::FewThreads(const WeightSource& weights) : before_(at::get_num_threads()) {
    if (decodingThreads(weights) != before_) at::set_num_threads(decodingThreads(weights));
}

FewThreads::~FewThreads() {
    if (at::get_num_threads() != before_) at::set_num_threads(before_);
}

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

TokenReader::TokenReader(WeightSource& weights, int length, int batch)
    : weights_(weights),
      batch_(batch),
      threads_(weights),
      pass_(makePassContext(weights.config(), weights.place(), length)),
      rope_(pass_.rope),
      cache_{std::vector<KvCache::Layer>(weights.config().layers.size())} {}

void TokenReader::mark() const {
    if (!mark_) return;
    waitFor(weights_.place().device);
    mark_();
}

at::Tensor TokenReader::read(std::span<const std::int32_t> ids, const JobContext& context) {
    const auto count = static_cast<std::int64_t>(ids.size()) / batch_;
    pass_.cache = &cache_;
    pass_.rope = rope_.positions(seen_, count);
    const at::Tensor which = at::tensor(at::ArrayRef<std::int32_t>(ids.data(), ids.size()), at::kLong);
    const ComputePlace& place = weights_.place();
    // As embed() does for whole windows, so that both give the same streams.
    at::Tensor rows = weights_.embedding().index_select(0, which);
    if (place.weights != at::kFloat) rows = rows.to(place.weights);
    at::Tensor hidden = rows.view({batch_, count, -1}).to(place.device, at::kFloat).contiguous();
    mark();
    for (int position = 0; position < weights_.config().layerCount(); ++position) {
        context.checkStop();
        weights_.layerInParts(position, [&](Sublayers part, const LayerWeights& layer) {
            runLayer(pass_, position, layer, hidden, part);
        });
        weights_.release(position);
        mark();
    }
    seen_ += count;
    const at::Tensor logits = logitsOf(weights_, hidden.select(1, count - 1).contiguous());
    mark();
    return logits;
}

void decode(TokenReader& reader, std::span<const std::int32_t> prompts, const ChooseNext& choose,
            const JobContext& context) {
    std::vector<std::int32_t> next(static_cast<std::size_t>(reader.batch()));
    at::Tensor logits = reader.read(prompts, context);
    while (choose(logits, next)) logits = reader.read(next, context);
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
    TokenReader reader(weights, static_cast<int>(prompt.size()) + options.tokens);
    double losses = 0.0;
    const auto choose = [&](const at::Tensor& logits, std::span<std::int32_t> next) {
        const std::int32_t id = sampler.draw(logits[0]);
        written.ended = id == endId;
        if (written.ended) return false;
        losses += lossOf(logits[0], id);
        written.ids.push_back(id);
        if (onToken) onToken(id);
        context.advanceBy(1.0);
        next[0] = id;
        return static_cast<int>(written.ids.size()) < options.tokens;
    };
    decode(reader, prompt, choose, context);
    if (!written.ids.empty()) written.meanLoss = losses / static_cast<double>(written.ids.size());
    return written;
}

}  // namespace secateur
