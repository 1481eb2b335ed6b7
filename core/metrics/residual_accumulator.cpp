// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/residual_accumulator.h"

#include <algorithm>
#include <numbers>

#include "core/model/kernels.h"
#include "core/model/tensors.h"

namespace secateur {

namespace {

constexpr double kTiny = 1e-30;

// Mean over tokens of arccos(cos) / pi for all pairs of points. states: per point [tokens, D], unit length.
std::vector<float> pairDistances(const std::vector<at::Tensor>& states) {
    const auto points = static_cast<std::int64_t>(states.size());
    const std::int64_t tokens = states.front().size(0);
    at::Tensor sum = at::zeros({points, points}, at::kDouble);
    constexpr std::int64_t kChunk = 128;  // keeps the stacked copy small
    for (std::int64_t first = 0; first < tokens; first += kChunk) {
        const std::int64_t some = std::min(kChunk, tokens - first);
        std::vector<at::Tensor> part;
        for (const at::Tensor& state : states) part.push_back(state.narrow(0, first, some));
        const at::Tensor stacked = at::stack(part, 1);  // [tokens, points, D]
        const at::Tensor cosine = at::bmm(stacked, stacked.transpose(1, 2)).clamp_(-1.0, 1.0);
        sum += cosine.acos_().sum(0).to(at::kCPU, at::kDouble);
    }
    const at::Tensor mean =
        (sum / (static_cast<double>(tokens) * std::numbers::pi)).to(at::kFloat).contiguous();
    std::vector<float> distances(mean.const_data_ptr<float>(), mean.const_data_ptr<float>() + mean.numel());
    for (std::int64_t i = 0; i < points; ++i) distances[static_cast<std::size_t>(i * points + i)] = 0.0F;
    return distances;
}

at::Tensor unitLength(const at::Tensor& x) {
    return x / at::linalg_vector_norm(x, 2, at::IntArrayRef({-1}), true).clamp_min_(kTiny);
}

// Dot products along the last dimension, [windows, seq]; a few windows at a time, for the product is as large
// as its factors.
at::Tensor products(const at::Tensor& a, const at::Tensor& b) {
    constexpr std::int64_t kTokens = 1024;
    const std::int64_t atOnce = std::max<std::int64_t>(1, kTokens / a.size(1));
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < a.size(0); first += atOnce) {
        const std::int64_t some = std::min(atOnce, a.size(0) - first);
        parts.push_back(at::linalg_vecdot(a.narrow(0, first, some), b.narrow(0, first, some)));
    }
    return at::cat(parts);
}

}  // namespace

void ChangeAccumulator::add(const at::Tensor& before, const at::Tensor& after) {
    if (isHostFloat(before)) {
        const at::Tensor a = before.contiguous(), b = after.contiguous();
        const std::int64_t rows = before.size(0) * before.size(1);
        for (auto* all : {&dot_, &before2_, &after2_})
            all->push_back(at::empty({before.size(0), before.size(1)}, before.options()));
        kernels::rowProducts(a.const_data_ptr<float>(), b.const_data_ptr<float>(), rows, before.size(2),
                             dot_.back().mutable_data_ptr<float>(), before2_.back().mutable_data_ptr<float>(),
                             after2_.back().mutable_data_ptr<float>());
        return;
    }
    dot_.push_back(products(before, after));
    before2_.push_back(products(before, before));
    after2_.push_back(products(after, after));
}

LayerChange ChangeAccumulator::finish() const {
    const at::Tensor dot = at::cat(dot_), before2 = at::cat(before2_), after2 = at::cat(after2_);
    const at::Tensor norms = (before2.sqrt() * after2.sqrt()).clamp_min_(kTiny);
    const at::Tensor update2 = (before2 + after2 - 2 * dot).clamp_min_(0.0);
    LayerChange change;
    change.cosine = (dot / norms).to(at::kDouble).mean().item<double>();
    change.relativeUpdate =
        (update2.sqrt() / before2.sqrt().clamp_min(kTiny)).to(at::kDouble).mean().item<double>();
    change.norm = after2.sqrt().to(at::kDouble).mean().item<double>();
    return change;
}

LayerChange layerChange(const at::Tensor& before, const at::Tensor& after) {
    ChangeAccumulator change;
    change.add(before, after);
    return change.finish();
}

AngularAccumulator::AngularAccumulator(int points, std::int64_t windows, std::int64_t seq,
                                       std::int64_t hidden, std::int64_t memoryBytes,
                                       std::shared_ptr<WorkMemory> memory)
    : all_(static_cast<std::size_t>(points)),
      last_(static_cast<std::size_t>(points)),
      memory_(std::move(memory)) {
    const std::int64_t windowBytes = seq * hidden * 4 * points;
    windowsKept_ = std::clamp<std::int64_t>(memoryBytes / std::max<std::int64_t>(windowBytes, 1), 1, windows);
}

void AngularAccumulator::add(int point, const at::Tensor& hidden) {
    const auto index = static_cast<std::size_t>(point);
    last_[index] = unitLength(hidden.select(1, hidden.size(1) - 1));
    const at::Tensor some = hidden.narrow(0, 0, windowsKept_).contiguous();
    const at::Tensor kept = memory_->empty(some.sizes(), some.options());
    if (isHostFloat(some)) {
        kernels::unitRows(some.const_data_ptr<float>(), kept.mutable_data_ptr<float>(),
                          some.size(0) * some.size(1), some.size(2));
    } else {
        for (std::int64_t window = 0; window < windowsKept_; ++window)
            kept.select(0, window).copy_(unitLength(some.select(0, window)));
    }
    all_[index] = kept.view({-1, hidden.size(2)});
}

AngularDistances AngularAccumulator::finish() const {
    AngularDistances distances;
    distances.points = static_cast<int>(all_.size());
    distances.windows = static_cast<int>(windowsKept_);
    distances.allTokens = pairDistances(all_);
    distances.lastToken = pairDistances(last_);
    return distances;
}

}  // namespace secateur
