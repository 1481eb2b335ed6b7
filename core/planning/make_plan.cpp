// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <set>

#include "core/base/error.h"
#include "core/data/plan_validate.h"
#include "core/planning/chop_strategies.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"
#include "core/planning/scores.h"
#include "core/planning/width_planner.h"

namespace secateur {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

std::string layerText(int layer) {
    return "layer " + std::to_string(layer);
}

PlanModel planModel(const ModelSummary& model) {
    return {model.name, name(model.config.architecture), originalLayerCount(model.config), model.fingerprint};
}

PlanCalibration calibrationOf(const Analysis& analysis, Statistics statistics) {
    const CalibrationInfo& info = analysis.calibration;
    return {info.source, info.sha256, info.samples, info.seqLen, info.seed, name(statistics), "", true};
}

void checkFingerprint(const ModelSummary& model, const Analysis& analysis) {
    if (analysis.modelFingerprint.empty() || model.fingerprint.empty()) return;
    if (analysis.modelFingerprint != model.fingerprint)
        refuse("the analysis was measured on another model" +
                   (analysis.modelName.empty() ? std::string() : ", '" + analysis.modelName + "'"),
               "measure '" + model.name + "' and plan with that analysis");
}

std::vector<int> sortedLayers(std::vector<int> layers) {
    std::sort(layers.begin(), layers.end());
    return layers;
}

// Layers whose sublayer goes, less those that go as a whole anyway.
std::vector<int> sublayersLeft(const std::vector<int>& sublayers, const std::vector<int>& chopped,
                               const char* what, std::vector<std::string>& warnings) {
    std::vector<int> left;
    for (const int layer : sortedLayers(sublayers)) {
        if (std::count(chopped.begin(), chopped.end(), layer))
            warnings.push_back(layerText(layer) + " is chopped; that its " + what +
                               " should go changes nothing");
        else
            left.push_back(layer);
    }
    return left;
}

class PlanMaker {
public:
    PlanMaker(const ModelSummary& model, const Analysis* analysis) : model_(model), analysis_(analysis) {
        result_.plan.model = planModel(model);
        network_ = model.config;
        network_.originalLayers = originalLayerCount(model.config);
        if (analysis) checkFingerprint(model, *analysis);
    }

    void chop(const ChopRequest& request) {
        if (request.count < 0) refuse("the number of layers to chop must not be negative");
        if (request.count > 0 && !request.layers.empty())
            refuse("a list of layers and a number of layers to chop exclude each other", "give one of them");
        ChopStep step;
        step.layers = sortedLayers(request.layers);
        if (!step.layers.empty()) step.chosenBy = ChosenBy{"explicit", static_cast<int>(step.layers.size())};
        if (request.chosenBy) step.chosenBy = request.chosenBy;
        step.merge = request.merge;
        if (request.count > 0) chooseLayers(request, step);
        const bool chosen = request.count > 0 || request.chosenBy;
        step.attention = chosen ? sublayersLeft(request.attention, step.layers, "attention", result_.warnings)
                                : sortedLayers(request.attention);
        step.mlp = chosen ? sublayersLeft(request.mlp, step.layers, "MLP", result_.warnings)
                          : sortedLayers(request.mlp);
        addChop(std::move(step));
    }

    void addChop(ChopStep step) {
        if (step.empty()) return;
        result_.plan.steps.emplace_back(std::move(step));
        network_ = plannedNetwork(model_.config, result_.plan);
    }

    void width(const WidthRequest& request) {
        const Method& method = methodNamed(request.method);
        const bool identity = request.ratio == 0.0 && !request.targetParameters && !request.targetBytes;
        if (!method.widthRule && !identity) refuseMethod(method);
        const WidthRule rule = method.widthRule ? method.widthRule(request) : WidthRule{};
        checkNames(rule);
        if (!analysis_ && !identity)
            refuse("the method " + request.method + " needs an analysis to plan with",
                   "measure the model first");
        WidthRequest wish = request;
        wish.protect = protectedLayers(request.protect);
        WidthStep step{request.method,
                       method.info.needs == Needs::Analysis ? rule.metric : "",
                       rule.structure,
                       request.ratio,
                       rule.bias,
                       wish.protect,
                       {}};
        if (analysis_ && method.widthRule)
            decide(wish, rule, step);
        else
            checkIdentity(wish, rule);
        addWidth(std::move(step));
    }

