// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_wishes.h"

#include <algorithm>

#include "core/planning/requests.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

void insertSorted(std::vector<int>& values, int value) {
    const auto at = std::lower_bound(values.begin(), values.end(), value);
    if (at == values.end() || *at != value) values.insert(at, value);
}

void takeOut(std::vector<int>& values, int value) {
    std::erase(values, value);
}

WidthRequest widthRequest(const WidthStep& step) {
    WidthRequest request;
    if (!step.method.empty()) request.method = step.method;
    if (!step.metric.empty()) request.metric = step.metric;
    if (!step.structure.empty()) request.structure = step.structure;
    request.ratio = step.ratio;
    request.bias = step.bias;
    request.compensate = step.refit ? "refit" : step.bias ? "bias" : "none";
    request.protect = step.protect;
    return request;
}

// What a plan does not say of each step: which statistics its scores were made of.
std::optional<Statistics> statisticsOf(const Plan& plan, const std::string& method) {
    const MethodInfo* info = findMethod(methods(), method);
    const bool chooses = info != nullptr && findSpec(info->options, "statistics") != nullptr;
    if (!chooses || !plan.calibration || plan.calibration->statistics.empty()) return std::nullopt;
    return statisticsFromName(plan.calibration->statistics);
}

ChopRequest chopRequest(const ChopStep& step) {
    ChopRequest request;
    request.layers = step.layers;
    request.attention = step.attention;
    request.mlp = step.mlp;
    request.merge = step.merge;
    request.keep = step.keep;
    request.replace = step.replace;
    if (step.merge) request.chosenBy = step.chosenBy;
    return request;
}

// A loaded step without what earlier steps have taken away since: an entry for a chopped layer is an error.
WidthStep withoutChopped(WidthStep step, const KeptUnits& left) {
    std::erase_if(step.keep,
                  [&](const LayerKeep& keep) { return !left.layer[static_cast<std::size_t>(keep.layer)]; });
    for (LayerKeep& keep : step.keep) {
        if (left.kvGroups[static_cast<std::size_t>(keep.layer)].empty()) keep.kvGroups.reset();
        if (left.channels[static_cast<std::size_t>(keep.layer)].empty()) keep.channels.reset();
    }
    return step;
}

template <class Request>
std::vector<Wish>::iterator lastOf(std::vector<Wish>& steps) {
    const auto found = std::find_if(steps.rbegin(), steps.rend(), [](const Wish& wish) {
        return std::holds_alternative<Request>(wish.wished);
    });
    return found == steps.rend() ? steps.end() : std::prev(found.base());
}

template <class Request>
const Request* lastWish(const PlanWishes& wishes) {
    auto& steps = const_cast<std::vector<Wish>&>(wishes.steps);
    const auto found = lastOf<Request>(steps);
    return found == steps.end() ? nullptr : &std::get<Request>(found->wished);
}

}  // namespace

PlanWishes emptyWishes() {
    return withWidth({}, {});
}

PlanWishes withStrategies(PlanWishes wishes, const ModelSummary& model, bool analysed) {
    const bool named = std::ranges::none_of(wishes.steps, [](const Wish& wish) {
        const auto* chop = std::get_if<ChopRequest>(&wish.wished);
        return chop != nullptr && chop->count > 0 && chop->strategy.empty();
    });
    if (named) return wishes;
    PlanRequest request;
    for (const Wish& wish : wishes.steps) request.steps.push_back(wish.wished);
    static_cast<void>(nameStrategies(request, model.parameters, analysed));
    for (std::size_t i = 0; i < wishes.steps.size(); ++i)
        wishes.steps[i].wished = std::move(request.steps[i]);
    return wishes;
}

std::string suggestedFirst(const PlanWishes& wishes, const ModelSummary& model, bool analysed) {
    PlanWishes first;
    ChopRequest chop;
    chop.count = 1;
    first.steps.push_back({chop});
    for (const Wish& wish : wishes.steps)
        if (wish.on) first.steps.push_back(wish);
    first = withStrategies(std::move(first), model, analysed);
    return std::get<ChopRequest>(first.steps.front().wished).strategy;
}

PlanWishes wishesOf(const Plan& plan, std::string text) {
    PlanWishes wishes;
    for (const PlanStep& step : plan.steps) {
        Wish wish{WidthRequest{}, step};
        if (const auto* chop = std::get_if<ChopStep>(&step)) wish.wished = chopRequest(*chop);
        if (const auto* width = std::get_if<WidthStep>(&step)) {
            WidthRequest request = widthRequest(*width);
            request.statistics = statisticsOf(plan, width->method);
            wish.wished = request;
        }
        if (const auto* recipe = std::get_if<RecipeStep>(&step)) wish.wished = *recipe;
        if (const auto* heal = std::get_if<HealStep>(&step)) wish.wished = *heal;
        wishes.steps.push_back(std::move(wish));
    }
    wishes.loaded = std::make_shared<const LoadedPlan>(LoadedPlan{plan, std::move(text)});
    return wishes;
}

bool asLoaded(const PlanWishes& wishes) {
    return wishes.loaded && std::ranges::equal(wishes.steps, wishes.loaded->plan.steps,
                                               [](const Wish& wish, const PlanStep& step) {
                                                   return wish.on && wish.settled && *wish.settled == step;
                                               });
}

const ChopRequest* chopWish(const PlanWishes& wishes) {
    return lastWish<ChopRequest>(wishes);
}

const WidthRequest* widthWish(const PlanWishes& wishes) {
    return lastWish<WidthRequest>(wishes);
}

