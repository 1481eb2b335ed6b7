// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::plan: the steps of a request, one after the other, each decided on what the steps before it
// leave.
#include <algorithm>

#include "core/base/error.h"
#include "core/compress/method.h"
#include "core/compress/structured_obs.h"
#include "core/metrics/sequential_pass.h"
#include "core/metrics/weight_statistics.h"
#include "core/model/checks.h"
#include "core/planning/methods.h"
#include "core/planning/requests.h"
#include "core/planning/uniform.h"
#include "core/planning/width_limits.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

PlanCalibration calibrationOf(const TokenWindows& windows, Statistics statistics = Statistics::Exact) {
    return {windows.source,
            windows.sha256,
            windows.count(),
            windows.seqLen,
            windows.seed,
            name(statistics),
            {},
            true};
}

// False where an earlier program measured less of them.
bool hasWeightStatistics(const Analysis& analysis) {
    return std::ranges::none_of(analysis.layers, [](const LayerAnalysis& layer) {
        return !layer.downProj.weightNorm2.empty() && layer.downProj.rowPeaks.empty();
    });
}

bool choosesByAnalysis(const ChopRequest& chop) {
    return chop.count > 0 && chopStrategy(chop.strategy).needs == ChopNeeds::Analysis;
}

// With the options that are not given, so that a plan says what was done.
RecipeStep completed(const RecipeStep& step, const std::string& where) {
    const RecipeMethod& method = recipeMethodOf(step, where);
    RecipeStep whole = step;
    checkOptions(whole.options, method.info.options, where + ": " + step.method);
    fillUsual(whole.options, method.info.options);
    return whole;
}

bool protects(const WidthRequest& width, const LayerConfig& layer) {
    return std::ranges::find(width.protect, layer.originalLayer) != width.protect.end();
}

// What a uniform method that prunes as it goes records, but for what is kept.
WidthStep uniformStep(const WidthRequest& width, const UniformRatio& ratio) {
    WidthStep step;
    step.method = width.method;
    step.structure = "UL-UM";
    step.ratio = ratio.ofNetwork;
    step.bias = width.bias && (width.compensate == "bias" || width.compensate == "refit");
    step.refit = width.bias && width.compensate == "refit";
    step.protect = width.protect;
    return step;
}

}  // namespace

struct LocalSession::Draft {
    PlanRequest decided;
    Plan plan;  // of the decided steps
    std::optional<WidthDecision> decision;
    std::optional<PlanCalibration> calibration;
    std::vector<std::string> warnings;
};

TokenWindows LocalSession::firstTokens(TokenWindows windows, int tokens) {
    const int count = std::min(windows.count(), (tokens + windows.seqLen - 1) / windows.seqLen);
    windows.ids.resize(static_cast<std::size_t>(count) * windows.seqLen);
    return windows;
}

WidthStep LocalSession::planSequentially(WeightSource& network, const TokenWindows& windows,
                                         const NetworkState& state, const WidthRequest& width,
                                         JobContext& context) const {
    const SequentialRule& rule = *methodNamed(width.method).sequential;
    const UniformRatio ratio = uniformRatio(summary(), state.config, width);
    WidthStep step = uniformStep(width, ratio);
    step.metric = rule.metric;
    step.structure = rule.structure;
    const auto decide = [&](int position, const LayerAnalysis& layer) -> LayerMasks {
        const LayerConfig& shape = state.config.layers[static_cast<std::size_t>(position)];
        if (protects(width, shape)) return {};
        const LayerKeep keep = uniformLayerKeep(state.config, shape, rule.channelScores(layer.oProj),
                                                rule.channelScores(layer.downProj), ratio.ofLayer, width);
        const LayerState& units = state.layers[static_cast<std::size_t>(position)];
        if (keep.kvGroups || keep.channels)
            step.keep.push_back(
                {keep.layer, spread(keep.kvGroups, units.kvGroups), spread(keep.channels, units.channels)});
        return {keep.kvGroups.value_or(UnitMask()), keep.channels.value_or(UnitMask())};
    };
    sequentialPass(network, windows, decide, context);
    return step;
}

