// SPDX-License-Identifier: GPL-3.0-or-later
//
// The thresholds of a width decision without its scores: small enough to keep a copy in every view.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "widgets/plots/unit_map.h"

namespace secateur {

struct WidthDecision;

struct UnitThresholds {
    std::string metric;
    std::string structure;
    bool strict = true;
    std::vector<int> layers;   // ORIGINAL numbers
    std::vector<float> group;  // one a layer; NaN: none (protected, or no such sublayer)
    std::vector<float> channel;

    [[nodiscard]] static std::optional<UnitThresholds> of(const WidthDecision* decision);
    // NaN when there is none.
    [[nodiscard]] float at(UnitKind kind, int layer) const;
    // Whether the layer is there when widths are decided.
    [[nodiscard]] bool decides(int layer) const;
    // The value that all layers share; none when they differ or no layer has one.
    [[nodiscard]] std::optional<float> common(UnitKind kind) const;
    // Whether the decision compared the scores of this table.
    [[nodiscard]] bool decided(const ScoreTable& table) const {
        return table.metric == metric && table.structure == structure;
    }
    [[nodiscard]] bool keeps(float score, float threshold) const {
        return strict ? score > threshold : score >= threshold;
    }
};

}  // namespace secateur
