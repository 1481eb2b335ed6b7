// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_table.h"

#include <map>

#include "app/cli/sweep_parts.h"
#include "core/base/error.h"

namespace secateur::cli {

namespace {

Chart chartOf(const SweepTable& table) {
    Chart chart{table.model + ": perplexity against what is removed",
                table.protocol,
                "removed from the decoder's linear weights [%]",
                kPerplexityAxis,
                {}};
    for (const SweepPoint& point : table.points) {
        addPoint(chart, point.method, {100.0 * point.accounting.removedFraction, point.perplexity});
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
    return point.method + "," + csvNumber(point.ratio) + "," + csvCosts(point.accounting, point.perplexity);
}

Json toJson(const SweepTable& table) {
    Json points = Json::array();
    for (const SweepPoint& point : table.points) {
        Json row{{"method", point.method}, {"ratio", point.ratio}};
        addCosts(row, point.accounting, point.perplexity);
        points.push_back(std::move(row));
    }
    return {{"model", table.model}, {"protocol", table.protocol}, {"healed", false}, {"points", points}};
}

std::string render(const SweepTable& table, SweepFormat format) {
    std::string text = sweepCsvHeader();
    for (const SweepPoint& point : table.points) text += sweepCsvRow(point);
    return rendered(format, text, toJson(table), chartOf(table));
}

}  // namespace secateur::cli
