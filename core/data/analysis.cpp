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

namespace {

std::vector<float> keptOf(const std::vector<float>& values, const UnitMask& mask) {
    std::vector<float> some;
    for (std::size_t i = 0; i < values.size() && i < mask.size(); ++i)
        if (mask[i]) some.push_back(values[i]);
    return some;
}

void keepSaliency(LayerSaliency& layer, LinearName linear, const UnitMask& mask) {
    for (const Saliency saliency : kAllSaliencies) {
        std::vector<float>& values = layer.of(saliency, linear);
        values = keptOf(values, mask);
    }
}

}  // namespace

ChannelStatistics keptChannels(const ChannelStatistics& all, const UnitMask& mask) {
    const auto kept = [&](const std::vector<float>& values) { return keptOf(values, mask); };
    return {kept(all.mean),          kept(all.meanReference),
            kept(all.fluctuation),   kept(all.fluctuationReference),
            kept(all.norm2),         kept(all.weightNorm2),
            kept(all.weightAbsMean), kept(all.absMeanNorm),
            kept(all.windowNorm),    kept(all.rowPeaks)};
}

void keepGroups(LayerAnalysis& layer, const UnitMask& groups) {
    if (layer.kvHeads == 0) return;
    const int width = static_cast<int>(layer.oProj.weightNorm2.size()) / layer.kvHeads;
    const UnitMask channels = widened(groups, width);
    layer.oProj = keptChannels(layer.oProj, channels);
    const UnitMask keys = widened(groups, width / (layer.heads / layer.kvHeads));
    for (const LinearName linear : {LinearName::Q, LinearName::O})
        keepSaliency(layer.saliency, linear, channels);
    for (const LinearName linear : {LinearName::K, LinearName::V}) keepSaliency(layer.saliency, linear, keys);
    layer.heads = layer.heads / layer.kvHeads * countKept(groups);
    layer.kvHeads = countKept(groups);
}

void keepChannels(LayerAnalysis& layer, const UnitMask& channels) {
    layer.downProj = keptChannels(layer.downProj, channels);
    for (const LinearName linear : kMlpLinears) keepSaliency(layer.saliency, linear, channels);
}

}  // namespace secateur
