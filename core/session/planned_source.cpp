// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::networkAfter: the steps of a plan as sources, one after the other.
#include <algorithm>

#include "core/base/error.h"
#include "core/metrics/measure.h"
#include "core/session/local_session.h"
#include "core/storage/hash.h"

namespace secateur {

namespace {

// Equal for equal means.
std::string keyOf(const Analysis* analysis) {
    if (!analysis) return {};
    Sha256 hash;
    for (const LayerAnalysis& layer : analysis->layers)
        for (const auto* statistics : {&layer.oProj, &layer.downProj}) {
            hash.add(std::as_bytes(std::span(statistics->mean)));
            hash.add(std::as_bytes(std::span(statistics->meanReference)));
        }
    return hash.hex().substr(0, 16);
}

std::string textOf(const PlanStep& step) {
    Plan plan;
    plan.steps.push_back(step);
    return toJson(plan);
}

Statistics statisticsOf(const Plan& plan, const Analysis* analysis) {
    if (plan.calibration && !plan.calibration->statistics.empty())
        return statisticsFromName(plan.calibration->statistics);
    return analysis ? analysis->statistics : Statistics::Exact;
}

}  // namespace

LocalSession::Planned LocalSession::networkAfter(const Plan& plan, const StepInputs& inputs,
                                                 JobContext& context, std::size_t steps) {
    requireSameModel(inputs.analysis);
    Calibration calibration;
    calibration.place = place_;
    calibration.memory = memory_;
    calibration.windows = inputs.calibration;
    calibration.meansWindows = inputs.calibration ? inputs.calibration : inputs.meansWindows;
    calibration.statistics = statisticsOf(plan, inputs.analysis);
    calibration.measure = [&](WeightSource& network, JobContext& job) {
        return std::make_shared<const Analysis>(
            measurePass(network, *calibration.meansWindows, share(0.05), job));
    };
    const std::string textKey =
        calibration.meansWindows != nullptr ? windowsKey(*calibration.meansWindows) : std::string();
    const std::string analysisKey = keyOf(inputs.analysis);

    Planned planned{weights_.source(), stateOf(config())};
    bool onlyChops = true;
    std::size_t reused = 0;
    const std::size_t count = std::min(steps, plan.steps.size());
    ProgressParts parts(context, std::vector<double>(count, 1.0));
    for (std::size_t i = 0; i < count; ++i) {
        parts.next();
        const PlanStep& step = plan.steps[i];
        // An analysis is of the network that was opened, or of what a chop left of it: later steps measure
        // again where there is a text.
        const bool given = inputs.analysis && (onlyChops || !calibration.meansWindows);
        calibration.analysis =
            given ? std::shared_ptr<const Analysis>(std::shared_ptr<const Analysis>(), inputs.analysis)
                  : nullptr;
        calibration.key = given && needsMeans(step) ? analysisKey : textKey;
        onlyChops = onlyChops && std::holds_alternative<ChopStep>(step);
        std::string key = textOf(step);
        if (needsMeans(step) || needsText(step)) key += calibration.key + name(calibration.statistics);
        if (reused == i && i < kept_.size() && kept_[i].key == key) {
            planned = kept_[i].after;
            ++reused;
            continue;
        }
        kept_.resize(std::min(kept_.size(), i));
        StepEffect effect = carryOut(step, planned.state, "plan: steps[" + std::to_string(i) + "]");
        NetworkState after = effect.after;
        if (const auto* heal = std::get_if<HealStep>(&step); heal && !inputs.scratch.empty()) {
            Plan prefix = plan;
            prefix.steps.resize(i);
            planned = healedNetwork(planned, *heal, prefix, inputs.scratch / std::to_string(i), context);
            kept_.resize(i);
            kept_.push_back({kHealed, planned});
            continue;
        }
        planned.source =
            sourceAfter(planned.source, step, std::move(effect), planned.state, calibration, context);
        planned.state = std::move(after);
        kept_.push_back({std::move(key), planned});
    }
    return planned;
}

bool needsCalibrationText(const Plan& plan) {
    return std::ranges::any_of(plan.steps, needsText);
}

}  // namespace secateur
