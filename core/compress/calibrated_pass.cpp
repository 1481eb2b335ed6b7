// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/calibrated_pass.h"

#include "core/data/linear_form.h"
#include "core/model/forward.h"
#include "core/model/layer_pass.h"

namespace secateur {

namespace {

constexpr std::int64_t kGramsAtOnce = std::int64_t{256} << 20;  // bytes of a layer's Gram matrices

// The inputs of one layer's linears: all sites in one pass, or each in a pass of its own.
class LayerInputs {
public:
    LayerInputs(const PassContext& pass, int position, const LayerWeights& layer, const at::Tensor& hidden,
                Watch watch, const std::array<bool, kSites>& sites, JobContext& context)
        : pass_(pass), position_(position), layer_(layer), hidden_(hidden), watch_(watch), context_(context) {
        if (watch == Watch::Gram && gramBytes() > kGramsAtOnce) return;
        run(sites);
        for (int site = 0; site < kSites; ++site)
            if (sites[static_cast<std::size_t>(site)])
                known_[static_cast<std::size_t>(site)] = observer_->finish(static_cast<Site>(site));
        observer_.reset();
        together_ = true;
    }

    const InputStatistics& at(Site site) {
        const auto index = static_cast<std::size_t>(site);
        if (together_) return known_[index];
        if (current_ != static_cast<int>(index)) {
            known_ = {};
            std::array<bool, kSites> one{};
            one[index] = true;
            run(one);
            known_[index] = observer_->finish(site);
            observer_.reset();
            current_ = static_cast<int>(index);
        }
        return known_[index];
    }

private:
    [[nodiscard]] std::int64_t gramBytes() const {
        const LayerConfig& shape = pass_.config.layers[static_cast<std::size_t>(position_)];
        std::int64_t bytes = 0;
        for (const LinearName linear : {LinearName::Q, LinearName::O, LinearName::Gate, LinearName::Down}) {
            const std::int64_t in = shapeOf(pass_.config, shape, linear).in;
            bytes += 4 * in * in;
        }
        return bytes;
    }

    void run(const std::array<bool, kSites>& sites) {
        observer_ = std::make_unique<InputObserver>(watch_, sites);
        PassContext pass = pass_;
        pass.observer = observer_.get();
        const bool attentionAlone =
            !sites[static_cast<std::size_t>(Site::MlpIn)] && !sites[static_cast<std::size_t>(Site::MlpMid)];
        watchLayerOverWindows(pass, layer_, position_, hidden_, context_,
                              attentionAlone ? Sublayers::Attention : Sublayers::Both);
    }

    const PassContext& pass_;
    int position_;
    const LayerWeights& layer_;
    const at::Tensor& hidden_;
    Watch watch_;
    JobContext& context_;
    bool together_ = false;
    int current_ = -1;
    std::array<InputStatistics, kSites> known_;
    std::unique_ptr<InputObserver> observer_;
};

class CompressingVisitor final : public LayerVisitor {
public:
    CompressingVisitor(WeightSource& weights, const RecipeStep& step,
                       const std::vector<OptionValues>& options, const RecipeMethod& method, int seqLen,
                       JobContext& context)
        : weights_(weights),
          step_(step),
          options_(options),
          method_(method),
          context_(context),
          pass_(makePassContext(weights.config(), weights.place(), seqLen)) {}

    [[nodiscard]] bool replaces() const override { return true; }

    std::optional<LayerWeights> replace(int position, const LayerWeights& placed,
                                        const at::Tensor& hidden) override {
        const int number = weights_.config().layers[static_cast<std::size_t>(position)].originalLayer;
        LayerWeights layer = weights_.source()->layer(position);
        std::array<bool, kSites> sites{};
        bool any = false;
        Watch watch = method_.watches;
        for (const LinearName linear : kAllLinears) {
            if (!selects(step_, number, linear) || !layer.linear(linear).defined()) continue;
            any = sites[static_cast<std::size_t>(siteOf(linear))] = true;
            if (keepsFactors(method_, layer.linear(linear))) watch = Watch::Gram;
        }
        if (!any) {
            made_.push_back(layer);
            return std::nullopt;
        }
        LayerInputs inputs(pass_, position, placed, hidden, watch, sites, context_);
        LayerWeights changed = layer;
        for (const LinearName linear : kAllLinears) {
            if (!selects(step_, number, linear) || !layer.linear(linear).defined()) continue;
            context_.checkStop();
            compressLinear(changed.linear(linear), linear, linearText(number, linear),
                           &inputs.at(siteOf(linear)), method_, options_[static_cast<std::size_t>(position)],
                           [this](const std::string& text) { context_.warn(text); });
        }
        changed = weights_.memory()->keep(std::move(changed), layer);
        made_.push_back(changed);
        if (method_.onDense) return std::nullopt;
        return weights_.placed(changed);
    }

    [[nodiscard]] std::vector<LayerWeights> made() { return std::move(made_); }

private:
    WeightSource& weights_;
    const RecipeStep& step_;
    const std::vector<OptionValues>& options_;
    const RecipeMethod& method_;
    JobContext& context_;
    PassContext pass_;
    std::vector<LayerWeights> made_;
};

}  // namespace

std::shared_ptr<LayerSource> calibratedSource(std::shared_ptr<LayerSource> before, NetworkConfig after,
                                              const RecipeStep& step,
                                              const std::vector<OptionValues>& options,
                                              const RecipeMethod& method, const StepPass& pass,
                                              JobContext& context) {
    const TokenWindows& windows = pass.windows;
    WeightSource weights(before, pass.place, pass.memory);
    const NetworkConfig config = before->config();
    context.beginStage(method.info.name, 2.0 * static_cast<double>(windows.ids.size()) * config.layerCount(),
                       "layer tokens");
    at::Tensor hidden = embed(weights, windows, 0, windows.count());
    CompressingVisitor visitor(weights, step, options, method, windows.seqLen, context);
    runLayers(weights, makePassContext(config, pass.place, windows.seqLen), hidden, visitor, context);
    std::vector<std::string> keys;
    for (int position = 0; position < config.layerCount(); ++position)
        keys.push_back(before->key(position) + " | " +
                       keyOf(step, options[static_cast<std::size_t>(position)]) + " " + pass.key);
    return std::make_shared<StoredSource>(std::move(before), std::move(after), visitor.made(),
                                          std::move(keys));
}

}  // namespace secateur
