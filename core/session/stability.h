// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures a network again and again, to see which scores hold. Thread rule as for Session.
#pragma once

#include <string>
#include <vector>

#include "core/planning/stability.h"
#include "core/session.h"

namespace secateur {

struct StabilityRequest {
    std::vector<TextSource> texts;  // one at least
    std::vector<int> sizes;         // windows that are drawn; one number at least
    int seeds = 3;                  // the first ones, from 0
    int seqLen = 128;
    bool bos = false;
    std::string layerMetric = "block-influence";
    std::string channelMetric = "WIFV";
    int lowest = 0;  // see stabilityOf()
};

// Every text with every size and seed: windows are drawn at random. Throws what measuring and stabilityOf()
// throw, and InvalidArgument for a request without texts, sizes or seeds, and for names that are unknown.
[[nodiscard]] StabilityReport measureStability(Session& session, const StabilityRequest& request,
                                               JobContext& context);

}  // namespace secateur
