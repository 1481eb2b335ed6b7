// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::plan: what pure planning cannot do alone, because it needs weights or calibration text.
#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/metrics/sequential_pass.h"
#include "core/model/checks.h"
#include "core/planning/uniform.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

const MethodInfo& methodNamed(const std::string& name) {
    for (const MethodInfo& method : methods())
        if (method.name == name) return method;
    throw Error(ErrorCode::InvalidArgument, "unknown method '" + name + "'", "`secateur methods` lists them");
}

// Wanda's channel score: mean over output rows of |W_ij| sqrt(norm2_j).
std::vector<float> wandaScores(const ChannelStatistics& statistics) {
    std::vector<float> scores(statistics.norm2.size());
    for (std::size_t i = 0; i < scores.size(); ++i)
        scores[i] = statistics.weightAbsMean[i] * std::sqrt(statistics.norm2[i]);
    return scores;
}

std::vector<float> columnNorms2(const at::Tensor& weight) {
    if (!weight.defined()) return {};
    const at::Tensor norms = weight.to(at::kFloat).square().sum(0).to(at::kCPU).contiguous();
    return {norms.const_data_ptr<float>(), norms.const_data_ptr<float>() + norms.numel()};
}

PlanCalibration calibrationOf(const TokenWindows& windows) {
    return {windows.source, windows.sha256, windows.count(), windows.seqLen, windows.seed, "exact", {}, true};
}

// The chop of a request as a plan of its own.
Plan chopPlan(const ModelSummary& model, const Analysis* analysis, const PlanRequest& request) {
    PlanRequest chop = request;
    chop.width.reset();
    return makePlan(model, analysis, chop).plan;
}

ChopStep chopStepOf(const Plan& plan) {
    for (const PlanStep& step : plan.steps)
        if (const auto* chop = std::get_if<ChopStep>(&step)) return *chop;
    return {};
}

LayerMasks masksOf(const LayerKeep& keep) {
    return {keep.kvGroups.value_or(UnitMask()), keep.channels.value_or(UnitMask())};
}

}  // namespace

PlanResult LocalSession::planSequentially(const TokenWindows& windows, const PlanRequest& request,
                                          JobContext& context) {
    const WidthRequest& width = *request.width;
    const Plan chopped = chopPlan(summary(), nullptr, request);
    const PlanEdits chop(config(), chopped, nullptr);
    const NetworkConfig left = plannedNetwork(config(), chopped);
    const UniformRatio ratio = uniformRatio(summary(), left, width);
    WidthStep step;
    step.method = width.method;
    step.metric = "wanda";
    step.structure = "UL-UM";
    step.ratio = ratio.ofNetwork;
    step.bias = false;
    step.protect = width.protect;
    const auto decide = [&](int position, const LayerAnalysis& layer) {
        const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
        if (std::find(width.protect.begin(), width.protect.end(), shape.originalLayer) != width.protect.end())
            return LayerMasks{};
        const LayerKeep keep = uniformLayerKeep(config(), shape, wandaScores(layer.oProj),
                                                wandaScores(layer.downProj), ratio.ofLayer, width);
        if (keep.kvGroups || keep.channels) step.keep.push_back(keep);
        return masksOf(keep);
    };
    static_cast<void>(sequentialPass(weights_, windows, chop, decide, context));
    PlanResult result = planFromKeep(summary(), chopStepOf(chopped), step);
    result.plan.calibration = calibrationOf(windows);
    return result;
}

Analysis LocalSession::weightNorms(JobContext& context) {
    Analysis analysis;
    analysis.modelName = summary().name;
    analysis.modelFingerprint = summary().fingerprint;
    analysis.originalLayers = config().originalLayers;
    context.beginStage("weight norms", config().layerCount(), "layers");
    for (int position = 0; position < config().layerCount(); ++position) {
        const LayerWeights weights = weights_.layer(position);
        const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
        LayerAnalysis layer;
        layer.layer = shape.originalLayer;
        layer.heads = shape.heads;
        layer.kvHeads = shape.kvHeads;
        layer.oProj.weightNorm2 = columnNorms2(weights.o);
        layer.downProj.weightNorm2 = columnNorms2(weights.down);
        analysis.layers.push_back(std::move(layer));
        weights_.release(position);
        context.advanceTo(position + 1);
    }
    return analysis;
}

PlanResult LocalSession::plan(const Analysis* analysis, const TokenWindows* windows,
                              const PlanRequest& wishes, JobContext& context) {
    PlanResult result;
    guarded([&] {
        requireSameModel(analysis);
        const PlanRequest request = settleChop(wishes, windows, context);
        std::shared_ptr<const Analysis> measured;
        const bool byScore = request.chop.count > 0 && analysis == nullptr && windows != nullptr;
        const Needs needs = request.width ? methodNamed(request.width->method).needs : Needs::Weights;
        if (needs == Needs::Text) {
            if (!windows)
                throw Error(
                    ErrorCode::InvalidArgument,
                    "method " + request.width->method + " prunes as it goes and needs calibration text",
                    "give --text or --tokens");
            result = planSequentially(*windows, request, context);
            return;
        }
        if (analysis == nullptr && request.width && needs == Needs::Weights) {
            const Analysis norms = weightNorms(context);
            result = makePlan(summary(), &norms, request);
            return;
        }
        if (analysis == nullptr && windows && (needs == Needs::Analysis || byScore)) {
            MeasureOptions options;
            options.leaveOneOut = request.chop.strategy == "leave-one-out";
            if (request.width && request.width->statistics) options.statistics = *request.width->statistics;
            if (!request.chop.empty() && request.chop.count == 0)
                options.plan = chopPlan(summary(), nullptr, request);
            measured = measure(*windows, options, context, {});
            analysis = measured.get();
        }
        result = makePlan(summary(), analysis, request);
    });
    const bool byText = wishes.chop.count > 0 && chopStrategy(wishes.chop.strategy).needs == ChopNeeds::Text;
    if (byText && !result.plan.calibration) result.plan.calibration = calibrationOf(*windows);
    return result;
}

}  // namespace secateur