WidthStep LocalSession::planSurgically(WeightSource& network, const TokenWindows& windows,
                                       const NetworkState& state, const WidthRequest& width,
                                       JobContext& context) const {
    const UniformRatio ratio = uniformRatio(summary(), state.config, width);
    WidthStep step = uniformStep(width, ratio);
    ObsWishes wishes{.rounds = width.rounds,
                     .damping = width.damping,
                     .addsSignal = width.order == "tyr",
                     .compensation = step.refit  ? Compensation::Refit
                                     : step.bias ? Compensation::Bias
                                                 : Compensation::None};
    ObsDecision decision;
    decision.removed = [&](int position, LinearName, int units) {
        const bool stays = protects(width, state.config.layers[static_cast<std::size_t>(position)]);
        return stays ? 0 : static_cast<int>(ratio.ofLayer * units);
    };
    decision.keep = [&](int position, LinearName reader, const std::vector<float>& scores) -> UnitMask {
        LayerConfig shape = state.config.layers[static_cast<std::size_t>(position)];
        const LayerState& units = state.layers[static_cast<std::size_t>(position)];
        const bool attention = reader == LinearName::O;
        std::vector<float> ofChannels;
        if (attention) {
            shape.intermediateSize = 0;
            const auto width = static_cast<std::size_t>(shape.heads / shape.kvHeads * state.config.headDim);
            for (const float score : scores) ofChannels.insert(ofChannels.end(), width, score);
        } else {
            shape.heads = shape.kvHeads = 0;
            ofChannels = scores;
        }
        const LayerKeep keep =
            uniformLayerKeep(state.config, shape, attention ? ofChannels : std::vector<float>(),
                             attention ? std::vector<float>() : ofChannels, ratio.ofLayer, width);
        const std::optional<UnitMask>& mask = attention ? keep.kvGroups : keep.channels;
        if (!mask) return {};
        if (step.keep.empty() || step.keep.back().layer != keep.layer)
            step.keep.push_back({keep.layer, std::nullopt, std::nullopt});
        (attention ? step.keep.back().kvGroups : step.keep.back().channels) =
            spread(mask, attention ? units.kvGroups : units.channels);
        return *mask;
    };
    structuredObsPass(network, windows, wishes, decision, context);
    return step;
}

WidthStep LocalSession::planTwoStages(const TwoStageSplit& split, const Analysis& scores,
                                      const TokenWindows& windows, Draft& draft, JobContext& context) {
    ProgressParts parts(context, {1.0, 9.0});
    parts.next();
    PlanRequest first = draft.decided;
    first.steps.emplace_back(split.mlp);
    PlanResult narrowed = makePlan(summary(), &scores, first);
    draft.decision = std::move(narrowed.decision);
    draft.calibration = narrowed.plan.calibration;
    draft.warnings.insert(draft.warnings.end(), narrowed.warnings.begin(), narrowed.warnings.end());
    WidthStep step = std::get<WidthStep>(narrowed.plan.steps.back());
    step.ratio = split.ratio;
    if (split.attention == 0) return step;

    const Planned after = networkAfter(narrowed.plan, {&scores, &windows, &windows}, context);
    WeightSource network(after.source, place_, memory_);
    network.shareWith(&weights_);
    parts.next();
    const TokenWindows some = firstTokens(windows, kSecondStageTokens);
    const RemovalOrder order =
        removalOrder(network, chopStrategy("greedy-attention"), split.attention, &some, context);
    for (const RemovedPart& part : order.parts) {
        const auto at =
            std::ranges::find(after.state.config.layers, part.layer, &LayerConfig::originalLayer) -
            after.state.config.layers.begin();
        auto entry = std::ranges::find(step.keep, part.layer, &LayerKeep::layer);
        if (entry == step.keep.end()) entry = step.keep.insert(entry, LayerKeep{part.layer, {}, {}});
        entry->kvGroups = UnitMask(after.state.layers[static_cast<std::size_t>(at)].kvGroups.size(), 0);
    }
    return step;
}

Analysis LocalSession::weightScores(WeightSource& network, JobContext& context) const {
    Analysis analysis;
    analysis.modelName = summary().name;
    analysis.modelFingerprint = summary().fingerprint;
    analysis.originalLayers = config().originalLayers;
    context.beginStage("weights", network.config().layerCount(), "layers");
    for (int position = 0; position < network.config().layerCount(); ++position) {
        const LayerWeights weights = network.layer(position);
        const LayerConfig& shape = network.config().layers[static_cast<std::size_t>(position)];
        LayerAnalysis layer;
        layer.layer = shape.originalLayer;
        layer.heads = shape.heads;
        layer.kvHeads = shape.kvHeads;
        addWeightStatistics(weights, layer);
        analysis.layers.push_back(std::move(layer));
        network.release(position);
        context.advanceTo(position + 1);
    }
    return analysis;
}

