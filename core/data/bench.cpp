// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/bench.h"

#include <algorithm>
#include <cmath>

namespace secateur {

namespace {

double rankedAt(const std::vector<double>& ascending, double share) {
    const double place = share * static_cast<double>(ascending.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, ascending.size() - 1);
    return std::lerp(ascending[below], ascending[above], place - static_cast<double>(below));
}

}  // namespace

Quartiles quartilesOf(std::vector<double> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    return {rankedAt(values, 0.25), rankedAt(values, 0.5), rankedAt(values, 0.75),
            static_cast<int>(values.size())};
}

Quartiles ratesOf(const Quartiles& seconds, double amount) {
    if (seconds.values == 0) return {};
    const auto rate = [amount](double took) { return took > 0.0 ? amount / took : 0.0; };
    return {rate(seconds.upper), rate(seconds.median), rate(seconds.lower), seconds.values};
}

BenchOptions shortBench() {
    return {.promptTokens = 32, .newTokens = 16, .batches = {1}, .repetitions = 5, .seconds = 3.0};
}

std::string inWords(const BenchPlace& place) {
    std::string text = place.device + ", " + place.dtype;
    if (place.products != place.dtype) text += " multiplied as " + place.products;
    if (place.device.starts_with("cpu"))
        text += ", " + std::to_string(place.threads) + (place.threads == 1 ? " thread" : " threads");
    return text;
}

const BatchTimes* NetworkSpeed::at(int batch) const {
    const auto found = std::ranges::find(batches, batch, &BatchTimes::batch);
    return found != batches.end() ? &*found : nullptr;
}

}  // namespace secateur