PlanWishes withChop(PlanWishes wishes, const ChopRequest& chop) {
    const auto found = lastOf<ChopRequest>(wishes.steps);
    if (found == wishes.steps.end()) {
        if (!chop.empty()) wishes.steps.insert(wishes.steps.begin(), Wish{chop});
    } else if (chop.empty()) {
        wishes.steps.erase(found);
    } else {
        *found = Wish{chop, std::nullopt, found->on};
    }
    return wishes;
}

PlanWishes withWidth(PlanWishes wishes, const WidthRequest& width) {
    const auto found = lastOf<WidthRequest>(wishes.steps);
    if (found == wishes.steps.end())
        wishes.steps.push_back({width});
    else
        *found = Wish{width, std::nullopt, found->on};
    return wishes;
}

PlanRequest requestOf(const ModelSummary& model, const Analysis* analysis, const PlanWishes& wishes) {
    PlanRequest request;
    const bool loaded = asLoaded(wishes);
    for (const Wish& wish : wishes.steps) {
        if (!wish.on) continue;
        const auto* width = wish.settled ? std::get_if<WidthStep>(&*wish.settled) : nullptr;
        if (width && !loaded) {
            const NetworkState before = makePlan(model, analysis, request).after;
            request.steps.emplace_back(withoutChopped(*width, keptUnits(before)));
        } else if (wish.settled) {
            std::visit([&](const auto& step) { request.steps.emplace_back(step); }, *wish.settled);
        } else {
            request.steps.push_back(wish.wished);
        }
    }
    return request;
}

bool plannedByEngine(const PlanWishes& wishes) {
    return std::ranges::any_of(
        wishes.steps, [](const Wish& wish) { return wish.on && !wish.settled && runsNetwork(wish.wished); });
}

PlanResult planOf(const ModelSummary& model, const Analysis* analysis, const PlanWishes& wishes,
                  ScoreMemory* memory) {
    PlanResult result = makePlan(model, analysis, requestOf(model, analysis, wishes), memory);
    restoreFacts(result, wishes);
    return result;
}

void restoreFacts(PlanResult& result, const PlanWishes& wishes) {
    if (!wishes.loaded) return;
    const Plan& loaded = wishes.loaded->plan;
    const bool decided =
        std::ranges::any_of(wishes.steps, [](const Wish& wish) { return wish.on && wish.settled; });
    if (decided && !result.plan.calibration) result.plan.calibration = loaded.calibration;
    if (!asLoaded(wishes)) return;
    result.plan.model = loaded.model;
    result.plan.created = loaded.created;
    result.plan.calibration = loaded.calibration;
    result.plan.measured = loaded.measured;
}

ChopRequest explicitChop(const Plan& plan) {
    ChopRequest request;
    const auto join = [](std::vector<int>& all, const std::vector<int>& some) {
        for (const int layer : some) insertSorted(all, layer);
    };
    for (const PlanStep& step : plan.steps) {
        const auto* chop = std::get_if<ChopStep>(&step);
        if (chop == nullptr) continue;
        join(request.layers, chop->layers);
        join(request.attention, chop->attention);
        join(request.mlp, chop->mlp);
        if (chop->merge) request.merge = chop->merge;
    }
    return request;
}

ChopRequest withPart(ChopRequest chop, int layer, LayerPart part, bool removed) {
    chop.count = 0;
    chop.strategy.clear();
    chop.chosenBy.reset();
    chop.merge.reset();  // what was folded was chosen as a whole
    std::vector<int>& list = part == LayerPart::Layer       ? chop.layers
                             : part == LayerPart::Attention ? chop.attention
                                                            : chop.mlp;
    if (!removed) {
        takeOut(list, layer);
        return chop;
    }
    takeOut(chop.layers, layer);
    if (part == LayerPart::Layer) {
        takeOut(chop.attention, layer);
        takeOut(chop.mlp, layer);
    }
    insertSorted(list, layer);
    return chop;
}

PlanWishes withPart(PlanWishes wishes, const Plan* plan, int layer, LayerPart part, bool removed) {
    return withParts(std::move(wishes), plan, {layer}, part, removed);
}

PlanWishes withParts(PlanWishes wishes, const Plan* plan, const std::vector<int>& layers, LayerPart part,
                     bool removed) {
    std::size_t made = 0;  // the plan's step of a wish; steps that remove nothing are not in it
    const auto last = chopWish(wishes);
    for (Wish& wish : wishes.steps) {
        const auto* chop = std::get_if<ChopRequest>(&wish.wished);
        if (!wish.on || (chop && chop->empty())) continue;
        const std::size_t index = made++;
        if (!chop) continue;
        ChopRequest present = *chop;
        if (chop->count > 0 && plan && index < plan->steps.size())
            if (const auto* step = std::get_if<ChopStep>(&plan->steps[index])) present = chopRequest(*step);
        const bool target = chop == last;
        const auto has = [&present](int layer) {
            return std::ranges::find(present.layers, layer) != present.layers.end() ||
                   std::ranges::find(present.attention, layer) != present.attention.end() ||
                   std::ranges::find(present.mlp, layer) != present.mlp.end();
        };
        if (removed ? !target : std::ranges::none_of(layers, has)) continue;
        for (const int layer : layers) present = withPart(std::move(present), layer, part, removed);
        wish = Wish{std::move(present), std::nullopt, true};
    }
    std::erase_if(wishes.steps, [](const Wish& wish) {
        const auto* chop = std::get_if<ChopRequest>(&wish.wished);
        return chop && chop->empty();
    });
    if (!removed || last) return wishes;
    ChopRequest chop;
    for (const int layer : layers) chop = withPart(std::move(chop), layer, part, true);
    if (!chop.empty()) wishes = withChop(std::move(wishes), chop);
    return wishes;
}

}  // namespace secateur
