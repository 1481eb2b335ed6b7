// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/data/plan_validate.h"
#include "core/planning/chop_order.h"
#include "core/planning/chop_strategies.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "core/planning/score_memory.h"
#include "core/planning/scores.h"
#include "core/planning/width_limits.h"
#include "core/planning/width_planner.h"

namespace secateur {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

std::string layerText(int layer) {
    return "layer " + std::to_string(layer);
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
    PlanMaker(const ModelSummary& model, const Analysis* analysis, ScoreMemory* memory)
        : model_(model),
          analysis_(analysis),
          memory_(memory != nullptr && memory->analysis() == analysis ? memory : nullptr),
          state_(stateOf(model.config)) {
        result_.plan.model = planModel(model);
        if (analysis) checkFingerprint(model, *analysis);
    }

    void operator()(const ChopRequest& request) {
        if (request.count < 0) refuse("the number of layers to chop must not be negative");
        if (request.count > 0 && !request.layers.empty())
            refuse("a list of layers and a number of layers to chop exclude each other", "give one of them");
        ChopStep step;
        step.keep = request.keep;
        step.layers = sortedLayers(request.layers);
        if (!step.layers.empty()) step.chosenBy = ChosenBy{"explicit", static_cast<int>(step.layers.size())};
        if (request.chosenBy) step.chosenBy = request.chosenBy;
        step.merge = request.merge;
        step.replace = request.replace;
        if (request.count > 0) chooseLayers(request, step);
        const bool chosen = request.count > 0 || request.chosenBy;
        step.attention = chosen ? sublayersLeft(request.attention, step.layers, "attention", result_.warnings)
                                : sortedLayers(request.attention);
        step.mlp = chosen ? sublayersLeft(request.mlp, step.layers, "MLP", result_.warnings)
                          : sortedLayers(request.mlp);
        (*this)(step);
    }

    void operator()(const ChopStep& step) {
        if (!step.empty()) add(step);
    }

    void operator()(const WidthRequest& request) {
        const Method& method = methodNamed(request.method);
        const bool identity = request.empty();
        if ((!method.widthRule && !identity) || plansOnNetwork(request)) refuseMethod(method);
        const WidthRule rule = method.widthRule ? method.widthRule(request) : WidthRule{};
        checkNames(method, rule);
        if (!analysis_ && !identity)
            refuse("the method " + request.method + " needs an analysis to plan with",
                   "measure the model first");
        WidthRequest wish = request;
        wish.protect = protectedLayers(request.protect);
        WidthStep step{request.method,
                       choosesMetric(method) || method.info.needs == Needs::Gradients ? rule.metric : "",
                       rule.structure,
                       request.ratio,
                       rule.bias,
                       wish.protect,
                       {},
                       rule.bias && request.compensate == "refit"};
        const bool unscored = identity && method.info.needs == Needs::Gradients;
        if (analysis_ && method.widthRule && !unscored)
            decide(wish, rule, step);
        else
            checkIdentity(wish, rule);
        (*this)(std::move(step));
    }

    // Entries ascend; masks that keep all are left out.
    void operator()(WidthStep step) {
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
        const double before = static_cast<double>(decoderLinearParameters(withDenseLinears(network())));
        const bool decided = std::exchange(decidedNow_, false);
        add(std::move(step));
        if (!decided) return;
        const double left = static_cast<double>(decoderLinearParameters(withDenseLinears(network())));
        result_.decision->removedFraction = before > 0.0 ? 1.0 - left / before : 0.0;
    }

    void operator()(const RecipeStep& step) { add(step); }
    void operator()(const HealStep& step) {
        const int before = quantizedLinears();
        add(step);
        const int merged = before - quantizedLinears();
        if (merged == 0) return;
        result_.warnings.push_back("the heal step merges its adapters: " + std::to_string(merged) +
                                   " quantized linears become matrices of the checkpoint's dtype again; "
                                   "quantize after it to keep them small");
    }

    PlanResult finish() {
        result_.plan.accounting = account(model_, state_);
        result_.after = std::move(state_);
        return std::move(result_);
    }

private:
    [[nodiscard]] const NetworkConfig& network() const noexcept { return state_.config; }

    [[nodiscard]] int quantizedLinears() const {
        int count = 0;
        for (const LayerState& layer : state_.layers)
            count += static_cast<int>(
                std::ranges::count_if(layer.forms, [](const LinearForm& form) { return form.bits > 0.0; }));
        return count;
    }

    void add(PlanStep step) {
        const std::string where = "plan: steps[" + std::to_string(result_.plan.steps.size()) + "]";
        state_ = carryOut(step, state_, where).after;
        result_.plan.steps.push_back(std::move(step));
        result_.afterStep.push_back(account(model_, state_));
    }

    void chooseLayers(const ChopRequest& request, ChopStep& step) {
        step.layers = chooseAmong(request.strategy, layerNumbers(network()), request.count, analysis_);
        step.chosenBy = ChosenBy{request.strategy, request.count};
        if (choosesByScore(request.strategy))
            result_.plan.calibration = calibrationOf(*analysis_, analysis_->statistics);
    }

    [[noreturn]] static void refuseMethod(const Method& method) {
        if (method.dropsAttention)
            refuse("the method " + method.info.name +
                       " runs the network again and again and cannot be planned from an analysis",
                   "give it calibration text, or attention-layers=0 for its first stage alone");
        if (method.info.needs == Needs::Text)
            refuse("the method " + method.info.name +
                       " prunes as it goes and cannot be planned from an analysis",
                   "give it calibration text instead");
        std::string narrowing;
        for (const std::string& name : methodsOf("width"))
            narrowing += (narrowing.empty() ? "" : ", ") + name;
        refuse("the method " + method.info.name + " removes layers, not widths", "use one of " + narrowing);
    }

    // False for methods with one metric of their own.
    static bool choosesMetric(const Method& method) {
        return findSpec(method.info.options, "metric") != nullptr;
    }

    static void checkNames(const Method& method, const WidthRule& rule) {
        if (rule.structure.empty()) return;
        checkStructure(rule.structure);
        const std::vector<std::string> known = widthMetrics();
        if (choosesMetric(method) && std::find(known.begin(), known.end(), rule.metric) == known.end())
            refuse("unknown width metric '" + rule.metric + "'", "known are WIFV, WIFN and IFV");
    }

    std::vector<int> protectedLayers(const std::vector<int>& layers) {
        std::set<int> kept;
        for (const int layer : layers) {
            if (!findLayer(model_.config, layer))
                refuse("cannot protect layer " + std::to_string(layer) + ": the model has layers 0 to " +
                       std::to_string(originalLayerCount(model_.config) - 1));
            if (!findLayer(network(), layer))
                result_.warnings.push_back(layerText(layer) + " is chopped; protecting it changes nothing");
            else if (!kept.insert(layer).second)
                refuse(layerText(layer) + " is protected twice");
        }
        return {kept.begin(), kept.end()};
    }

    void checkIdentity(const WidthRequest& request, const WidthRule& rule) const {
        const ScoreTable none{"", "", "", std::vector<LayerScores>(network().layers.size())};
        (void)WidthPlanner(model_, network(), none, rule, request, Cost::Exact);
    }

    void decide(const WidthRequest& request, const WidthRule& rule, WidthStep& step) {
        const Statistics statistics = request.statistics.value_or(analysis_->statistics);
        const Cost byStatistics = statistics == Statistics::Exact ? Cost::Exact : Cost::Reference;
        std::shared_ptr<const ScoreTable> scores = scoreSurvivors({rule.metric, rule.structure, statistics});
        const WidthPlanner planner(model_, network(), *scores, rule, request,
                                   request.cost.value_or(byStatistics));
        step.ratio = planner.ratio();
        const std::optional<Thresholds> thresholds = planner.thresholds(step.ratio);
        if (thresholds)
            result_.warnings.insert(result_.warnings.end(), thresholds->warnings.begin(),
                                    thresholds->warnings.end());
        step.keep = planner.keep(thresholds);
        for (LayerKeep& keep : step.keep) widen(keep);
        WidthDecision decision;
        decision.groupThreshold = planner.groupThresholds(thresholds);
        decision.channelThreshold = planner.channelThresholds(thresholds);
        decision.strict = rule.structure.rfind("AL-", 0) == 0;
        decision.scores = std::move(scores);
        result_.decision = std::move(decision);
        decidedNow_ = true;
        if (rule.needsCalibration) describeCalibration(statistics, request.empty());
    }

    // Masks over the units that are left as masks over all units of the opened checkpoint's layer.
    void widen(LayerKeep& keep) const {
        const auto found = std::ranges::find_if(
            network().layers, [&](const LayerConfig& layer) { return layer.originalLayer == keep.layer; });
        const LayerState& state = state_.layers[static_cast<std::size_t>(found - network().layers.begin())];
        keep.kvGroups = spread(keep.kvGroups, state.kvGroups);
        keep.channels = spread(keep.channels, state.channels);
    }

    // No layer that is left lost a unit of a sublayer that it still has.
    [[nodiscard]] bool allWhole() const {
        for (std::size_t i = 0; i < network().layers.size(); ++i) {
            const LayerConfig& layer = network().layers[i];
            const LayerConfig& opened =
                state_.opened->layers[static_cast<std::size_t>(state_.layers[i].position)];
            if (layer.kvHeads > 0 && layer.kvHeads < opened.kvHeads) return false;
            if (layer.intermediateSize > 0 && layer.intermediateSize < opened.intermediateSize) return false;
        }
        return true;
    }

    // Scores of the layers that are left, in their order.
    std::shared_ptr<const ScoreTable> scoreSurvivors(const ScoreRequest& request) {
        if (memory_ == nullptr || !allWhole()) return std::make_shared<const ScoreTable>(scored(request));
        std::vector<ScoreMemory::Part> parts;
        for (const LayerConfig& layer : network().layers)
            parts.push_back({layer.originalLayer, layer.kvHeads > 0, layer.intermediateSize > 0});
        if (auto known = memory_->find(request, parts)) return known;
        auto table = std::make_shared<const ScoreTable>(scored(request));
        memory_->keep(request, std::move(parts), table);
        return table;
    }

    ScoreTable scored(const ScoreRequest& request) {
        ScoreTable table{request.metric, request.structure, name(request.statistics), {}};
        for (std::size_t i = 0; i < network().layers.size(); ++i) {
            const LayerConfig& layer = network().layers[i];
            std::optional<LayerAnalysis> narrowed;
            const LayerAnalysis& measured = measuredLayer(layer, state_.layers[i], narrowed);
            table.layers.push_back(
                scoreLayer(measured, network(), request, layer.kvHeads > 0, layer.intermediateSize > 0));
        }
        return table;
    }

    // What was measured of a layer, on the units that are left of it; `narrowed` holds it where that is not
    // all.
    const LayerAnalysis& measuredLayer(const LayerConfig& layer, const LayerState& state,
                                       std::optional<LayerAnalysis>& narrowed) {
        const auto found =
            std::find_if(analysis_->layers.begin(), analysis_->layers.end(),
                         [&](const LayerAnalysis& it) { return it.layer == layer.originalLayer; });
        const std::string where = layerText(layer.originalLayer);
        if (found == analysis_->layers.end())
            refuse("the analysis has no " + where + ", which the plan leaves in the network",
                   "plan with an analysis of the whole model, or chop the layers that the analysis was "
                   "measured without");
        narrow(*found, layer, state, narrowed);
        const LayerAnalysis& measured = narrowed ? *narrowed : *found;
        const auto check = [&](int wanted, std::size_t count, const char* what) {
            if (wanted > 0 && static_cast<std::size_t>(wanted) != count)
                refuse("the analysis has " + std::to_string(count) + " " + what + " in " + where +
                           ", the network " + std::to_string(wanted),
                       "measure this network; the analysis belongs to another one");
        };
        check(layer.kvHeads, static_cast<std::size_t>(measured.kvHeads), "KV groups");
        check(layer.heads * network().headDim, measured.oProj.weightNorm2.size(), "o_proj channels");
        check(layer.intermediateSize, measured.downProj.weightNorm2.size(), "MLP channels");
        return measured;
    }

    // An analysis of the whole layer, reduced to what earlier steps left of it.
    void narrow(const LayerAnalysis& whole, const LayerConfig& layer, const LayerState& state,
                std::optional<LayerAnalysis>& narrowed) {
        const LayerConfig& opened = state_.opened->layers[static_cast<std::size_t>(state.position)];
        const bool groups =
            layer.kvHeads > 0 && layer.kvHeads < opened.kvHeads && whole.kvHeads == opened.kvHeads;
        const bool channels =
            layer.intermediateSize > 0 && layer.intermediateSize < opened.intermediateSize &&
            whole.downProj.weightNorm2.size() == static_cast<std::size_t>(opened.intermediateSize);
        if (!groups && !channels) return;
        narrowedAnalysis_ = true;
        narrowed = whole;
        if (groups) keepGroups(*narrowed, state.kvGroups);
        if (channels) keepChannels(*narrowed, state.channels);
    }

    // `identity`: no width was chosen by the scores.
    void describeCalibration(Statistics statistics, bool identity) {
        PlanCalibration calibration = calibrationOf(*analysis_, statistics);
        calibration.chopped = identity || (measuredAsChopped() && !narrowedAnalysis_);
        if (!calibration.chopped)
            result_.warnings.emplace_back(
                "the widths were scored on an analysis of the network before earlier steps; measure again "
                "with this plan for final results");
        result_.plan.calibration = std::move(calibration);
    }

    // Whether the analysis saw exactly what the chop left.
    [[nodiscard]] bool measuredAsChopped() const {
        return std::equal(network().layers.begin(), network().layers.end(), analysis_->layers.begin(),
                          analysis_->layers.end(),
                          [](const LayerConfig& left, const LayerAnalysis& measured) {
                              return left.originalLayer == measured.layer &&
                                     (left.kvHeads > 0) == !measured.oProj.weightNorm2.empty() &&
                                     (left.intermediateSize > 0) == !measured.downProj.weightNorm2.empty();
                          });
    }

    const ModelSummary& model_;
    const Analysis* analysis_;
    ScoreMemory* memory_;
    NetworkState state_;  // what the steps so far leave
    bool decidedNow_ = false;
    bool narrowedAnalysis_ = false;
    PlanResult result_;
};

}  // namespace

PlanModel planModel(const ModelSummary& model) {
    return {model.name, name(model.config.architecture), originalLayerCount(model.config), model.fingerprint};
}

PlanResult makePlan(const ModelSummary& model, const Analysis* analysis, const PlanRequest& request,
                    ScoreMemory* memory) {
    PlanRequest named = request;
    const std::vector<std::string> said = nameStrategies(named, model.parameters, analysis != nullptr);
    PlanMaker maker(model, analysis, memory);
    for (const StepRequest& step : named.steps) std::visit([&](const auto& wish) { maker(wish); }, step);
    PlanResult result = maker.finish();
    result.warnings.insert(result.warnings.begin(), said.begin(), said.end());
    return result;
}

}  // namespace secateur