    // Entries ascend; masks that keep all are left out.
    void addWidth(WidthStep step) {
        std::multimap<int, LayerKeep> entries;
        const auto all = [](const std::optional<UnitMask>& mask) {
            return !mask || countKept(*mask) == static_cast<int>(mask->size());
        };
        for (LayerKeep& layer : step.keep) {
            if (all(layer.kvGroups)) layer.kvGroups.reset();
            if (all(layer.channels)) layer.channels.reset();
            if (layer.kvGroups || layer.channels) entries.emplace(layer.layer, std::move(layer));
        }
        step.keep.clear();
        for (auto& [number, layer] : entries) step.keep.push_back(std::move(layer));
        result_.plan.steps.emplace_back(std::move(step));
    }

    PlanResult finish() {
        const NetworkConfig after = plannedNetwork(model_.config, result_.plan);
        result_.plan.accounting = account(model_, after);
        if (result_.decision) {
            const double left = static_cast<double>(decoderLinearParameters(after));
            const double before = static_cast<double>(decoderLinearParameters(network_));
            result_.decision->removedFraction = before > 0.0 ? 1.0 - left / before : 0.0;
        }
        return std::move(result_);
    }

private:
    void chooseLayers(const ChopRequest& request, ChopStep& step) {
        std::vector<int> numbers;
        for (const LayerConfig& layer : model_.config.layers) numbers.push_back(layer.originalLayer);
        step.layers = chooseAmong(request.strategy, numbers, request.count, analysis_);
        step.chosenBy = ChosenBy{request.strategy, request.count};
        if (choosesByScore(request.strategy))
            result_.plan.calibration = calibrationOf(*analysis_, analysis_->statistics);
    }

    [[noreturn]] static void refuseMethod(const Method& method) {
        if (method.info.needs == Needs::Text)
            refuse("the method " + method.info.name +
                       " prunes as it goes and cannot be planned from an analysis",
                   "give it calibration text instead");
        refuse("the method " + method.info.name + " removes layers, not widths",
               "use flap, wanda-sp or magnitude-sp");
    }

    static void checkNames(const WidthRule& rule) {
        if (rule.structure.empty()) return;
        checkStructure(rule.structure);
        const std::vector<std::string> known = widthMetrics();
        if (rule.needsCalibration && std::find(known.begin(), known.end(), rule.metric) == known.end())
            refuse("unknown width metric '" + rule.metric + "'", "known are WIFV, WIFN and IFV");
    }

    std::vector<int> protectedLayers(const std::vector<int>& layers) {
        std::set<int> kept;
        for (const int layer : layers) {
            if (!findLayer(model_.config, layer))
                refuse("cannot protect layer " + std::to_string(layer) + ": the model has layers 0 to " +
                       std::to_string(originalLayerCount(model_.config) - 1));
            if (!findLayer(network_, layer))
                result_.warnings.push_back(layerText(layer) + " is chopped; protecting it changes nothing");
            else if (!kept.insert(layer).second)
                refuse(layerText(layer) + " is protected twice");
        }
        return {kept.begin(), kept.end()};
    }

    void checkIdentity(const WidthRequest& request, const WidthRule& rule) const {
        const ScoreTable none{"", "", "", std::vector<LayerScores>(network_.layers.size())};
        (void)WidthPlanner(model_, network_, none, rule, request, Cost::Exact);
    }

