// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/refit.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/error.h"
#include "core/compress/step_sources.h"
#include "core/model/edited_source.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

constexpr std::array<double, 6> kLambdas{1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 1.0};
constexpr std::int64_t kHeldOutEvery = 5;

// Mean and covariance over tokens, f64.
struct Moments {
    at::Tensor mean;        // [in]
    at::Tensor covariance;  // [in, in]
};

Moments momentsOf(const InputStatistics& inputs) {
    const at::Tensor mean = inputs.mean.to(at::kDouble);
    return {mean,
            inputs.gram.to(at::kDouble).div(static_cast<double>(inputs.tokens)) - at::outer(mean, mean)};
}

Moments together(const Moments& a, double tokensA, const Moments& b, double tokensB) {
    const double share = tokensB / (tokensA + tokensB);
    const at::Tensor difference = b.mean - a.mean;
    return {a.mean + difference * share, a.covariance * (1.0 - share) + b.covariance * share +
                                             at::outer(difference, difference) * (share * (1.0 - share))};
}

// W_K for one lambda; undefined when the matrix is singular even so.
at::Tensor solved(const at::Tensor& weight, const at::Tensor& kept, const at::Tensor& covariance,
                  double lambda) {
    const at::Tensor columns = covariance.index_select(1, kept);
    at::Tensor gram = columns.index_select(0, kept);
    const double ridge = lambda * gram.diagonal().mean().item<double>();
    gram.diagonal().add_(ridge);
    const auto [factor, info] = at::linalg_cholesky_ex(gram);
    if (info.item<int>() != 0) return {};
    return at::cholesky_solve(at::mm(weight, columns).t(), factor).t();
}

// E |A (x - mean)|^2 over the held-out windows.
double errorOf(const at::Tensor& difference, const Moments& held, const at::Tensor& mean) {
    const at::Tensor shift = held.mean - mean;
    const double spread = (at::mm(difference, held.covariance) * difference).sum().item<double>();
    return spread + at::mv(difference, shift).square().sum().item<double>();
}

// W less what the kept inputs give: the error's linear map.
at::Tensor differenceOf(const at::Tensor& weight, const at::Tensor& kept, const at::Tensor& fitted) {
    return weight.index_add(1, kept, fitted, -1.0);
}

class Refitter {
public:
    Refitter(WeightSource& weights, const StepEffect& effect, int seqLen, JobContext& context)
        : weights_(weights),
          effect_(effect),
          context_(context),
          before_(makePassContext(weights.config(), weights.place(), seqLen)),
          after_(makePassContext(effect.after.config, weights.place(), seqLen)) {}

    // Layer `position` of the network after the step, from the stream before it.
    LayerWeights refitted(int position, const at::Tensor& hidden) {
        const LayerOrigin& origin = effect_.origins[static_cast<std::size_t>(position)];
        const LayerConfig& shape = weights_.config().layers[static_cast<std::size_t>(origin.position)];
        LayerWeights layer = weights_.source()->layer(origin.position);
        if (!origin.groups && !origin.channels) return layer;
        at::Tensor stream = weights_.memory()->copy(hidden);
        if (origin.groups && shape.kvHeads > 0) {
            const std::vector<std::int64_t> stay = keptIndices(*origin.groups);
            const std::int64_t width = std::int64_t{shape.heads / shape.kvHeads} * weights_.config().headDim;
            const Refit refit = fit(layer, origin.position, Sublayers::Attention, widenedIndex(stay, width),
                                    stream, LinearName::O);
            keepGroups(layer, stay, weights_.config(), shape);
            put(refit, layer.o, shape.originalLayer, LinearName::O);
        }
        const LayerWeights soFar = weights_.placed(layer);
        runLayerOverWindows(after_, soFar, position, stream, context_, Sublayers::Attention);
        if (origin.channels) {
            const std::vector<std::int64_t> stay = keptIndices(*origin.channels);
            const Refit refit = fit(layer, origin.position, Sublayers::Mlp, at::tensor(stay, at::kLong),
                                    stream, LinearName::Down);
            keepChannels(layer, stay);
            put(refit, layer.down, shape.originalLayer, LinearName::Down);
        }
        return layer;
    }

    [[nodiscard]] const PassContext& pass() const noexcept { return after_; }