void LocalSession::planStep(const StepRequest& request, const Analysis* analysis, const TokenWindows* windows,
                            Draft& draft, JobContext& context) {
    StepRequest step = request;
    const auto* chop = std::get_if<ChopRequest>(&request);
    const auto* width = std::get_if<WidthRequest>(&request);
    const Needs needs = width ? methodNamed(width->method).info.needs : Needs::Weights;
    const bool identity = width && width->empty();
    const bool onlyChops = std::ranges::all_of(
        draft.plan.steps, [](const PlanStep& earlier) { return std::holds_alternative<ChopStep>(earlier); });
    // An analysis is of the network that was opened: for what later steps leave the text is measured, if
    // there is one.
    const Analysis* scores = onlyChops || !windows ? analysis : nullptr;
    std::shared_ptr<const Analysis> measured;
    Analysis ofWeights;
    const bool looks = (chop && chop->count > 0) || (width && !identity);
    if (looks) {
        ProgressParts parts(context, {1.0, 2.0});
        parts.next();
        const Planned before = networkAfter(draft.plan, {analysis, windows, windows}, context);
        parts.next();
        WeightSource network(before.source, place_, memory_);
        network.shareWith(&weights_);
        if (chop) step = settleChop(network, *chop, windows, context);
        if (width && plansOnNetwork(*width)) {
            if (!windows)
                throw Error(ErrorCode::InvalidArgument,
                            "method " + width->method + " prunes as it goes and needs calibration text",
                            "give --text or --tokens");
            if (methodNamed(width->method).dropsAttention) {
                if (!scores) {
                    measured = measureNetwork(network, *windows, {}, context, {});
                    scores = measured.get();
                }
                step = planTwoStages(twoStageSplit(summary(), before.state.config, *width), *scores, *windows,
                                     draft, context);
            } else {
                step = methodNamed(width->method).surgical
                           ? planSurgically(network, *windows, before.state, *width, context)
                           : planSequentially(network, *windows, before.state, *width, context);
                draft.calibration = calibrationOf(*windows);
            }
        } else if (width && needs == Needs::Gradients && (!scores || !scores->gradients)) {
            if (!windows)
                throw Error(ErrorCode::InvalidArgument,
                            "method " + width->method + " needs gradients, which the analysis does not hold",
                            "give --text or --tokens, or an analysis of measure --gradients");
            measured = gradientScores(network, *windows, context);
            scores = measured.get();
        } else if (width && needs == Needs::Weights && (!scores || !hasWeightStatistics(*scores))) {
            ofWeights = weightScores(network, context);
            scores = &ofWeights;
        } else if (!scores && windows && (width || choosesByAnalysis(*chop))) {
            MeasureOptions options;
            options.leaveOneOut = chop && chopStrategy(chop->strategy).look == ChopLook::LeaveOneOut;
            if (width && width->statistics) options.statistics = *width->statistics;
            if (options.leaveOneOut) considerResident();
            measured = measureNetwork(network, *windows, options, context, {});
            scores = measured.get();
        }
    }
    if (const auto* recipe = std::get_if<RecipeStep>(&step)) {
        const std::string where = "plan: steps[" + std::to_string(draft.plan.steps.size()) + "]";
        step = completed(*recipe, where);
    }
    PlanRequest withStep = draft.decided;
    withStep.steps.push_back(step);
    PlanResult result = makePlan(summary(), scores, withStep);
    draft.plan.model = result.plan.model;
    if (result.plan.steps.size() > draft.plan.steps.size()) {
        const PlanStep& made = result.plan.steps.back();
        if (windows && needsText(made) && !draft.calibration) draft.calibration = calibrationOf(*windows);
        std::visit([&](const auto& value) { draft.decided.steps.emplace_back(value); }, made);
        draft.plan.steps.push_back(made);
    }
    if (result.decision) draft.decision = std::move(result.decision);
    if (result.plan.calibration) draft.calibration = result.plan.calibration;
    draft.warnings.insert(draft.warnings.end(), result.warnings.begin(), result.warnings.end());
    const bool byText = chop && chop->count > 0 && chopStrategy(chop->strategy).needs == ChopNeeds::Text;
    if (byText && !draft.calibration) draft.calibration = calibrationOf(*windows);
}

PlanResult LocalSession::plan(const Analysis* analysis, const TokenWindows* windows,
                              const PlanRequest& wishes, JobContext& context) {
    PlanResult result;
    guarded([&] {
        requireSameModel(analysis);
        Draft draft;
        PlanRequest named = wishes;
        draft.warnings =
            nameStrategies(named, summary().parameters, analysis != nullptr || windows != nullptr);
        ProgressParts parts(context, std::vector<double>(named.steps.size(), 1.0));
        for (const StepRequest& step : named.steps) {
            parts.next();
            planStep(step, analysis, windows, draft, context);
        }
        result = makePlan(summary(), nullptr, draft.decided);
        result.decision = std::move(draft.decision);
        result.plan.calibration = std::move(draft.calibration);
        result.warnings = std::move(draft.warnings);
    });
    return result;
}

const std::vector<MethodInfo>& allMethods() {
    static const std::vector<MethodInfo> kAll = [] {
        std::vector<MethodInfo> all = methods();
        for (const RecipeMethod& method : recipeMethods()) all.push_back(method.info);
        all.push_back(healStepInfo());
        return all;
    }();
    return kAll;
}

}  // namespace secateur
