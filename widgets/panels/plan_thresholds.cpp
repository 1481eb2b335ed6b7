// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_thresholds.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr float kBelowAll = -std::numeric_limits<float>::infinity();

// Where kept and removed scores end.
struct Cut {
    float leastKept = std::numeric_limits<float>::infinity();
    float mostRemoved = kBelowAll;
    bool keeps = false;

    void add(const std::vector<float>& scores, const UnitMask& mask) {
        if (scores.size() != mask.size()) return;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            if (!std::isfinite(scores[i])) continue;
            keeps = keeps || mask[i] != 0;
            if (mask[i] != 0)
                leastKept = std::min(leastKept, scores[i]);
            else
                mostRemoved = std::max(mostRemoved, scores[i]);
        }
    }
    void add(const Cut& other) {
        leastKept = std::min(leastKept, other.leastKept);
        mostRemoved = std::max(mostRemoved, other.mostRemoved);
        keeps = keeps || other.keeps;
    }
    [[nodiscard]] bool removes() const { return mostRemoved > kBelowAll; }
    [[nodiscard]] bool follows() const { return leastKept > mostRemoved; }
};

UnitMask maskOf(const std::vector<UnitMask>& masks, int layer) {
    return layer < static_cast<int>(masks.size()) ? masks[static_cast<std::size_t>(layer)] : UnitMask();
}

// One threshold a layer and module: the least score that is kept. False where kept and removed units mix.
bool perLayer(const std::vector<Cut>& cuts, std::vector<float>& thresholds) {
    for (const Cut& cut : cuts) {
        if (cut.keeps && !cut.follows()) return false;
        thresholds.push_back(!cut.keeps ? kNone : cut.removes() ? cut.leastKept : kBelowAll);
    }
    return true;
}

// One threshold for all: the highest score that is removed. A layer from which nothing goes although the
// threshold would take some is protected.
bool common(const std::vector<Cut>& cuts, float threshold, std::vector<float>& thresholds) {
    for (const Cut& cut : cuts) {
        const bool passes = cut.keeps && cut.leastKept > threshold;
        if (cut.removes() && cut.keeps && !passes) return false;
        thresholds.push_back(cut.removes() || passes ? threshold : kNone);
    }
    return true;
}

}  // namespace

bool narrows(const PlanDocument& document) {
    const PlanResult* result = document.result();
    return result != nullptr && std::ranges::any_of(result->plan.steps, [](const PlanStep& step) {
               return std::holds_alternative<WidthStep>(step);
           });
}

std::shared_ptr<const WidthDecision> shownDecision(const PlanDocument& document, const ScoreTable* table) {
    const auto& result = document.sharedResult();
    if (result == nullptr) return nullptr;
    if (result->decision) return {result, &*result->decision};
    const WidthRequest width = document.width();
    if (!narrows(document) || table == nullptr || table->metric != width.metric ||
        table->structure != width.structure)
        return nullptr;

    const auto shown = std::make_shared<WidthDecision>();
    WidthDecision& decision = *shown;
    // Which layers are compared; not their scores.
    const auto compared =
        std::make_shared<ScoreTable>(ScoreTable{table->metric, table->structure, table->statistics, {}});
    decision.scores = compared;
    std::vector<Cut> channels, groups;
    Cut allChannels, allGroups;
    const KeptUnits& kept = document.kept();
    for (const LayerScores& layer : table->layers) {
        const auto number = static_cast<std::size_t>(layer.layer);
        if (number >= kept.layer.size() || !kept.layer[number]) continue;
        compared->layers.emplace_back().layer = layer.layer;
        channels.emplace_back().add(layer.channelScore, maskOf(kept.channels, layer.layer));
        groups.emplace_back().add(layer.groupScore, maskOf(kept.kvGroups, layer.layer));
        allChannels.add(channels.back());
        allGroups.add(groups.back());
    }
    decision.strict = table->structure.starts_with("AL");
    bool follows = false;
    if (!decision.strict) {
        follows = perLayer(channels, decision.channelThreshold) && perLayer(groups, decision.groupThreshold);
    } else {
        float ofChannels = allChannels.mostRemoved;
        float ofGroups = allGroups.mostRemoved;
        if (table->structure == "AL-AM") ofChannels = ofGroups = std::max(ofChannels, ofGroups);
        follows = common(channels, ofChannels, decision.channelThreshold) &&
                  common(groups, ofGroups, decision.groupThreshold);
    }
    return follows ? shown : nullptr;
}

}  // namespace secateur