    void decide(const WidthRequest& request, const WidthRule& rule, WidthStep& step) {
        const Statistics statistics = request.statistics.value_or(analysis_->statistics);
        const Cost byStatistics = statistics == Statistics::Exact ? Cost::Exact : Cost::Reference;
        ScoreTable scores = scoreSurvivors({rule.metric, rule.structure, statistics});
        const WidthPlanner planner(model_, network_, scores, rule, request,
                                   request.cost.value_or(byStatistics));
        step.ratio = planner.ratio();
        const std::optional<Thresholds> thresholds = planner.thresholds(step.ratio);
        if (thresholds)
            result_.warnings.insert(result_.warnings.end(), thresholds->warnings.begin(),
                                    thresholds->warnings.end());
        step.keep = planner.keep(thresholds);
        WidthDecision decision;
        decision.groupThreshold = planner.groupThresholds(thresholds);
        decision.channelThreshold = planner.channelThresholds(thresholds);
        decision.strict = rule.structure.rfind("AL-", 0) == 0;
        decision.scores = std::move(scores);
        result_.decision = std::move(decision);
        if (rule.needsCalibration) describeCalibration(statistics);
    }

    // Scores of the layers that are left, in their order.
    ScoreTable scoreSurvivors(const ScoreRequest& request) const {
        ScoreTable table{request.metric, request.structure, name(request.statistics), {}};
        for (const LayerConfig& layer : network_.layers) {
            const LayerAnalysis& measured = measuredLayer(layer);
            table.layers.push_back(
                scoreLayer(measured, network_, request, layer.kvHeads > 0, layer.intermediateSize > 0));
        }
        return table;
    }

    const LayerAnalysis& measuredLayer(const LayerConfig& layer) const {
        const auto found =
            std::find_if(analysis_->layers.begin(), analysis_->layers.end(),
                         [&](const LayerAnalysis& it) { return it.layer == layer.originalLayer; });
        const std::string where = layerText(layer.originalLayer);
        if (found == analysis_->layers.end())
            refuse("the analysis has no " + where + ", which the plan leaves in the network",
                   "plan with an analysis of the whole model, or chop the layers that the analysis was "
                   "measured without");
        const auto check = [&](int wanted, std::size_t measured, const char* what) {
            if (wanted > 0 && static_cast<std::size_t>(wanted) != measured)
                refuse("the analysis has " + std::to_string(measured) + " " + what + " in " + where +
                           ", the network " + std::to_string(wanted),
                       "measure this network; the analysis belongs to another one");
        };
        check(layer.kvHeads, static_cast<std::size_t>(found->kvHeads), "KV groups");
        check(layer.heads * network_.headDim, found->oProj.weightNorm2.size(), "o_proj channels");
        check(layer.intermediateSize, found->downProj.weightNorm2.size(), "MLP channels");
        return *found;
    }

    void describeCalibration(Statistics statistics) {
        PlanCalibration calibration = calibrationOf(*analysis_, statistics);
        calibration.chopped = measuredAsChopped();
        if (!calibration.chopped)
            result_.warnings.push_back(
                "the widths were scored on an analysis of the network before the chop; measure again with "
                "this plan for "
                "final results");
        result_.plan.calibration = std::move(calibration);
    }

    // Whether the analysis saw exactly what the chop left.
    [[nodiscard]] bool measuredAsChopped() const {
        return std::equal(network_.layers.begin(), network_.layers.end(), analysis_->layers.begin(),
                          analysis_->layers.end(),
                          [](const LayerConfig& left, const LayerAnalysis& measured) {
                              return left.originalLayer == measured.layer &&
                                     (left.kvHeads > 0) == !measured.oProj.weightNorm2.empty() &&
                                     (left.intermediateSize > 0) == !measured.downProj.weightNorm2.empty();
                          });
    }

    const ModelSummary& model_;
    const Analysis* analysis_;
    NetworkConfig network_;  // what the chop leaves
    PlanResult result_;
};

}  // namespace

PlanResult makePlan(const ModelSummary& model, const Analysis* analysis, const PlanRequest& request) {
    PlanMaker maker(model, analysis);
    maker.chop(request.chop);
    if (request.width) maker.width(*request.width);
    return maker.finish();
}

PlanResult planFromKeep(const ModelSummary& model, const ChopStep& chop, const WidthStep& width) {
    PlanMaker maker(model, nullptr);
    maker.addChop(chop);
    maker.addWidth(width);
    return maker.finish();
}

}  // namespace secateur
