// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map.h"

#include <algorithm>

#include "core/planning/planner.h"  // KeptUnits

namespace secateur {

std::span<const float> unitScores(const LayerScores& layer, UnitKind kind, UnitValues values) {
    const bool raw = values == UnitValues::Raw;
    switch (kind) {
        case UnitKind::Channels:
            return raw ? layer.channelRaw : layer.channelScore;
        case UnitKind::Heads:
            return raw ? layer.headRaw : layer.headScore;
        case UnitKind::Groups:
            return raw ? layer.groupRaw : layer.groupScore;
    }
    return {};
}

const LayerScores* scoresOfLayer(const ScoreTable& table, int layer) {
    const auto found = std::find_if(table.layers.begin(), table.layers.end(),
                                    [layer](const LayerScores& l) { return l.layer == layer; });
    return found == table.layers.end() ? nullptr : &*found;
}

bool standardises(const ScoreTable& table) {
    return table.structure.starts_with("AL");
}

UnitFate fateOf(const KeptUnits* kept, const LayerScores& layer, UnitKind kind, int unit) {
    const auto index = static_cast<std::size_t>(layer.layer);
    if (kept == nullptr || layer.layer < 0 || index >= kept->layer.size()) return UnitFate::Unknown;
    if (!kept->layer[index]) return UnitFate::LayerChopped;
    const auto& masks = kind == UnitKind::Channels ? kept->channels : kept->kvGroups;
    if (index >= masks.size()) return UnitFate::Unknown;
    const UnitMask& mask = masks[index];
    if (mask.empty()) return UnitFate::SublayerDropped;
    auto at = static_cast<std::size_t>(unit);
    if (kind == UnitKind::Heads) at = at * mask.size() / std::max<std::size_t>(layer.headRaw.size(), 1);
    if (at >= mask.size()) return UnitFate::Unknown;
    return mask[at] ? UnitFate::Kept : UnitFate::Removed;
}

}  // namespace secateur
