// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/analysis.h"

#include "core/base/error.h"

namespace secateur {

const char* name(Statistics statistics) noexcept {
    return statistics == Statistics::Exact ? "exact" : "reference";
}

Statistics statisticsFromName(const std::string& name) {
    if (name == "exact") return Statistics::Exact;
    if (name == "reference") return Statistics::Reference;
    throw Error(ErrorCode::InvalidArgument, "unknown statistics '" + name + "'", "use exact or reference");
}

ChannelStatistics keptChannels(const ChannelStatistics& all, const UnitMask& mask) {
    const auto kept = [&](const std::vector<float>& values) {
        std::vector<float> some;
        for (std::size_t i = 0; i < values.size() && i < mask.size(); ++i)
            if (mask[i]) some.push_back(values[i]);
        return some;
    };
    return {kept(all.mean),          kept(all.meanReference),
            kept(all.fluctuation),   kept(all.fluctuationReference),
            kept(all.norm2),         kept(all.weightNorm2),
            kept(all.weightAbsMean), kept(all.absMeanNorm),
            kept(all.windowNorm),    kept(all.rowPeaks)};
}

void keepGroups(LayerAnalysis& layer, const UnitMask& groups) {
    if (layer.kvHeads == 0) return;
    const int width = static_cast<int>(layer.oProj.weightNorm2.size()) / layer.kvHeads;
    layer.oProj = keptChannels(layer.oProj, widened(groups, width));
    layer.heads = layer.heads / layer.kvHeads * countKept(groups);
    layer.kvHeads = countKept(groups);
}

void keepChannels(LayerAnalysis& layer, const UnitMask& channels) {
    layer.downProj = keptChannels(layer.downProj, channels);
}

}  // namespace secateur