    void report() const {
        if (linears_ == 0) return;
        std::array<char, 200> text{};
        std::snprintf(
            text.data(), text.size(),
            "refit: %d of %d linears are fitted anew, the others keep the bias; mean held-out error %.3g of "
            "the output's variance, %.3g with the bias alone",
            refits_, linears_, errors_ / linears_, biasErrors_ / linears_);
        context_.warn(text.data());
    }

private:
    Refit fit(const LayerWeights& layer, int position, Sublayers part, const at::Tensor& kept,
              const at::Tensor& stream, LinearName name) {
        const Site site = siteOf(name);
        const LayerWeights placed = weights_.placed(layer);
        std::array<bool, kSites> sites{};
        sites[static_cast<std::size_t>(site)] = true;
        std::array<InputStatistics, 2> seen;
        for (const bool held : {false, true}) {
            InputObserver observer(Watch::Gram, sites);
            PassContext pass = before_;
            pass.observer = &observer;
            watchLayerOverWindows(pass, placed, position, stream, context_, part,
                                  windowsOf(stream.size(0), held, stream.device()));
            seen[held ? 1 : 0] = observer.finish(site);
        }
        const Linear& linear = layer.linear(name);
        const at::Device device = weights_.place().device;
        const at::Tensor bias = linear.bias.defined() ? linear.bias.to(device, at::kFloat) : at::Tensor();
        return refitLinear(linear.dense().to(device, at::kFloat), bias, kept.to(device), seen[0], seen[1]);
    }

    static at::Tensor windowsOf(std::int64_t count, bool held, const at::Device& device) {
        std::vector<std::int64_t> chosen;
        for (std::int64_t i = 0; i < count; ++i)
            if ((i % kHeldOutEvery == kHeldOutEvery - 1 || (count < kHeldOutEvery && i == count - 1)) == held)
                chosen.push_back(i);
        return at::tensor(chosen, at::kLong).to(device);
    }

    void put(const Refit& refit, Linear& linear, int layer, LinearName name) {
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

    WeightSource& weights_;
    const StepEffect& effect_;
    JobContext& context_;
    PassContext before_, after_;
    int linears_ = 0, refits_ = 0;
    double errors_ = 0.0, biasErrors_ = 0.0;
};

}  // namespace

Refit refitLinear(const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& kept,
                  const InputStatistics& fit, const InputStatistics& held) {
    const at::Tensor dense = weight.to(at::kDouble);
    const Moments fitted = momentsOf(fit), unseen = momentsOf(held);
    const at::Tensor sliced = dense.index_select(1, kept);
    const double signal = std::max((at::mm(dense, unseen.covariance) * dense).sum().item<double>(), 1e-300);
    Refit result;
    result.biasError = errorOf(differenceOf(dense, kept, sliced), unseen, fitted.mean) / signal;
    result.refitError = result.biasError;
    for (const double lambda :
         kept.numel() > 0 ? std::vector<double>(kLambdas.begin(), kLambdas.end()) : std::vector<double>()) {
        const at::Tensor candidate = solved(dense, kept, fitted.covariance, lambda);
        if (!candidate.defined()) continue;
        const double error = errorOf(differenceOf(dense, kept, candidate), unseen, fitted.mean) / signal;
        if (error < result.refitError) {
            result.refitError = error;
            result.lambda = lambda;
        }
    }
    const Moments all =
        together(fitted, static_cast<double>(fit.tokens), unseen, static_cast<double>(held.tokens));
    at::Tensor final = sliced;
    if (result.lambda > 0.0) {
        const at::Tensor again = solved(dense, kept, all.covariance, result.lambda);
        if (again.defined()) final = again;
    }
    result.weight = final.to(at::kFloat);
    const at::Tensor shift = at::mv(differenceOf(dense, kept, final), all.mean);
    result.bias = (bias.defined() ? bias.to(at::kDouble) + shift : shift).to(at::kFloat);
    return result;
}

std::shared_ptr<LayerSource> refitSource(std::shared_ptr<LayerSource> before, StepEffect effect,
                                         const StepPass& pass, JobContext& context) {
    const TokenWindows& windows = pass.windows;
    if (windows.count() < 2)
        throw Error(ErrorCode::InvalidArgument,
                    windows.source + ": a refit needs at least 2 windows, there is " +
                        std::to_string(windows.count()),
                    "use a longer text or a smaller --seq-len");
    WeightSource weights(before, pass.place, pass.memory);
    const int layers = effect.after.config.layerCount();
    context.beginStage("refit", 2.5 * static_cast<double>(windows.ids.size()) * layers, "layer tokens");
    Refitter visitor(weights, effect, windows.seqLen, context);
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    std::vector<LayerWeights> made;
    std::vector<std::string> keys;
    for (int position = 0; position < layers; ++position) {
        const LayerOrigin& origin = effect.origins[static_cast<std::size_t>(position)];
        const LayerState& state = effect.after.layers[static_cast<std::size_t>(position)];
        made.push_back(pass.memory->keep(visitor.refitted(position, hidden), before->layer(origin.position)));
        runLayerOverWindows(visitor.pass(), weights.placed(made.back()), position, hidden, context);
        before->release(origin.position);
        keys.push_back(before->key(origin.position) + " | refit " + formatUnits(state.kvGroups) + " " +
                       formatUnits(state.channels) + " " + pass.key);
    }
    visitor.report();
    NetworkConfig config = effect.after.config;
    return std::make_shared<StoredSource>(std::move(before), std::move(config), std::move(made),
                                          std::move(keys));
}

}  // namespace secateur
