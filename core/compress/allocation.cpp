// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/allocation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/base/error.h"
#include "core/compress/numeric/sparsity.h"
#include "core/data/linear_form.h"
#include "core/model/forward.h"
#include "core/model/inputs.h"
#include "core/model/layer_pass.h"
#include "core/model/weights.h"

namespace secateur {

namespace {

constexpr int kBins = 100;           // of the density of eigenvalues, as published
constexpr double kBeyondPeak = 1.5;  // thresholds are looked for up to there
constexpr double kBelowPeak = 0.95;
constexpr double kRounding = 1e-12;  // of the largest eigenvalue

// (value - min) / (max - min); 0.5 where all are equal.
std::vector<double> spreadOut(std::vector<double> values) {
    const auto [least, most] = std::ranges::minmax(values);
    for (double& value : values) value = most > least ? (value - least) / (most - least) : 0.5;
    return values;
}

// The sparsities `at(c)`, held in their range, for the c between `low` and `high` that makes their mean over
// the weights the target. They grow with c.
std::vector<double> withMean(const std::vector<double>& sizes, double target, double low, double high,
                             const std::function<double(std::size_t layer, double c)>& at) {
    const double all = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    std::vector<double> shares(sizes.size());
    const auto meanAt = [&](double c) {
        double sum = 0.0;
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            shares[i] = std::clamp(at(i, c), 0.0, kMostSparsity);
            sum += sizes[i] * shares[i];
        }
        return sum / all;
    };
    for (;;) {
        const double middle = 0.5 * (low + high);
        if (!(middle > low && middle < high)) break;
        (meanAt(middle) < target ? low : high) = middle;
    }
    meanAt(high);
    return shares;
}

// Of all weights of a layer, those whose score is above a multiple of their mean.
class OutlierVisitor final : public LayerVisitor {
public:
    OutlierVisitor(LayerSource& layers, double multiple) : layers_(layers), multiple_(multiple) {}

    ActivationObserver* watch(int) override {
        std::array<bool, kSites> sites{};
        sites.fill(true);
        observer_ = std::make_unique<InputObserver>(Watch::Norms, sites);
        return observer_.get();
    }

    void after(int position, const at::Tensor&) override {
        const LayerWeights layer = layers_.layer(position);
        std::array<InputStatistics, kSites> inputs;
        for (const LinearName linear : kAllLinears) {
            InputStatistics& seen = inputs[static_cast<std::size_t>(siteOf(linear))];
            if (layer.linear(linear).defined() && !seen.norm2.defined())
                seen = observer_->finish(siteOf(linear));
        }
        observer_.reset();
        const auto scores = [&](LinearName linear) {
            return sizeTimesInput(layer.linear(linear).dense().to(at::kFloat),
                                  inputs[static_cast<std::size_t>(siteOf(linear))]);
        };
        double sum = 0.0, count = 0.0, above = 0.0;
        for (const LinearName linear : kAllLinears) {
            if (!layer.linear(linear).defined()) continue;
            const at::Tensor some = scores(linear);
            sum += some.sum(at::kDouble).item<double>();
            count += static_cast<double>(some.numel());
        }
        for (const LinearName linear : kAllLinears)
            if (layer.linear(linear).defined())
                above += static_cast<double>(
                    scores(linear).gt(multiple_ * sum / count).sum().item<std::int64_t>());
        outliers_.push_back(count > 0.0 ? above / count : 0.0);
    }

