// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/stability.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/data/random.h"
#include "core/planning/planner.h"
#include "core/planning/rank.h"
#include "core/planning/score_pairs.h"

namespace secateur {

namespace {

constexpr int kResamples = 1000;
constexpr double kTail = 0.025;  // on either side of the interval

using Measurements = std::vector<MeasuredScores>;

// Mean and least of the agreements that there are.
class AgreementSum {
public:
    void add(const std::optional<double>& agreement) {
        if (!agreement) return;
        sum_ += *agreement;
        least_ = count_ == 0 ? *agreement : std::min(least_, *agreement);
        ++count_;
    }
    [[nodiscard]] std::optional<double> mean() const {
        return count_ > 0 ? std::optional(sum_ / count_) : std::nullopt;
    }
    [[nodiscard]] std::optional<double> least() const {
        return count_ > 0 ? std::optional(least_) : std::nullopt;
    }

private:
    double sum_ = 0.0;
    double least_ = 0.0;
    int count_ = 0;
};

using Belongs = std::function<bool(const MeasuredScores& a, const MeasuredScores& b)>;

std::optional<StabilityAgreement> agreementOf(const Measurements& all, StabilityAgreement what,
                                              const Belongs& belongs) {
    AgreementSum layers, channels;
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = i + 1; j < all.size(); ++j) {
            if (!belongs(all[i], all[j])) continue;
            ++what.pairs;
            layers.add(rankAgreement(all[i].layers, all[j].layers));
            channels.add(rankAgreement(all[i].channels, all[j].channels));
        }
    if (what.pairs == 0) return std::nullopt;
    what.layers = layers.mean();
    what.layersLeast = layers.least();
    what.channels = channels.mean();
    what.channelsLeast = channels.least();
    return what;
}

std::vector<StabilityAgreement> agreementsOf(const Measurements& all) {
    std::set<std::string> texts;
    std::set<int> sizes;
    for (const MeasuredScores& one : all) {
        texts.insert(one.text);
        sizes.insert(one.windows);
    }
    std::vector<StabilityAgreement> agreements;
    const auto add = [&](StabilityAgreement what, const Belongs& belongs) {
        if (auto agreement = agreementOf(all, std::move(what), belongs))
            agreements.push_back(std::move(*agreement));
    };
    for (const std::string& text : texts)
        for (const int size : sizes)
            add({"seed", text, size, size, 0, {}, {}, {}, {}}, [&](const auto& a, const auto& b) {
                return a.text == text && b.text == text && a.windows == size && b.windows == size &&
                       a.seed != b.seed;
            });
    for (const std::string& text : texts)
        for (auto size = sizes.begin(); std::next(size) != sizes.end(); ++size)
            add({"windows", text, *size, *std::next(size), 0, {}, {}, {}, {}},
                [&](const auto& a, const auto& b) {
                    const auto [fewer, more] = std::minmax(a.windows, b.windows);
                    return a.text == text && b.text == text && a.seed == b.seed && fewer == *size &&
                           more == *std::next(size);
                });
    for (const int size : sizes)
        add({"text", "", size, size, 0, {}, {}, {}, {}}, [&](const auto& a, const auto& b) {
            return a.text != b.text && a.seed == b.seed && a.windows == size && b.windows == size;
        });
    return agreements;
}

// Positions of the lowest scores; of equal ones the first.
std::vector<std::size_t> lowestOf(const std::vector<float>& scores, int count) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t at) { return scores[at]; });
    order.resize(static_cast<std::size_t>(count));
    return order;
}

double meanOfValues(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void addInterval(const std::vector<double>& values, LayerStability& layer) {
    layer.mean = meanOfValues(values);
    if (values.size() < 2) return;
    SplitMix64 random(0);
    std::vector<double> means(kResamples), drawn(values.size());
    for (double& mean : means) {
        for (double& value : drawn) value = values[below(random, values.size())];
        mean = meanOfValues(drawn);
    }
    std::ranges::sort(means);
    const auto tail = static_cast<std::size_t>(kTail * kResamples);
    layer.low = means[tail];
    layer.high = means[kResamples - 1 - tail];
}

std::vector<LayerStability> layersOf(const Measurements& all, int lowest) {
    const int most = std::ranges::max(all, {}, &MeasuredScores::windows).windows;
    std::vector<LayerStability> layers(all.front().numbers.size());
    for (const MeasuredScores& one : all)
        for (const std::size_t at : lowestOf(one.layers, lowest)) ++layers[at].timesLowest;
    for (std::size_t at = 0; at < layers.size(); ++at) {
        layers[at].layer = all.front().numbers[at];
        layers[at].safe = layers[at].timesLowest == static_cast<int>(all.size());
        std::vector<double> values;
        for (const MeasuredScores& one : all)
            if (one.windows == most) values.push_back(one.layers[at]);
        addInterval(values, layers[at]);
    }
    return layers;
}

// Where seeds do not agree, the tokens are too few.
std::vector<std::string> remarksOf(const StabilityReport& report) {
    std::vector<std::string> remarks;
    for (const StabilityAgreement& one : report.agreements) {
        if (one.differ != "seed") continue;
        const auto add = [&](const std::optional<double>& agreement, const std::string& score) {
            if (agreement && *agreement < kSteadyAgreement)
                remarks.push_back(one.text + ": " + std::to_string(one.windows) + " windows are fewer than " +
                                  score + " needs: its orders agree from seed to seed by " +
                                  formatCorrelation(*agreement) + " alone");
        };
        add(one.layers, report.layerMetric + " of layers");
        add(one.channels, report.channelMetric + " of channels");
    }
    return remarks;
}

[[noreturn]] void refuseStability(const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

}  // namespace

MeasuredScores measuredScores(const Analysis& analysis, const NetworkConfig& network,
                              const std::string& layerMetric, const std::string& channelMetric) {
    MeasuredScores scores;
    scores.text = analysis.calibration.source;
    scores.windows = analysis.calibration.samples;
    scores.tokens = analysis.tokens;
    scores.seed = analysis.calibration.seed;
    LayerMetric metric = secateur::layerMetric(analysis, layerMetric);
    scores.numbers = std::move(metric.layers);
    scores.layers = std::move(metric.values);
    for (const LayerAnalysis& layer : analysis.layers) {
        const std::vector<float> units =
            unitScores(layer, network, PairedUnits::Channels, channelMetric, analysis.statistics);
        scores.channels.insert(scores.channels.end(), units.begin(), units.end());
    }
    return scores;
}

StabilityReport stabilityOf(std::vector<MeasuredScores> measurements, const std::string& layerMetric,
                            const std::string& channelMetric, int lowest) {
    if (measurements.empty()) refuseStability("nothing was measured", "measure with one seed at least");
    const MeasuredScores& first = measurements.front();
    for (const MeasuredScores& one : measurements)
        if (one.numbers != first.numbers || one.channels.size() != first.channels.size())
            refuseStability("the measurements are of different networks", "measure one network");
    const int layers = static_cast<int>(first.numbers.size());
    if (lowest == 0) lowest = std::max(1, layers / 4);
    if (lowest < 0 || lowest > layers)
        refuseStability(
            "there are " + std::to_string(layers) + " layers, not " + std::to_string(lowest) + " lowest ones",
            "ask for fewer");
    StabilityReport report;
    report.layerMetric = layerMetric;
    report.channelMetric = channelMetric;
    report.lowest = lowest;
    report.agreements = agreementsOf(measurements);
    report.layers = layersOf(measurements, lowest);
    report.remarks = remarksOf(report);
    report.measurements = std::move(measurements);
    return report;
}

}  // namespace secateur
