// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_parts.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace secateur::cli {

std::string csvNumber(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    return text.data();
}

std::string csvCosts(const Accounting& after, double perplexity) {
    return std::to_string(after.parametersAfter) + "," + std::to_string(after.bytesAfter) + "," +
           std::to_string(after.macsPerTokenAfter) + "," + std::to_string(after.kvCacheBytesPerTokenAfter) +
           "," + csvNumber(after.removedFraction) + "," + csvNumber(perplexity) + "\n";
}

void addCosts(Json& row, const Accounting& after, double perplexity) {
    row["parameters"] = after.parametersAfter;
    row["bytes"] = after.bytesAfter;
    row["macs_per_token"] = after.macsPerTokenAfter;
    row["kv_cache_bytes_per_token"] = after.kvCacheBytesPerTokenAfter;
    row["removed_fraction"] = after.removedFraction;
    row["perplexity"] = perplexity;
}

void addPoint(Chart& chart, const std::string& curve, const Point& point) {
    const auto same = [&](const Curve& candidate) { return candidate.name == curve; };
    auto found = std::find_if(chart.curves.begin(), chart.curves.end(), same);
    if (found == chart.curves.end()) found = chart.curves.insert(found, {curve, {}});
    found->points.push_back(point);
}

std::string rendered(SweepFormat format, const std::string& csv, const Json& json, const Chart& chart) {
    switch (format) {
        case SweepFormat::Csv:
            break;
        case SweepFormat::Json:
            return dump(json) + "\n";
        case SweepFormat::Svg:
            return toSvg(draw(chart));
        case SweepFormat::Png:
            return toPng(draw(chart));
    }
    return csv;
}

}  // namespace secateur::cli
