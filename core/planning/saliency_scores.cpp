// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/saliency_scores.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>

#include "core/base/error.h"

namespace secateur {

namespace {

constexpr std::array<const char*, 5> kReductions{"sum", "mean", "max", "prod", "first"};

const std::vector<float>& measured(const LayerAnalysis& layer, Saliency saliency, LinearName linear,
                                   std::size_t expected) {
    const std::vector<float>& values = layer.saliency.of(saliency, linear);
    if (values.empty())
        throw Error(
            ErrorCode::InvalidArgument,
            "layer " + std::to_string(layer.layer) + " " + name(linear) + ": the analysis holds no gradients",
            "measure with --gradients, or plan with calibration text");
    if (values.size() != expected)
        throw Error(ErrorCode::InvalidArgument,
                    "layer " + std::to_string(layer.layer) + " " + name(linear) + ": the analysis has " +
                        std::to_string(values.size()) + " saliencies for " + std::to_string(expected),
                    "measure this model; the analysis belongs to another one");
    return values;
}

double reduced(std::span<const double> members, MemberReduction reduction) {
    switch (reduction) {
        case MemberReduction::Sum:
            return std::accumulate(members.begin(), members.end(), 0.0);
        case MemberReduction::Mean:
            return std::accumulate(members.begin(), members.end(), 0.0) / static_cast<double>(members.size());
        case MemberReduction::Max:
            return *std::ranges::max_element(members);
        case MemberReduction::Product:
            return std::accumulate(members.begin(), members.end(), 1.0, std::multiplies<>());
        case MemberReduction::First:
            return members.front();
    }
    return 0.0;
}

}  // namespace

std::string saliencyMetricName(const std::string& saliency, const std::string& reduction) {
    return reduction == kReductions.front() ? saliency : saliency + "/" + reduction;
}

std::optional<SaliencyMetric> saliencyMetric(const std::string& metric) {
    const std::size_t slash = metric.find('/');
    const auto saliency = saliencyNamed(metric.substr(0, slash));
    if (!saliency) return std::nullopt;
    if (slash == std::string::npos) return SaliencyMetric{*saliency, MemberReduction::Sum};
    const auto* found = std::ranges::find(kReductions, metric.substr(slash + 1));
    if (found == kReductions.end()) return std::nullopt;
    return SaliencyMetric{*saliency, static_cast<MemberReduction>(found - kReductions.begin())};
}

std::vector<std::string> saliencyNames() {
    std::vector<std::string> names;
    for (const Saliency saliency : kAllSaliencies) names.emplace_back(name(saliency));
    return names;
}

std::vector<std::string> reductionNames() {
    return {kReductions.begin(), kReductions.end()};
}

std::vector<float> channelSaliency(const LayerAnalysis& layer, const SaliencyMetric& metric) {
    const std::size_t channels = std::max(layer.downProj.weightNorm2.size(),
                                          layer.saliency.of(metric.saliency, LinearName::Down).size());
    const auto of = [&](LinearName linear) -> const std::vector<float>& {
        return measured(layer, metric.saliency, linear, channels);
    };
    const std::vector<float>& gate = of(LinearName::Gate);
    const std::vector<float>& up = of(LinearName::Up);
    const std::vector<float>& down = of(LinearName::Down);
    std::vector<float> scores(channels);
    for (std::size_t i = 0; i < channels; ++i)
        scores[i] =
            static_cast<float>(reduced(std::array<double, 3>{gate[i], up[i], down[i]}, metric.reduction));
    return scores;
}

AttentionSaliency attentionSaliency(const LayerAnalysis& layer, int headDim, const SaliencyMetric& metric) {
    if (layer.kvHeads <= 0 || layer.heads % layer.kvHeads != 0)
        throw Error(ErrorCode::InvalidArgument, "layer " + std::to_string(layer.layer) + " has " +
                                                    std::to_string(layer.heads) + " heads for " +
                                                    std::to_string(layer.kvHeads) + " KV heads");
    const auto width = static_cast<std::size_t>(headDim);
    const auto groups = static_cast<std::size_t>(layer.kvHeads);
    const auto sharing = static_cast<std::size_t>(layer.heads / layer.kvHeads);
    const auto of = [&](LinearName linear, std::size_t units) -> const std::vector<float>& {
        return measured(layer, metric.saliency, linear, units * width);
    };
    const std::vector<float>& query = of(LinearName::Q, groups * sharing);
    const std::vector<float>& key = of(LinearName::K, groups);
    const std::vector<float>& value = of(LinearName::V, groups);
    const std::vector<float>& output = of(LinearName::O, groups * sharing);
    // Of a channel of a head: with several query heads in one unit the key row is the root.
    const auto channel = [&](double q, double k, double v, double o, bool alone) {
        const std::array<double, 4> members{alone ? q : k, alone ? k : q, v, o};
        return reduced(members, metric.reduction);
    };
    AttentionSaliency scores;
    for (std::size_t group = 0; group < groups; ++group) {
        double ofGroup = 0.0;
        std::vector<double> ofHeads(sharing, 0.0);
        for (std::size_t c = 0; c < width; ++c) {
            const double k = key[group * width + c], v = value[group * width + c];
            double q = 0.0, o = 0.0;
            for (std::size_t head = 0; head < sharing; ++head) {
                const std::size_t at = (group * sharing + head) * width + c;
                q += query[at];
                o += output[at];
                ofHeads[head] += channel(query[at], k, v, output[at], true);
            }
            ofGroup += channel(q, k, v, o, sharing == 1);
        }
        scores.groups.push_back(static_cast<float>(ofGroup));
        for (const double head : ofHeads) scores.heads.push_back(static_cast<float>(head));
    }
    return scores;
}

}  // namespace secateur
