// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/rate_forecast.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace secateur {

namespace {

std::int64_t linearsOf(const NetworkConfig& network, const LayerConfig& layer) {
    std::int64_t sum = 0;
    for (const LinearName name : kAllLinears) sum += linearParameters(network, layer, name);
    return sum;
}

double shareOf(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

constexpr int kMostPlans = 10;
constexpr double kNearEnough = 0.005;  // of the rate
constexpr double kFinest = 1e-4;       // of the ratio

struct Point {
    double ratio = 0.0;
    double rate = 0.0;
};

// Where a line through the seconds of two points has those of `rate`.
double onLine(const Point& a, const Point& b, double rate) {
    const double slope = (1.0 / b.rate - 1.0 / a.rate) / (b.ratio - a.ratio);
    return slope < 0.0 ? a.ratio + (1.0 / rate - 1.0 / a.rate) / slope : kLargestRatio;
}

}  // namespace

double forecastStep(const BatchTimes& dense, const NetworkConfig& opened, const NetworkState& planned) {
    double seconds = dense.restSeconds;
    for (std::size_t i = 0; i < planned.layers.size(); ++i) {
        const auto position = static_cast<std::size_t>(planned.layers[i].position);
        if (position >= dense.layers.size()) continue;
        seconds +=
            dense.layers[position].seconds * shareOf(linearsOf(planned.config, planned.config.layers[i]),
                                                     linearsOf(opened, opened.layers[position]));
    }
    return seconds;
}

double forecastStep(const BatchTimes& dense, double removed) {
    double seconds = dense.restSeconds;
    for (const LayerTime& layer : dense.layers) seconds += (1.0 - removed) * layer.seconds;
    return seconds;
}

RatioForRate ratioForRate(double target, const std::function<std::optional<double>(double ratio)>& rateAt) {
    const std::optional<double> dense = rateAt(0.0);
    if (!dense || !(*dense > 0.0)) return {};
    if (*dense >= target) return {0.0, *dense, true};
    const double aim = target * (1.0 + kNearEnough / 2.0);
    Point below{0.0, *dense};
    std::optional<Point> above;
    double bound = kLargestRatio;  // larger ratios have no plan
    double ratio = 0.5;
    for (int asked = 1; asked < kMostPlans; ++asked) {
        const std::optional<double> rate = rateAt(ratio);
        if (!rate || !(*rate > 0.0)) {
            bound = ratio;
            ratio = (below.ratio + bound) / 2.0;
        } else if (*rate >= target) {
            above = Point{ratio, *rate};
            if (*rate <= target * (1.0 + kNearEnough)) break;
            ratio = onLine(below, *above, aim);
        } else {
            const Point last = below;
            below = Point{ratio, *rate};
            if (ratio >= kLargestRatio) break;
            ratio = above ? onLine(below, *above, aim) : std::min(onLine(last, below, aim), kLargestRatio);
            // Towards what had no plan only by half.
            if (ratio >= bound && bound < kLargestRatio) ratio = (below.ratio + bound) / 2.0;
        }
        const double end = above ? above->ratio : bound;
        if (end - below.ratio < kFinest) break;
        // Where the line is off, a little of what is left is still tried.
        const double margin = 0.02 * (end - below.ratio);
        if (above) ratio = std::clamp(ratio, below.ratio + margin, end - margin);
        ratio = std::clamp(ratio, 0.0, kLargestRatio);
    }
    if (above) return {above->ratio, above->rate, true};
    return {below.ratio, below.rate, false};
}

RatioForRate ratioForRate(double target, const BatchTimes& dense, const NetworkConfig& opened,
                          const std::function<Plan(double ratio)>& planAt) {
    return ratioForRate(target, [&](double ratio) -> std::optional<double> {
        if (!planAt) return rateOf(dense, forecastStep(dense, ratio));
        try {
            return rateOf(dense, forecastStep(dense, opened, stateAfter(opened, planAt(ratio))));
        } catch (const Error& error) {
            if (error.code() == ErrorCode::Cancelled) throw;
            return std::nullopt;
        }
    });
}

}  // namespace secateur
