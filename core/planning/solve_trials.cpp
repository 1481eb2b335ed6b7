// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/solve_trials.h"

#include <numeric>
#include <utility>

#include "core/base/error.h"
#include "core/planning/methods.h"
#include "core/planning/planner.h"
#include "core/planning/rate_forecast.h"
#include "core/planning/uniform.h"
#include "core/planning/width_limits.h"

namespace secateur {

namespace {

constexpr int kMillion = 1'000'000;
constexpr int kStepDown = 50'000;  // of the largest share, where that leaves no network

std::vector<float> ranks(int count) {
    std::vector<float> values(static_cast<std::size_t>(count));
    std::iota(values.begin(), values.end(), 0.0F);
    return values;
}

// What a method that prunes as it goes leaves, which takes as many units of every layer whatever it scores:
// the numbers are right, the units are made up.
WidthStep shapeOfStep(const ModelSummary& model, const NetworkState& before, const WidthRequest& request) {
    const UniformRatio ratio = uniformRatio(model, before.config, request);
    WidthStep step;
    step.method = request.method;
    step.ratio = ratio.ofNetwork;
    step.bias = request.compensate == "bias" || request.compensate == "refit";
    step.protect = request.protect;
    for (std::size_t i = 0; i < before.config.layers.size(); ++i) {
        const LayerConfig& layer = before.config.layers[i];
        const LayerKeep keep =
            uniformLayerKeep(before.config, layer, ranks(layer.heads * before.config.headDim),
                             ranks(layer.intermediateSize), ratio.ofLayer, request);
        if (keep.kvGroups || keep.channels)
            step.keep.push_back({keep.layer, spread(keep.kvGroups, before.layers[i].kvGroups),
                                 spread(keep.channels, before.layers[i].channels)});
    }
    return step;
}

}  // namespace

Trials::Trials(const SolverInputs& inputs, const Target& target)
    : inputs_(inputs), target_(target), scores_(inputs.analysis) {
    dense_.state = stateOf(inputs.model.config);
    dense_.accounting = account(inputs.model, dense_.state);
    const auto rate = rateOfPlan(dense_.state);
    dense_.reached = reachedBy(target, inputs.model, dense_.state, dense_.accounting, rate, rate);
}

std::optional<double> Trials::rateOfPlan(const NetworkState& state) const {
    if (inputs_.times == nullptr) return std::nullopt;
    return rateOf(*inputs_.times, forecastStep(*inputs_.times, inputs_.model.config, state));
}

PlanRequest Trials::shaped(const PlanRequest& request) {
    PlanRequest result;
    for (const StepRequest& step : request.steps) {
        const auto* width = std::get_if<WidthRequest>(&step);
        if (width != nullptr && methodNamed(width->method).sequential) {
            const PlanResult before = makePlan(inputs_.model, scores_.analysis(), result, &scores_);
            result.steps.emplace_back(shapeOfStep(inputs_.model, before.after, *width));
        } else {
            result.steps.push_back(step);
        }
    }
    return result;
}

std::optional<Trial> Trials::at(const PlanRequest& request) {
    if (inputs_.checkStop) inputs_.checkStop();
    Trial trial;
    trial.request = request;
    try {
        PlanResult result = makePlan(inputs_.model, scores_.analysis(), shaped(request), &scores_);
        trial.accounting = *result.plan.accounting;
        trial.state = std::move(result.after);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::InvalidArgument) throw;
        return std::nullopt;
    }
    trial.reached = reachedBy(target_, inputs_.model, trial.state, trial.accounting, dense_.reached.rate,
                              rateOfPlan(trial.state));
    if (trial.reached.parameters > dense_.reached.parameters || trial.reached.bytes > dense_.reached.bytes)
        return std::nullopt;
    if (!trial.reached.meets() && (!nearest_ || trial.reached.worst() < nearest_->reached.worst()))
        nearest_ = trial;
    return trial;
}

std::optional<Trial> Trials::leastCount(int least, int most, const RequestOf& requestAt) {
    for (int count = least; count <= most; ++count)
        if (auto trial = at(requestAt(count)); trial && trial->reached.meets()) return trial;
    return std::nullopt;
}

std::optional<Trial> Trials::leastShare(const RequestOf& requestAt) {
    const auto tried = [&](int millionths) {
        return at(requestAt(static_cast<double>(millionths) / kMillion));
    };
    int high = static_cast<int>(kLargestRatio * kMillion);
    std::optional<Trial> best = tried(high);
    while (!best && high > kStepDown) best = tried(high -= kStepDown);
    if (!best || !best->reached.meets()) return std::nullopt;
    for (int low = 0; high - low > 1;) {
        const int middle = low + (high - low) / 2;
        auto trial = tried(middle);
        const bool met = trial && trial->reached.meets();
        (met ? high : low) = middle;
        if (met) best = std::move(trial);
    }
    return best;
}

std::optional<Trial> Trials::takeNearest() {
    return std::exchange(nearest_, std::nullopt);
}

}  // namespace secateur
