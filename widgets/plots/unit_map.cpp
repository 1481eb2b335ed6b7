// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map.h"

#include <algorithm>

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

}  // namespace secateur
