// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/carry_out.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/compress/allocation.h"
#include "core/compress/calibrated_pass.h"
#include "core/compress/refit.h"
#include "core/compress/replace.h"
#include "core/compress/step_sources.h"
#include "core/data/linear_form.h"
#include "core/model/edited_source.h"

namespace secateur {

namespace {

bool narrows(const LayerOrigin& origin) {
    return origin.groups || origin.channels;
}

const TokenWindows& textFor(const std::string& what, const Calibration& calibration) {
    if (calibration.windows) return *calibration.windows;
    throw Error(ErrorCode::InvalidArgument, what + " looks at activations and needs a calibration text",
                "give --calibration-text or --calibration-tokens (preview), --text or --tokens (apply)");
}

// The means of the channels that are left before the step, from an analysis of the same network or of the
// whole layer.
at::Tensor meansOf(const std::vector<float>& all, const UnitMask& left, std::int64_t channels) {
    std::vector<float> kept;
    if (static_cast<std::int64_t>(all.size()) == channels) {
        kept = all;
    } else if (all.size() == left.size()) {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (left[i]) kept.push_back(all[i]);
    } else {
        kept = all;  // of another width: EditedSource says so
    }
    return at::tensor(kept, at::kFloat);
}

std::vector<ChannelMeans> channelMeans(const StepEffect& effect, const NetworkState& before,
                                       const Analysis* analysis, Statistics statistics) {
    std::vector<ChannelMeans> means(before.layers.size());
    for (const LayerOrigin& origin : effect.origins) {
        if (!narrows(origin)) continue;
        const auto index = static_cast<std::size_t>(origin.position);
        const LayerConfig& layer = before.config.layers[index];
        const LayerAnalysis* measured = nullptr;
        if (analysis)
            for (const LayerAnalysis& candidate : analysis->layers)
                if (candidate.layer == layer.originalLayer) measured = &candidate;
        if (!measured)
            throw Error(ErrorCode::InvalidArgument,
                        "bias compensation needs the channel means of layer " +
                            std::to_string(layer.originalLayer) +
                            (analysis ? ", which the analysis lacks" : ", and no analysis is given"),
                        "give --analysis, or a text to measure them from, or make the plan with --no-bias");
        const LayerState& state = before.layers[index];
        const LayerConfig& opened = before.opened->layers[static_cast<std::size_t>(state.position)];
        if (origin.groups && layer.kvHeads > 0)
            means[index].attention =
                meansOf(measured->oProj.means(statistics),
                        widened(state.kvGroups, opened.heads / opened.kvHeads * before.config.headDim),
                        std::int64_t{layer.heads} * before.config.headDim);
        if (origin.channels)
            means[index].mlp =
                meansOf(measured->downProj.means(statistics), state.channels, layer.intermediateSize);
    }
    return means;
}

class Carrier {
public:
    Carrier(std::shared_ptr<LayerSource> before, StepEffect effect, const NetworkState& stateBefore,
            const Calibration& calibration, JobContext& context)
        : before_(std::move(before)),
          effect_(std::move(effect)),
          state_(stateBefore),
          calibration_(calibration),
          context_(context) {}

    std::shared_ptr<LayerSource> operator()(const ChopStep& step) {
        if (step.replace)
            before_ =
                replacedSource(before_, effect_, passOver("a chop that fits the MLPs before it"), context_);
        return std::make_shared<EditedSource>(before_, std::move(effect_), std::vector<ChannelMeans>(), "");
    }

    std::shared_ptr<LayerSource> operator()(const WidthStep& step) {
        const bool narrow = std::ranges::any_of(effect_.origins, narrows);
        if (!narrow || !(step.bias || step.refit))
            return std::make_shared<EditedSource>(before_, std::move(effect_), std::vector<ChannelMeans>(),
                                                  "");
        if (step.refit)
            return refitSource(before_, std::move(effect_), passOver("the refit of a width step"), context_);
        std::shared_ptr<const Analysis> analysis = calibration_.analysis;
        if (!analysis && calibration_.meansWindows) {
            context_.warn("the means for the bias are measured from " + calibration_.meansWindows->source +
                          ", because no analysis of this network was given");
            WeightSource weights(before_, calibration_.place, calibration_.memory);
            analysis = calibration_.measure(weights, context_);
        }
        std::vector<ChannelMeans> means =
            channelMeans(effect_, state_, analysis.get(), calibration_.statistics);
        return std::make_shared<EditedSource>(
            before_, std::move(effect_), std::move(means),
            std::string("bias ") + name(calibration_.statistics) + " " + calibration_.key);
    }

    std::shared_ptr<LayerSource> operator()(const RecipeStep& step) {
        const RecipeMethod& method = recipeMethodOf(step);
        const bool watches = method.watches != Watch::Nothing;
        std::optional<StepPass> pass;
        if (watches || allocatesByText(step))
            pass.emplace(
                passOver(watches ? "the method " + step.method : "the allocation of a sparsify step"));
        ProgressParts parts(context_, {allocationOf(step) == Allocation::Uniform ? 0.0 : 1.0, 2.0});
        parts.next();
        std::vector<OptionValues> options =
            allocatedOptions(before_, step, pass ? &*pass : nullptr, context_);
        parts.next();
        if (watches)
            return calibratedSource(before_, std::move(effect_.after.config), step, options, method, *pass,
                                    context_);
        return std::make_shared<RecipeSource>(before_, std::move(effect_.after.config), step,
                                              std::move(options), method, calibration_.memory);
    }

    std::shared_ptr<LayerSource> operator()(const HealStep&) {
        throw Error(ErrorCode::Unsupported, "a heal step trains; it cannot be previewed",
                    "switch the step off, or apply the plan");
    }

private:
    [[nodiscard]] StepPass passOver(const std::string& what) const {
        return {textFor(what, calibration_), calibration_.place, calibration_.memory, calibration_.key};
    }

    std::shared_ptr<LayerSource> before_;
    StepEffect effect_;
    const NetworkState& state_;
    const Calibration& calibration_;
    JobContext& context_;
};

}  // namespace

bool needsText(const PlanStep& step) {
    if (const auto* chop = std::get_if<ChopStep>(&step)) return chop->replace;
    if (const auto* width = std::get_if<WidthStep>(&step)) return width->refit && !width->keep.empty();
    const auto* recipe = std::get_if<RecipeStep>(&step);
    return recipe && (recipeMethodOf(*recipe).watches != Watch::Nothing || allocatesByText(*recipe));
}

std::shared_ptr<LayerSource> sourceAfter(std::shared_ptr<LayerSource> before, const PlanStep& step,
                                         StepEffect effect, const NetworkState& stateBefore,
                                         const Calibration& calibration, JobContext& context) {
    Carrier carrier(std::move(before), std::move(effect), stateBefore, calibration, context);
    return std::visit([&](const auto& value) { return carrier(value); }, step);
}

}  // namespace secateur
