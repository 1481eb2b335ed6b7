// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/gradient_pass.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/error.h"
#include "core/model/forward.h"
#include "core/model/recorded_ops.h"

namespace secateur {

namespace {

// A layer whose counted tensors collect gradients. What a step made while nothing was recorded takes no part
// in a recording, so that it is copied.
LayerWeights learning(const LayerWeights& from) {
    LayerWeights layer = whole(from);
    for (const LayerTensor& member : layerTensors()) {
        at::Tensor& tensor = member.in(layer);
        if (tensor.defined() && tensor.is_inference()) tensor = tensor.clone();
    }
    forEachCounted(layer, [](at::Tensor& weight) { weight = weight.detach().requires_grad_(true); });
    return layer;
}

class Pass {
public:
    Pass(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
         GradientVisitor& visitor, JobContext& context)
        : weights_(weights),
          windows_(windows),
          visitor_(visitor),
          context_(context),
          pass_(makePassContext(weights.config(), weights.place(), windows.seqLen)),
          layers_(weights.config().layerCount()) {
        const std::int64_t one = std::int64_t{windows.seqLen} * weights.config().hiddenSize * 4;
        // Kept streams, those of one stretch between them, and the gradient.
        const auto streams = [&](int stride) { return (layers_ + stride - 1) / stride + stride + 1; };
        const std::int64_t fit = stateBytes / std::max<std::int64_t>(one, 1);
        while (stride_ < layers_ && streams(stride_) > streams(stride_ + 1) &&
               std::int64_t{windows.count()} * streams(stride_) > fit)
            ++stride_;
        used_ = static_cast<int>(std::clamp<std::int64_t>(fit / streams(stride_), 1, windows.count()));
        batch_ = windowsPerBatch(weights.place(), windows.seqLen);
    }

    GradientInfo run() {
        if (used_ < windows_.count())
            context_.warn("the backward pass uses the first " + std::to_string(used_) + " of " +
                          std::to_string(windows_.count()) + " windows: more do not fit into memory");
        const double tokens = static_cast<double>(used_) * windows_.seqLen;
        // Backward is about twice forward; what is not kept runs once more.
        context_.beginStage("gradients", tokens * layers_ * (stride_ > 1 ? 4.0 : 3.0), "layer tokens");
        forward();
        const double loss = lossGradient();
        if (!std::isfinite(loss)) overflows("the loss");
        for (int last = layers_; last > 0;) {
            const int first = (last - 1) / stride_ * stride_;
            stretch(first, last);
            last = first;
        }
        return {used_, loss};
    }

private:
    [[noreturn]] void overflows(const std::string& what) const {
        throw Error(ErrorCode::Corrupt,
                    windows_.source + ": " + what + " of the backward pass is not a number",
                    "the weights hold NaN, infinity or values too large for float32; check the checkpoint");
    }

    void forward() {
        const c10::NoGradGuard quiet;
        hidden_ = embed(weights_, windows_, 0, used_);
        for (int position = 0; position < layers_; ++position) {
            if (position % stride_ == 0) kept_.push_back(weights_.memory()->copy(hidden_));
            runLayerOverWindows(pass_, weights_.layer(position), position, hidden_, context_);
            weights_.release(position);
        }
    }

    // Gradient of the loss with respect to the stream after the last layer, into gradient_.
    double lossGradient() {
        const at::Tensor norm = weights_.finalNorm();
        const at::Tensor head = weights_.outputHead();
        const int scored = windows_.seqLen - 1;
        gradient_ = weights_.memory()->empty(hidden_.sizes(), hidden_.options()).zero_();
        double loss = 0.0;
        for (int first = 0; first < used_; first += batch_) {
            const int some = std::min(batch_, used_ - first);
            const c10::AutoGradMode recording(true);
            const at::Tensor hidden = hidden_.narrow(0, first, some).detach().requires_grad_(true);
            const at::Tensor x = rmsNorm(hidden.narrow(1, 0, scored).contiguous(), norm,
                                         weights_.config().normEps, at::kFloat);
            LossParts parts;
            const at::Tensor mean =
                recordedLoss(x.reshape({-1, x.size(2)}), head, targets(first, some), {}, parts);
            const double share = static_cast<double>(some) / used_;
            torch::autograd::backward({mean * share});
            gradient_.narrow(0, first, some).copy_(hidden.grad());
            loss += share * parts.crossEntropy;
        }
        return loss;
    }

    [[nodiscard]] at::Tensor targets(int first, int count) const {
        auto* data = const_cast<std::int32_t*>(windows_.ids.data()) +
                     static_cast<std::size_t>(first) * windows_.seqLen;
        return at::from_blob(data, {count, windows_.seqLen}, at::kInt)
            .to(at::kLong)
            .narrow(1, 1, windows_.seqLen - 1)
            .reshape({-1})
            .to(weights_.place().device);
    }

    // Layers [first, last) backwards, from the stream kept before `first`.
    void stretch(int first, int last) {
        std::vector<at::Tensor> inputs{std::move(kept_[static_cast<std::size_t>(first / stride_)])};
        for (int position = first; position + 1 < last; ++position) {
            const c10::NoGradGuard quiet;
            at::Tensor next = weights_.memory()->copy(inputs.back());
            runLayerOverWindows(pass_, weights_.layer(position), position, next, context_);
            weights_.release(position);
            inputs.push_back(std::move(next));
        }
        for (int position = last - 1; position >= first; --position) {
            backward(position, inputs[static_cast<std::size_t>(position - first)]);
            inputs.pop_back();
        }
    }

    void backward(int position, const at::Tensor& input) {
        const LayerWeights layer = learning(weights_.layer(position));
        const int batch = visitor_.windowByWindow() ? 1 : batch_;
        for (int first = 0; first < used_; first += batch) {
            const int some = std::min(batch, used_ - first);
            const c10::AutoGradMode recording(true);
            const at::Tensor x = input.narrow(0, first, some).detach().requires_grad_(true);
            at::Tensor output = x;
            runLayer(pass_, position, layer, output);
            at::Tensor gradient = gradient_.narrow(0, first, some);
            // A layer without sublayers hands the gradient on as it is.
            if (!output.is_same(x)) {
                torch::autograd::backward({output}, {gradient});
                gradient.copy_(x.grad());
            }
            visitor_.collected(layer);
            context_.advanceBy(2.0 * some * windows_.seqLen);
        }
        weights_.release(position);
        if (!at::isfinite(gradient_).all().item<bool>())
            overflows(
                "the gradient at layer " +
                std::to_string(weights_.config().layers[static_cast<std::size_t>(position)].originalLayer));
        visitor_.ran(position, layer, used_);
    }

    WeightSource& weights_;
    const TokenWindows& windows_;
    GradientVisitor& visitor_;
    JobContext& context_;
    PassContext pass_;
    int layers_;
    int stride_ = 1;
    int used_ = 0;
    int batch_ = 1;
    std::vector<at::Tensor> kept_;  // inputs of layers 0, stride, 2 stride, ...: [windows, seq, D]
    at::Tensor hidden_;             // after the last layer
    at::Tensor gradient_;           // of the loss with respect to the stream above the layer at hand
};

}  // namespace

LayerWeights whole(LayerWeights layer) {
    for (const LinearName linear : kAllLinears) layer.linear(linear).makeDense();
    return layer;
}

GradientInfo gradientPass(WeightSource& weights, const TokenWindows& windows, std::int64_t stateBytes,
                          GradientVisitor& visitor, JobContext& context) {
    return Pass(weights, windows, stateBytes, visitor, context).run();
}

}  // namespace secateur
