// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_wishes.h"

#include <algorithm>

namespace secateur {
namespace {

const ChopStep* chopStep(const Plan& plan) {
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) return chop;
    }
    return nullptr;
}

void insertSorted(std::vector<int>& values, int value) {
    const auto at = std::lower_bound(values.begin(), values.end(), value);
    if (at == values.end() || *at != value) values.insert(at, value);
}

void takeOut(std::vector<int>& values, int value) {
    std::erase(values, value);
}

bool keepsAll(const UnitMask& mask) {
    return std::all_of(mask.begin(), mask.end(), [](std::uint8_t kept) { return kept != 0; });
}

WidthRequest widthRequest(const WidthStep& step) {
    WidthRequest request;
    if (!step.method.empty()) request.method = step.method;
    if (!step.metric.empty()) request.metric = step.metric;
    if (!step.structure.empty()) request.structure = step.structure;
    request.ratio = step.ratio;
    request.bias = step.bias;
    request.protect = step.protect;
    return request;
}

// A loaded step without the layers that were chopped since: an entry for a chopped layer is an error.
WidthStep withoutChopped(WidthStep step, const ChopRequest& chop) {
    const auto has = [](const std::vector<int>& list, int layer) {
        return std::find(list.begin(), list.end(), layer) != list.end();
    };
    std::erase_if(step.keep, [&](const LayerKeep& keep) { return has(chop.layers, keep.layer); });
    for (LayerKeep& keep : step.keep) {
        if (has(chop.attention, keep.layer)) keep.kvGroups.reset();
        if (has(chop.mlp, keep.layer)) keep.channels.reset();
    }
    return step;
}

ChopStep chopOf(const ModelSummary& model, const Analysis* analysis, const ChopRequest& request) {
    ChopStep step{request.layers, request.attention, request.mlp, request.chosenBy, request.merge};
    if (request.count > 0) {
        step.layers = chooseLayers(request.strategy, model.config.originalLayers, request.count, analysis);
        step.chosenBy = ChosenBy{request.strategy, request.count};
    }
    return step;
}

}  // namespace

PlanWishes emptyWishes() {
    PlanWishes wishes;
    wishes.request.width = WidthRequest{};
    return wishes;
}

PlanWishes wishesOf(const Plan& plan) {
    PlanWishes wishes = emptyWishes();
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            wishes.request.chop.layers = chop->layers;
            wishes.request.chop.attention = chop->attention;
            wishes.request.chop.mlp = chop->mlp;
            wishes.request.chop.merge = chop->merge;
            if (chop->merge) wishes.request.chop.chosenBy = chop->chosenBy;
        } else if (const auto* width = std::get_if<WidthStep>(&step)) {
            wishes.request.width = widthRequest(*width);
            wishes.loadedWidth = *width;
        } else {
            wishes.otherSteps.push_back(std::get<OtherStep>(step));
        }
    }
    return wishes;
}

bool plannedByEngine(const PlanWishes& wishes) {
    if (wishes.loadedWidth || !wishes.request.width) return false;
    const WidthRequest& width = *wishes.request.width;
    if (width.ratio == 0.0 && !width.targetParameters && !width.targetBytes) return false;
    const auto& all = methods();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const MethodInfo& m) { return m.name == width.method; });
    return found != all.end() && found->needs == Needs::Text;
}

PlanResult planOf(const ModelSummary& model, const Analysis* analysis, const PlanWishes& wishes) {
    PlanResult result = wishes.loadedWidth
                            ? planFromKeep(model, chopOf(model, analysis, wishes.request.chop),
                                           withoutChopped(*wishes.loadedWidth, wishes.request.chop))
                            : makePlan(model, analysis, wishes.request);
    for (const OtherStep& step : wishes.otherSteps) result.plan.steps.emplace_back(step);
    return result;
}

ChopRequest explicitChop(const Plan& plan) {
    ChopRequest request;
    if (const ChopStep* chop = chopStep(plan)) {
        request.layers = chop->layers;
        request.attention = chop->attention;
        request.mlp = chop->mlp;
        request.merge = chop->merge;
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

bool isIdentity(const Plan& plan) {
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            if (!chop->empty()) return false;
        } else if (const auto* width = std::get_if<WidthStep>(&step)) {
            for (const LayerKeep& keep : width->keep) {
                if ((keep.kvGroups && !keepsAll(*keep.kvGroups)) ||
                    (keep.channels && !keepsAll(*keep.channels)))
                    return false;
            }
        } else {
            return false;
        }
    }
    return true;
}

}  // namespace secateur
