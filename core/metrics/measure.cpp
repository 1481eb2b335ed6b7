// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/measure.h"

#include <memory>

#include "core/base/error.h"
#include "core/metrics/layer_statistics.h"
#include "core/metrics/residual_accumulator.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

class MeasuringVisitor final : public LayerVisitor {
public:
    MeasuringVisitor(const NetworkConfig& config, Analysis& analysis, AngularAccumulator& angular)
        : config_(config), analysis_(analysis), angular_(angular) {}

    void before(int position, const at::Tensor& hidden) override {
        if (position == 0) angular_.add(0, hidden);
    }

    ActivationObserver* watch(int) override {
        observer_ = std::make_unique<LayerStatisticsObserver>();
        return observer_.get();
    }

    BatchCallback compare(int) override {
        change_ = {};
        return [this](const at::Tensor& before, const at::Tensor& after) { change_.add(before, after); };
    }

    void ran(int, const LayerWeights& weights) override { observer_->ran(weights); }

    void after(int position, const at::Tensor& hidden) override {
        const LayerChange change = change_.finish();
        analysis_.residual.cosine.push_back(static_cast<float>(change.cosine));
        analysis_.residual.relativeUpdate.push_back(static_cast<float>(change.relativeUpdate));
        analysis_.residual.norm.push_back(static_cast<float>(change.norm));
        analysis_.layers.push_back(observer_->finish(config_.layers[static_cast<std::size_t>(position)]));
        angular_.add(position + 1, hidden);
    }

private:
    const NetworkConfig& config_;
    Analysis& analysis_;
    AngularAccumulator& angular_;
    ChangeAccumulator change_;
    std::unique_ptr<LayerStatisticsObserver> observer_;
};

}  // namespace

Analysis measurePass(WeightSource& weights, const TokenWindows& windows, std::int64_t angularBytes,
                     JobContext& context) {
    const NetworkConfig& config = weights.config();
    if (windows.count() < 2)
        throw Error(ErrorCode::InvalidArgument,
                    windows.source + ": fluctuation needs at least 2 windows, there is " +
                        std::to_string(windows.count()),
                    "use a longer text or a smaller --seq-len");
    Analysis analysis;
    analysis.tokens = static_cast<std::int64_t>(windows.ids.size());
    analysis.originalLayers = config.originalLayers;
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    AngularAccumulator angular(config.layerCount() + 1, windows.count(), windows.seqLen, config.hiddenSize,
                               angularBytes, weights.memory());
    context.beginStage("measure",
                       static_cast<double>(analysis.tokens) * static_cast<double>(config.layerCount()),
                       "layer tokens");
    MeasuringVisitor visitor(config, analysis, angular);
    runLayers(weights, makePassContext(config, weights.place(), windows.seqLen), hidden, visitor, context);
    analysis.angular = angular.finish();
    return analysis;
}

}  // namespace secateur
