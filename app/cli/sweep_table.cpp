// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

#include "app/cli/plot/chart.h"
#include "core/base/error.h"

namespace secateur::cli {

namespace {

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    return text.data();
}

Chart chartOf(const SweepTable& table) {
    Chart chart{table.model + ": perplexity against what is removed",
                table.protocol,
                "removed from the decoder's linear weights [%]",
                "perplexity",
                {}};
    for (const SweepPoint& point : table.points) {
        const auto same = [&](const Curve& curve) { return curve.name == point.method; };
        auto curve = std::find_if(chart.curves.begin(), chart.curves.end(), same);
        if (curve == chart.curves.end()) curve = chart.curves.insert(curve, {point.method, {}});
        curve->points.push_back({100.0 * point.accounting.removedFraction, point.perplexity});
    }
    return chart;
}

}  // namespace

SweepFormat sweepFormat(const std::filesystem::path& file) {
    static const std::map<std::string, SweepFormat> kFormats{{".csv", SweepFormat::Csv},
                                                             {".json", SweepFormat::Json},
                                                             {".svg", SweepFormat::Svg},
                                                             {".png", SweepFormat::Png}};
    const auto found = kFormats.find(file.extension().string());
    if (found == kFormats.end()) {
        throw Error(ErrorCode::Unsupported, file.string() + ": a sweep is not written in this format",
                    "let the name end in .svg, .png, .csv or .json");
    }
    return found->second;
}

std::string sweepCsvHeader() {
    return "method,ratio,parameters,bytes,macs_per_token,kv_cache_bytes_per_token,removed_fraction,"
           "perplexity\n";
}

std::string sweepCsvRow(const SweepPoint& point) {
    const Accounting& after = point.accounting;
    return point.method + "," + number(point.ratio) + "," + std::to_string(after.parametersAfter) + "," +
           std::to_string(after.bytesAfter) + "," + std::to_string(after.macsPerTokenAfter) + "," +
           std::to_string(after.kvCacheBytesPerTokenAfter) + "," + number(after.removedFraction) + "," +
           number(point.perplexity) + "\n";
}

Json toJson(const SweepTable& table) {
    Json points = Json::array();
    for (const SweepPoint& point : table.points) {
        const Accounting& after = point.accounting;
        points.push_back({{"method", point.method},
                          {"ratio", point.ratio},
                          {"parameters", after.parametersAfter},
                          {"bytes", after.bytesAfter},
                          {"macs_per_token", after.macsPerTokenAfter},
                          {"kv_cache_bytes_per_token", after.kvCacheBytesPerTokenAfter},
                          {"removed_fraction", after.removedFraction},
                          {"perplexity", point.perplexity}});
    }
    return {{"model", table.model}, {"protocol", table.protocol}, {"points", points}};
}

std::string render(const SweepTable& table, SweepFormat format) {
    switch (format) {
        case SweepFormat::Csv:
            break;
        case SweepFormat::Json:
            return dump(toJson(table)) + "\n";
        case SweepFormat::Svg:
            return toSvg(draw(chartOf(table)));
        case SweepFormat::Png:
            return toPng(draw(chartOf(table)));
    }
    std::string text = sweepCsvHeader();
    for (const SweepPoint& point : table.points) text += sweepCsvRow(point);
    return text;
}

}  // namespace secateur::cli