    [[nodiscard]] const std::vector<double>& outliers() const noexcept { return outliers_; }

private:
    LayerSource& layers_;
    double multiple_;
    std::unique_ptr<InputObserver> observer_;
    std::vector<double> outliers_;
};

std::vector<double> outliersOf(const std::shared_ptr<LayerSource>& before, double multiple,
                               const StepPass& pass, JobContext& context) {
    WeightSource weights(before, pass.place, pass.memory);
    const NetworkConfig& config = before->config();
    context.beginStage("outliers", static_cast<double>(pass.windows.ids.size()) * config.layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, pass.windows, 0, pass.windows.count());
    OutlierVisitor visitor(*before, multiple);
    runLayers(weights, makePassContext(config, pass.place, pass.windows.seqLen), hidden, visitor, context);
    return visitor.outliers();
}

// The eigenvalues of W'W that are not zero for its shape, ascending.
std::vector<double> spectrum(const at::Tensor& weight) {
    const at::Tensor wide = weight.to(at::kCPU, at::kDouble);
    const at::Tensor gram = wide.size(0) < wide.size(1) ? at::mm(wide, wide.t()) : at::mm(wide.t(), wide);
    const at::Tensor values = at::linalg_eigvalsh(gram).contiguous();
    return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + values.numel()};
}

std::vector<double> exponentsOf(LayerSource& before, JobContext& context) {
    const int layers = before.config().layerCount();
    std::vector<double> exponents;
    context.beginStage("spectra", layers, "layers");
    for (int position = 0; position < layers; ++position) {
        const LayerWeights layer = before.layer(position);
        double sum = 0.0;
        int count = 0;
        for (const LinearName linear : kAllLinears) {
            context.checkStop();
            if (!layer.linear(linear).defined()) continue;
            const at::Tensor weight = layer.linear(linear).dense();
            if (std::min(weight.size(0), weight.size(1)) < 2) continue;
            sum += powerLawExponent(spectrum(weight));
            ++count;
        }
        exponents.push_back(count > 0 ? sum / count : 0.0);
        before.release(position);
        context.advanceTo(position + 1);
    }
    return exponents;
}

}  // namespace

std::vector<OptionSpec> allocationOptions() {
    return {{.key = "allocation",
             .label = "Allocation",
             .help = "How the sparsity is shared out among layers: the same for all, more where fewer scores "
                     "stand out (OWL), or more where the spectrum of the weights falls off faster "
                     "(AlphaPruning).",
             .usual = std::string(kUniformAllocation),
             .choices = {kUniformAllocation, kOwlAllocation, kAlphaAllocation},
             .place = OptionSpec::Place::More,
             .onlyIf = "pattern=none"},
            {.key = "outliers-above",
             .label = "Outliers above",
             .help = "Scores above this multiple of the layer's mean are outliers.",
             .usual = 5.0,
             .least = 1.0,
             .most = kNoLimit,
             .place = OptionSpec::Place::More,
             .onlyIf = "pattern=none and allocation=owl"},
            {.key = "owl-lambda",
             .label = "Most deviation",
             .help = "By how much the sparsities of two layers may differ at most, halved.",
             .usual = 0.08,
             .least = 0.0,
             .most = 1.0,
             .place = OptionSpec::Place::More,
             .onlyIf = "pattern=none and allocation=owl",
             .share = true},
            {.key = "alpha-epsilon",
             .label = "Most deviation",
             .help = "The sparsity of a layer is between 1 - this and 1 + this times a common value.",
             .usual = 0.3,
             .least = 0.0,
             .most = 1.0,
             .openAbove = true,
             .place = OptionSpec::Place::More,
             .onlyIf = "pattern=none and allocation=alphapruning",
             .share = true}};
}

