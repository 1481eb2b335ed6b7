// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/take_back.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/data/unit_set.h"

namespace secateur {

namespace {

void addParts(const Plan& bare, std::size_t index, const ChopStep& chop, std::vector<LessenedPlan>& plans) {
    const auto add = [&](TakenBack::Kind kind, std::vector<int> ChopStep::*list) {
        for (const int layer : chop.*list) {
            ChopStep less = chop;
            std::erase(less.*list, layer);
            less.chosenBy.reset();
            LessenedPlan lessened{{kind, static_cast<int>(index), layer}, bare};
            const auto at = lessened.plan.steps.begin() + static_cast<std::ptrdiff_t>(index);
            if (less.empty())
                lessened.plan.steps.erase(at);
            else
                *at = std::move(less);
            plans.push_back(std::move(lessened));
        }
    };
    add(TakenBack::Kind::Layer, &ChopStep::layers);
    add(TakenBack::Kind::Attention, &ChopStep::attention);
    add(TakenBack::Kind::Mlp, &ChopStep::mlp);
}

// A width step that every layer keeps all units in.
bool changesNothing(const PlanStep& step) {
    const auto* width = std::get_if<WidthStep>(&step);
    if (width == nullptr || width->refit) return false;
    const auto all = [](const std::optional<UnitMask>& mask) {
        return !mask || countKept(*mask) == static_cast<int>(mask->size());
    };
    return std::ranges::all_of(
        width->keep, [&](const LayerKeep& keep) { return all(keep.kvGroups) && all(keep.channels); });
}

}  // namespace

std::vector<LessenedPlan> lessenedPlans(const Plan& plan) {
    Plan bare = plan;
    bare.accounting.reset();
    bare.measured.reset();
    std::vector<LessenedPlan> plans;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        if (changesNothing(plan.steps[i])) continue;
        const auto* chop = std::get_if<ChopStep>(&plan.steps[i]);
        const bool inParts = chop != nullptr && !chop->merge && !chop->replace && chop->keep.empty();
        const std::size_t parts =
            inParts ? chop->layers.size() + chop->attention.size() + chop->mlp.size() : 0;
        if (parts != 1) {
            LessenedPlan without{{TakenBack::Kind::Step, static_cast<int>(i), -1}, bare};
            without.plan.steps.erase(without.plan.steps.begin() + static_cast<std::ptrdiff_t>(i));
            plans.push_back(std::move(without));
        }
        if (inParts) addParts(bare, i, *chop, plans);
    }
    return plans;
}

}  // namespace secateur
