// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/narrowing.h"

#include <array>
#include <cstdio>

#include "core/base/error.h"
#include "core/model/edited_source.h"
#include "core/model/forward.h"

namespace secateur {

namespace {

constexpr std::int64_t kHeldOutEvery = 5;

at::Tensor windowsOf(std::int64_t count, bool held, const at::Device& device) {
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < count; ++i)
        if ((i % kHeldOutEvery == kHeldOutEvery - 1 || (count < kHeldOutEvery && i == count - 1)) == held)
            chosen.push_back(i);
    return at::tensor(chosen, at::kLong).to(device);
}

}  // namespace

void requireHeldOut(const TokenWindows& windows) {
    if (windows.count() < 2)
        throw Error(ErrorCode::InvalidArgument,
                    windows.source + ": a refit needs at least 2 windows, there is " +
                        std::to_string(windows.count()),
                    "use a longer text or a smaller --seq-len");
}

Narrowing::Narrowing(WeightSource& weights, int seqLen, JobContext& context)
    : weights_(weights),
      context_(context),
      before_(makePassContext(weights.config(), weights.place(), seqLen)) {}

SplitInputs Narrowing::inputsOf(const LayerWeights& layer, int position, LinearName reader,
                                const at::Tensor& stream) const {
    const Site site = siteOf(reader);
    const LayerWeights placed = weights_.placed(layer);
    std::array<bool, kSites> sites{};
    sites[static_cast<std::size_t>(site)] = true;
    SplitInputs inputs;
    for (const bool held : {false, true}) {
        const at::Tensor windows = windowsOf(stream.size(0), held, stream.device());
        InputObserver observer(Watch::Gram, sites);
        PassContext pass = before_;
        pass.observer = &observer;
        watchLayerOverWindows(pass, placed, position, stream, context_,
                              reader == LinearName::O ? Sublayers::Attention : Sublayers::Mlp, windows);
        (held ? inputs.held : inputs.fit) = observer.finish(site);
    }
    return inputs;
}

void Narrowing::keep(LayerWeights& layer, int position, LinearName reader,
                     const std::vector<std::int64_t>& units, const SplitInputs& inputs,
                     Compensation compensation) {
    const NetworkConfig& network = weights_.config();
    const LayerConfig& shape = network.layers[static_cast<std::size_t>(position)];
    const bool attention = reader == LinearName::O;
    Refit refit;
    if (compensation != Compensation::None) {
        const at::Device device = weights_.place().device;
        const Linear& linear = layer.linear(reader);
        const at::Tensor bias = linear.bias.defined() ? linear.bias.to(device, at::kFloat) : at::Tensor();
        const at::Tensor kept =
            attention ? widenedIndex(units, std::int64_t{shape.heads / shape.kvHeads} * network.headDim)
                      : at::tensor(units, at::kLong);
        refit = refitLinear(linear.dense().to(device, at::kFloat), bias, kept.to(device), inputs.fit,
                            inputs.held, compensation == Compensation::Refit);
    }
    if (attention)
        keepGroups(layer, units, network, shape);
    else
        keepChannels(layer, units);
    if (compensation != Compensation::None) put(refit, layer.linear(reader), shape.originalLayer, reader);
}

void Narrowing::report() const {
    if (linears_ == 0) return;
    std::array<char, 200> text{};
    std::snprintf(
        text.data(), text.size(),
        "refit: %d of %d linears are fitted anew, the others keep the bias; mean held-out error %.3g of "
        "the output's variance, %.3g with the bias alone",
        refits_, linears_, errors_ / linears_, biasErrors_ / linears_);
    context_.warn(text.data());
}

void Narrowing::put(const Refit& refit, Linear& linear, int layer, LinearName name) {
    ++linears_;
    if (refit.lambda > 0.0) ++refits_;
    errors_ += refit.lambda > 0.0 ? refit.refitError : refit.biasError;
    biasErrors_ += refit.biasError;
    const at::ScalarType dtype = weights_.source()->dtype();
    if (!at::isfinite(refit.bias).all().item<bool>())
        throw Error(ErrorCode::Corrupt, linearText(layer, name) + ": its refit is NaN or Inf",
                    "use more calibration text, or compensate=bias");
    if (linear.defined()) {
        linear.body.reset();
        linear.weight = refit.weight.to(at::kCPU, dtype).contiguous();
    }
    linear.bias = refit.bias.to(at::kCPU, dtype);
}

}  // namespace secateur
