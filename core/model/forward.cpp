// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/forward.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/model/checks.h"
#include "core/model/host_values.h"
#include "core/model/kernels.h"

namespace secateur {

namespace {

at::Tensor hostIds(const TokenWindows& windows, int first, int count) {
    auto* data =
        const_cast<std::int32_t*>(windows.ids.data()) + static_cast<std::size_t>(first) * windows.seqLen;
    return at::from_blob(data, {count, windows.seqLen}, at::kInt).to(at::kLong);
}

void requireFiniteStream(const PassContext& pass, int position, const at::Tensor& hidden) {
    if (std::isfinite(hidden.sum().item<float>()) || at::isfinite(hidden).all().item<bool>()) return;
    throw Error(ErrorCode::Corrupt,
                "layer " +
                    std::to_string(pass.config.layers[static_cast<std::size_t>(position)].originalLayer) +
                    ": the residual stream became NaN or Inf",
                "try --dtype f32; if it stays, the weights are damaged");
}

// In layers times tokens.
double workOf(Sublayers part, std::int64_t tokens) {
    return static_cast<double>(tokens) * (part == Sublayers::Both ? 1.0 : 0.5);
}

constexpr std::int64_t kHeadRows = 1024;                             // whose logits are made together
constexpr std::int64_t kLogitBlock = std::int64_t{2} * 1024 * 1024;  // logits that exist at a time

// Losses of x [tokens, D] into losses [tokens], f32 on the host. Classes come in blocks, so that few logits
// exist at a time for as many rows as a product wants. block: room for kLogitBlock of them.
void hostLosses(const at::Tensor& x, const at::Tensor& head, const at::Tensor& targets,
                const at::Tensor& block, const at::Tensor& losses) {
    const std::int64_t vocabulary = head.size(0);
    for (std::int64_t row = 0; row < x.size(0); row += kHeadRows) {
        const std::int64_t rows = std::min(kHeadRows, x.size(0) - row);
        const std::int64_t atOnce = std::max<std::int64_t>(1, kLogitBlock / rows);
        std::vector<kernels::LogitSum> sums(static_cast<std::size_t>(rows));
        for (std::int64_t first = 0; first < vocabulary; first += atOnce) {
            const std::int64_t some = std::min(atOnce, vocabulary - first);
            at::Tensor logits = block.narrow(0, 0, rows * some).view({rows, some});
            at::mm_out(logits, x.narrow(0, row, rows), head.narrow(0, first, some).t());
            withHostValues(logits, [&](const auto* values) {
                kernels::addLogits(values, targets.const_data_ptr<std::int64_t>() + row, sums.data(), rows,
                                   first, some);
            });
        }
        std::ranges::transform(
            sums, losses.mutable_data_ptr<float>() + row,
            [](const kernels::LogitSum& sum) { return static_cast<float>(sum.crossEntropy()); });
    }
}

// The same of any device: all classes of a few rows at a time.
void deviceLosses(const at::Tensor& x, const at::Tensor& head, const at::Tensor& targets,
                  const at::Tensor& losses) {
    const std::int64_t atOnce = logitRows(head.size(0));
    for (std::int64_t row = 0; row < x.size(0); row += atOnce) {
        const std::int64_t some = std::min(atOnce, x.size(0) - row);
        const at::Tensor logits = at::linear(x.narrow(0, row, some), head).to(at::kFloat);
        const at::Tensor chosen = logits.gather(1, targets.narrow(0, row, some).unsqueeze(1)).squeeze(1);
        losses.narrow(0, row, some).copy_(at::logsumexp(logits, 1) - chosen);
    }
}

}  // namespace

std::int64_t logitRows(std::int64_t vocabulary) {
    return std::clamp<std::int64_t>(16'000'000 / std::max<std::int64_t>(vocabulary, 1), 16, 4096);
}

int windowsPerBatch(const ComputePlace& place, int seqLen) {
    const int tokens = place.device.is_cuda() ? 16384 : 1024;
    return std::max(1, tokens / std::max(seqLen, 1));
}

int streamStride(const NetworkConfig& config, const TokenWindows& windows, std::int64_t bytes) {
    const std::int64_t one = static_cast<std::int64_t>(windows.ids.size()) * config.hiddenSize * 4;
    const std::int64_t fit = std::max<std::int64_t>(1, bytes / std::max<std::int64_t>(one, 1));
    const std::int64_t layers = config.layerCount();
    return static_cast<int>(std::max<std::int64_t>(1, (layers + fit - 1) / fit));
}

at::Tensor embed(WeightSource& weights, const TokenWindows& windows, int first, int count) {
    const at::Tensor table = weights.embedding();
    const ComputePlace& place = weights.place();
    const at::Tensor stream = weights.memory()->empty(
        {count, windows.seqLen, table.size(1)}, at::TensorOptions().dtype(at::kFloat).device(place.device));
    const int batch = windowsPerBatch(place, windows.seqLen);
    for (int done = 0; done < count; done += batch) {
        const int some = std::min(batch, count - done);
        at::Tensor rows = table.index_select(0, hostIds(windows, first + done, some).reshape({-1}));
        if (place.weights != at::kFloat) rows = rows.to(place.weights);
        stream.narrow(0, done, some).copy_(rows.view({some, windows.seqLen, -1}));
    }
    return stream;
}

void runLayerOverWindows(const PassContext& pass, const LayerWeights& layer, int position, at::Tensor& hidden,
                         JobContext& context, Sublayers part, const BatchCallback& compare) {
    const std::int64_t count = hidden.size(0);
    const std::int64_t seq = hidden.size(1);
    const std::int64_t batch = windowsPerBatch(pass.place, static_cast<int>(seq));
    for (std::int64_t first = 0; first < count; first += batch) {
        at::Tensor some = hidden.narrow(0, first, std::min(batch, count - first));
        const at::Tensor before = compare ? some.clone() : at::Tensor();
        PassContext own = pass;
        Branches branches;
        if (pass.branches) {
            branches = pass.branches->of(first, some.size(0));
            own.branches = &branches;
        }
        runLayer(own, position, layer, some, part);
        if (compare) compare(before, some);
        context.advanceBy(workOf(part, some.size(0) * seq));
    }
    requireFiniteStream(pass, position, hidden);
}

void compareBatches(const PassContext& pass, const at::Tensor& before, const at::Tensor& after,
                    const BatchCallback& compare) {
    const std::int64_t count = before.size(0);
    const std::int64_t batch = windowsPerBatch(pass.place, static_cast<int>(before.size(1)));
    for (std::int64_t first = 0; first < count; first += batch) {
        const std::int64_t some = std::min(batch, count - first);
        compare(before.narrow(0, first, some), after.narrow(0, first, some));
    }
}

void watchLayerOverWindows(const PassContext& pass, const LayerWeights& layer, int position,
                           const at::Tensor& hidden, JobContext& context, Sublayers part,
                           const at::Tensor& which) {
    const std::int64_t count = which.defined() ? which.size(0) : hidden.size(0);
    const std::int64_t seq = hidden.size(1);
    const std::int64_t batch = windowsPerBatch(pass.place, static_cast<int>(seq));
    for (std::int64_t first = 0; first < count; first += batch) {
        const std::int64_t some = std::min(batch, count - first);
        at::Tensor copy = which.defined() ? hidden.index_select(0, which.narrow(0, first, some))
                                          : hidden.narrow(0, first, some).clone();
        runLayer(pass, position, layer, copy, part);
        requireFiniteStream(pass, position, copy);
        context.advanceBy(workOf(part, some * seq));
    }
}

at::Tensor tokenLosses(WeightSource& weights, const TokenWindows& windows, int first,
                       const at::Tensor& hidden, JobContext& context) {
    const int count = static_cast<int>(hidden.size(0));
    const int scored = windows.seqLen - 1;
    const at::Tensor norm = weights.finalNorm();
    const at::Tensor head = weights.outputHead();
    const at::Tensor targets = hostIds(windows, first, count).narrow(1, 1, scored).to(hidden.device());
    at::Tensor losses = at::empty({count, scored}, at::kFloat);
    const bool host = hasHostLoops(head);
    const at::Tensor block = host ? at::empty({kLogitBlock}, head.options()) : at::Tensor();
    const std::int64_t rows = host ? kHeadRows : logitRows(head.size(0));
    const int perBatch = static_cast<int>(std::max<std::int64_t>(1, rows / scored));
    for (int start = 0; start < count; start += perBatch) {
        const int some = std::min(perBatch, count - start);
        // The last position predicts nothing that is scored.
        const at::Tensor x = rmsNorm(hidden.narrow(0, start, some).narrow(1, 0, scored), norm,
                                     weights.config().normEps, weights.place().products);
        const at::Tensor flat = x.reshape({-1, x.size(-1)});
        const at::Tensor target = targets.narrow(0, start, some).reshape({-1});
        const at::Tensor into =
            losses.view({-1}).narrow(0, std::int64_t{start} * scored, std::int64_t{some} * scored);
        if (host) {
            hostLosses(flat, head, target, block, into);
        } else {
            deviceLosses(flat, head, target, into);
        }
        context.advanceBy(static_cast<double>(some) * windows.seqLen);
    }
    return losses;
}

at::Tensor logitsOf(WeightSource& weights, const at::Tensor& hidden) {
    const at::Tensor x =
        rmsNorm(hidden, weights.finalNorm(), weights.config().normEps, weights.place().products);
    return at::linear(x, weights.outputHead()).to(at::kCPU, at::kFloat).contiguous();
}

std::optional<double> errorOfMeanLoss(const at::Tensor& losses) {
    const at::Tensor means = losses.to(at::kDouble).mean(1);
    if (means.numel() < 2) return std::nullopt;
    return means.std().item<double>() / std::sqrt(static_cast<double>(means.numel()));
}

double perplexityOf(const at::Tensor& losses) {
    return std::exp(losses.to(at::kDouble).mean(1).mean().item<double>());
}

}  // namespace secateur
