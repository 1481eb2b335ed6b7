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

int groupOfHead(const LayerScores& layer, int head) {
    if (layer.headRaw.empty()) return 0;
    return static_cast<int>(static_cast<std::size_t>(head) * layer.groupRaw.size() / layer.headRaw.size());
}

}  // namespace secateur