double powerLawExponent(const std::vector<double>& eigenvalues) {
    const double least = kRounding * eigenvalues.back();
    std::vector<double> values, logs;
    for (const double value : eigenvalues)
        if (value > least) values.push_back(value);
    for (const double value : values) logs.push_back(std::log(value));
    if (values.size() < 2 || values.front() == values.back()) return 0.0;

    // The peak: where the logarithm of the eigenvalues is most frequent.
    const double low = std::log10(values.front()), width = (std::log10(values.back()) - low) / kBins;
    std::vector<int> frequency(kBins);
    for (const double value : values)
        ++frequency[static_cast<std::size_t>(
            std::min(kBins - 1, static_cast<int>((std::log10(value) - low) / width)))];
    const auto bin = std::ranges::max_element(frequency) - frequency.begin();
    const double peak = std::pow(10.0, low + width * static_cast<double>(bin));
    // As published, a logarithm is compared with eigenvalues.
    const double first = std::log10(kBelowPeak * peak), last = kBeyondPeak * peak;

    double sum = std::accumulate(logs.begin(), logs.end(), 0.0), nearest = 1.0, exponent = 0.0;
    for (std::size_t i = 0; i + 1 < values.size(); sum -= logs[i], ++i) {
        if (values[i] < first) continue;
        if (values[i] > last) break;
        const auto count = static_cast<double>(values.size() - i);
        const double excess = sum - count * logs[i];
        if (!(excess > 0.0)) continue;
        const double alpha = 1.0 + count / excess;
        double distance = 0.0;
        for (std::size_t j = i; j < values.size(); ++j)
            distance = std::max(distance, std::abs(1.0 - std::exp((1.0 - alpha) * (logs[j] - logs[i])) -
                                                   static_cast<double>(j - i) / count));
        if (exponent == 0.0 || distance < nearest) {
            nearest = distance;
            exponent = alpha;
        }
    }
    return exponent;
}

std::vector<double> owlSparsities(const std::vector<double>& outliers, const std::vector<double>& sizes,
                                  double sparsity, double lambda) {
    const std::vector<double> spread = spreadOut(outliers);
    return withMean(sizes, sparsity, -1.0, 3.0,
                    [&](std::size_t i, double c) { return c - 2.0 * lambda * spread[i]; });
}

std::vector<double> alphaSparsities(const std::vector<double>& exponents, const std::vector<double>& sizes,
                                    double sparsity, double epsilon) {
    const std::vector<double> spread = spreadOut(exponents);
    return withMean(sizes, sparsity, 0.0, 1.0 / (1.0 - epsilon),
                    [&](std::size_t i, double c) { return c * (1.0 - epsilon + 2.0 * epsilon * spread[i]); });
}

std::vector<OptionValues> allocatedOptions(const std::shared_ptr<LayerSource>& before, const RecipeStep& step,
                                           const StepPass* pass, JobContext& context) {
    const NetworkConfig& config = before->config();
    std::vector<OptionValues> options(config.layers.size(), step.options);
    const Allocation rule = allocationOf(step);
    if (rule == Allocation::Uniform) return options;
    if (rule == Allocation::Owl && !pass)
        throw Error(ErrorCode::Internal, "the outliers of OWL were asked for without a text");
    const std::vector<OptionSpec> specs = sparsityOptions();
    const auto number = [&](const char* key) { return numberOf(step.options, specs, key); };
    const std::vector<double> values = rule == Allocation::Owl
                                           ? outliersOf(before, number("outliers-above"), *pass, context)
                                           : exponentsOf(*before, context);
    std::vector<std::size_t> positions;
    std::vector<double> chosen, sizes;
    for (std::size_t i = 0; i < config.layers.size(); ++i) {
        double size = 0.0;
        for (const LinearName linear : kAllLinears) {
            const LinearShape shape = shapeOf(config, config.layers[i], linear);
            if (selects(step, config.layers[i].originalLayer, linear))
                size += static_cast<double>(shape.out) * static_cast<double>(shape.in);
        }
        if (size <= 0.0) continue;
        positions.push_back(i);
        chosen.push_back(values[i]);
        sizes.push_back(size);
    }
    if (positions.empty()) return options;
    const double sparsity = number("sparsity");
    const std::vector<double> shares =
        rule == Allocation::Owl ? owlSparsities(chosen, sizes, sparsity, number("owl-lambda"))
                                : alphaSparsities(chosen, sizes, sparsity, number("alpha-epsilon"));
    for (std::size_t i = 0; i < positions.size(); ++i) options[positions[i]].set("sparsity", shares[i]);
    return options;
}

}  // namespace secateur
