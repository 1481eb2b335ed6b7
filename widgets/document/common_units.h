// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two measurements on the same units: where one is of what a plan left of the other's network, the other is
// taken on what was left. Files are read: any thread but the window's.
#pragma once

#include <memory>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/model_summary.h"

namespace secateur {

struct CommonUnits {
    std::shared_ptr<const Analysis> a;
    std::shared_ptr<const Analysis> b;
    std::shared_ptr<const ModelSummary> network;  // whose units both are of
    bool narrowedA = false;  // a is taken on what b's network has of a's, or the other way round
    bool narrowedB = false;
    // Both are as they were measured, of networks of which it is not known that they kept the same units.
    bool placeByPlace = false;
};

// `known`: the open model first, then others whose plans may be read. Throws InvalidArgument where the shapes
// differ and no plan says which units both have.
[[nodiscard]] CommonUnits commonUnits(const std::vector<std::shared_ptr<const ModelSummary>>& known,
                                      std::shared_ptr<const Analysis> a, std::shared_ptr<const Analysis> b);

}  // namespace secateur
