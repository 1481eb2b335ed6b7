// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/unit_fate.h"

#include <algorithm>

#include "core/planning/planner.h"  // KeptUnits

namespace secateur {

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

UnitMask removedUnits(const KeptUnits* kept, const LayerScores& layer, UnitKind kind, int units) {
    const auto goes = [&](int unit) {
        const UnitFate fate = fateOf(kept, layer, kind, unit);
        return fate != UnitFate::Kept && fate != UnitFate::Unknown;
    };
    UnitMask removed(static_cast<std::size_t>(units), 0);
    if (units == 0) return removed;
    const UnitFate first = fateOf(kept, layer, kind, 0);
    if (first == UnitFate::LayerChopped || first == UnitFate::SublayerDropped)
        return UnitMask(static_cast<std::size_t>(units), 1);
    if (first == UnitFate::Unknown) return removed;
    // There are thousands of channels in a layer.
    const UnitMask* mask =
        kind == UnitKind::Channels ? &kept->channels[static_cast<std::size_t>(layer.layer)] : nullptr;
    const int known = mask != nullptr ? std::min(units, static_cast<int>(mask->size())) : 0;
    for (int unit = 0; unit < known; ++unit)
        removed[static_cast<std::size_t>(unit)] = (*mask)[static_cast<std::size_t>(unit)] == 0;
    for (int unit = known; unit < units; ++unit) removed[static_cast<std::size_t>(unit)] = goes(unit);
    return removed;
}

int groupOfHead(const LayerScores& layer, int head) {
    if (layer.headRaw.empty()) return 0;
    return static_cast<int>(static_cast<std::size_t>(head) * layer.groupRaw.size() / layer.headRaw.size());
}

}  // namespace secateur
