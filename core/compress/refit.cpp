// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/refit.h"

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/compress/narrowing.h"
#include "core/compress/numeric/moments.h"
#include "core/compress/step_sources.h"
#include "core/model/edited_source.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

constexpr std::array<double, 6> kLambdas{1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 1.0};

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
          narrowing_(weights, seqLen, context),
          after_(makePassContext(effect.after.config, weights.place(), seqLen)) {}

    // Layer `position` of the network after the step, from the stream before it.
    LayerWeights refitted(int position, const at::Tensor& hidden) {
        const LayerOrigin& origin = effect_.origins[static_cast<std::size_t>(position)];
        const LayerConfig& shape = weights_.config().layers[static_cast<std::size_t>(origin.position)];
        LayerWeights layer = weights_.source()->layer(origin.position);
        if (!origin.groups && !origin.channels) return layer;
        at::Tensor stream = weights_.memory()->copy(hidden);
        if (origin.groups && shape.kvHeads > 0)
            narrow(layer, origin.position, LinearName::O, *origin.groups, stream);
        runLayerOverWindows(after_, weights_.placed(layer), position, stream, context_, Sublayers::Attention);
        if (origin.channels) narrow(layer, origin.position, LinearName::Down, *origin.channels, stream);
        return layer;
    }

    [[nodiscard]] const PassContext& pass() const noexcept { return after_; }
    void report() const { narrowing_.report(); }

private:
    void narrow(LayerWeights& layer, int position, LinearName reader, const UnitMask& mask,
                const at::Tensor& stream) {
        const SplitInputs inputs = narrowing_.inputsOf(layer, position, reader, stream);
        narrowing_.keep(layer, position, reader, keptIndices(mask), inputs, Compensation::Refit);
    }

    WeightSource& weights_;
    const StepEffect& effect_;
    JobContext& context_;
    Narrowing narrowing_;
    PassContext after_;
};

}  // namespace

Refit refitLinear(const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& kept,
                  const InputStatistics& fit, const InputStatistics& held, bool anew) {
    const at::Tensor dense = weight.to(at::kDouble);
    const Moments fitted = momentsOf(fit), unseen = momentsOf(held);
    const at::Tensor sliced = dense.index_select(1, kept);
    const double signal = std::max((at::mm(dense, unseen.covariance) * dense).sum().item<double>(), 1e-300);
    Refit result;
    result.biasError = errorOf(differenceOf(dense, kept, sliced), unseen, fitted.mean) / signal;
    result.refitError = result.biasError;
    for (const double lambda : anew&& kept.numel() > 0 ? std::vector<double>(kLambdas.begin(), kLambdas.end())
                                                       : std::vector<double>()) {
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
    requireHeldOut(windows);
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
