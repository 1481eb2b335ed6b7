// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/activation_pass.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "core/base/error.h"
#include "core/model/decoder.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

constexpr double kDeviations = 5.0;  // that the bins reach from the mean

// Where the unit's values are read.
struct UnitPlace {
    int position = 0;  // of the layer in this network
    Sublayers part = Sublayers::Mlp;
    Site site = Site::MlpMid;
    std::int64_t first = 0;  // channel of the linear's input
    std::int64_t count = 1;
};

UnitPlace placeOf(const NetworkConfig& config, const UnitCell& cell) {
    const std::string where = "layer " + std::to_string(cell.layer);
    const auto layer = std::ranges::find(config.layers, cell.layer, &LayerConfig::originalLayer);
    if (layer == config.layers.end())
        throw Error(ErrorCode::InvalidArgument, where + " is not in the network",
                    "it has " + std::to_string(config.layerCount()) + " layers, counted from 0");
    UnitPlace place;
    place.position = static_cast<int>(layer - config.layers.begin());
    int units = layer->intermediateSize;
    if (cell.kind != UnitKind::Channels) {
        units = cell.kind == UnitKind::Heads ? layer->heads : layer->kvHeads;
        place.part = Sublayers::Attention;
        place.site = Site::AttentionOut;
        place.count = units > 0 ? std::int64_t{config.headDim} * layer->heads / units : 0;
    }
    if (cell.unit < 0 || cell.unit >= units)
        throw Error(ErrorCode::InvalidArgument,
                    where + " has no " + name(cell.kind) + " " + std::to_string(cell.unit),
                    units == 0 ? "it has none" : "they are numbered from 0 to " + std::to_string(units - 1));
    place.first = place.count * cell.unit;
    return place;
}

// Hands on the unit's values, f64 on the host, [tokens, channels].
class UnitObserver final : public ActivationObserver {
public:
    using Take = std::function<void(const double* values, std::int64_t tokens)>;
    UnitObserver(const UnitPlace& place, Take take) : place_(place), take_(std::move(take)) {}
    void see(int, Site site, const at::Tensor& x) override {
        if (site != place_.site) return;
        const at::Tensor values =
            x.narrow(-1, place_.first, place_.count).to(at::kCPU, at::kDouble).contiguous();
        take_(values.const_data_ptr<double>(), values.numel() / place_.count);
    }

private:
    const UnitPlace& place_;
    Take take_;
};

// Mean and sum of squares around it, of each channel, token by token (Welford).
struct UnitMoments {
    explicit UnitMoments(std::int64_t channels)
        : mean(static_cast<std::size_t>(channels)), centred2(static_cast<std::size_t>(channels)) {}

    std::vector<double> mean, centred2;
    double least = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    std::int64_t tokens = 0;

    void add(const double* values, std::int64_t count) {
        for (std::int64_t token = 0; token < count; ++token) {
            const double seen = static_cast<double>(++tokens);
            for (std::size_t channel = 0; channel < mean.size(); ++channel) {
                const double value = *values++;
                const double delta = value - mean[channel];
                mean[channel] += delta / seen;
                centred2[channel] += delta * (value - mean[channel]);
                least = std::min(least, value);
                most = std::max(most, value);
            }
        }
    }

    void fill(ActivationHistogram& histogram) const {
        const auto channels = static_cast<double>(mean.size());
        const auto seen = static_cast<double>(tokens);
        histogram.values = tokens * static_cast<std::int64_t>(mean.size());
        double within = 0.0;
        for (std::size_t i = 0; i < mean.size(); ++i) {
            histogram.mean += mean[i] / channels;
            within += centred2[i];
        }
        double between = 0.0;
        for (const double value : mean) between += (value - histogram.mean) * (value - histogram.mean) * seen;
        histogram.variance = (within + between) / std::max(seen * channels - 1.0, 1.0);
        histogram.channelVariance = within / channels / std::max(seen - 1.0, 1.0);
        histogram.least = least;
        histogram.most = most;
    }
};

void chooseBins(ActivationHistogram& histogram, int bins) {
    const double reach = kDeviations * std::sqrt(histogram.variance);
    histogram.low = std::max(histogram.least, histogram.mean - reach);
    histogram.high = std::min(histogram.most, histogram.mean + reach);
    if (!(histogram.high > histogram.low)) {  // a constant
        histogram.low -= 0.5;
        histogram.high += 0.5;
    }
    histogram.counts.assign(static_cast<std::size_t>(std::max(bins, 1)), 0);
}

void countValues(ActivationHistogram& histogram, const double* values, std::int64_t count) {
    const double perUnit = static_cast<double>(histogram.counts.size()) / (histogram.high - histogram.low);
    const auto last = static_cast<std::int64_t>(histogram.counts.size()) - 1;
    for (std::int64_t i = 0; i < count; ++i) {
        if (values[i] < histogram.low) {
            ++histogram.below;
        } else if (values[i] > histogram.high) {
            ++histogram.above;
        } else {
            const auto bin = static_cast<std::int64_t>((values[i] - histogram.low) * perUnit);
            ++histogram.counts[static_cast<std::size_t>(std::min(bin, last))];
        }
    }
}

double normOfBias(const LayerWeights& layer, const UnitPlace& place, const UnitMoments& moments) {
    const Linear& linear = place.part == Sublayers::Mlp ? layer.down : layer.o;
    const at::Tensor columns =
        linear.dense().narrow(1, place.first, place.count).to(at::kCPU, at::kDouble).contiguous();
    const at::Tensor means = at::tensor(at::ArrayRef<double>(moments.mean), at::kDouble);
    return columns.mv(means).norm().item<double>();
}

}  // namespace

ActivationHistogram activationPass(WeightSource& weights, const TokenWindows& windows, const UnitCell& cell,
                                   int bins, JobContext& context) {
    const UnitPlace place = placeOf(weights.config(), cell);
    ActivationHistogram histogram;
    histogram.cell = cell;
    histogram.channels = static_cast<int>(place.count);
    const double tokens = static_cast<double>(windows.ids.size());
    context.beginStage("activations", tokens * (place.position + 2.0), "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    PassContext pass = makePassContext(weights.config(), weights.place(), windows.seqLen);
    LayerVisitor nothing;
    runLayers(weights, pass, hidden, nothing, context, 0, place.position);

    UnitMoments moments(place.count);
    UnitObserver range(place, [&](const double* values, std::int64_t count) { moments.add(values, count); });
    UnitObserver counts(place, [&](const double* values, std::int64_t count) {
        countValues(histogram, values, count * place.count);
    });
    weights.layerInParts(place.position, [&](Sublayers part, const LayerWeights& layer) {
        if (part != Sublayers::Both && part != place.part) {
            if (part == Sublayers::Attention)  // which the MLP comes after
                runLayerOverWindows(pass, layer, place.position, hidden, context, part);
            return;
        }
        const Sublayers watched = place.part == Sublayers::Attention ? Sublayers::Attention : part;
        pass.observer = &range;
        watchLayerOverWindows(pass, layer, place.position, hidden, context, watched);
        moments.fill(histogram);
        chooseBins(histogram, bins);
        pass.observer = &counts;
        watchLayerOverWindows(pass, layer, place.position, hidden, context, watched);
        pass.observer = nullptr;
        histogram.biasNorm = normOfBias(layer, place, moments);
    });
    weights.release(place.position);
    context.advanceTo(tokens * (place.position + 2.0));
    return histogram;
}

}  // namespace secateur
