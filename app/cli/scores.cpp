// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/plan_options.h"
#include "app/cli/unit_report.h"
#include "core/base/error.h"
#include "core/planning/planner.h"
#include "core/storage/analysis_store.h"

namespace secateur::cli {

namespace {

struct ScoresOptions {
    std::string analysis;
    std::string metric;
    std::string structure = "AL-AM";
    std::string statistics;
    std::string units = "all";
    UnitOptions one;
};

// One kind of unit of one layer.
struct Series {
    const char* unit;  // in CSV
    const char* key;   // in JSON
    const std::vector<float>& raw;
    const std::vector<float>& score;
};

std::vector<Series> series(const LayerScores& layer, const std::string& units) {
    std::vector<Series> chosen;
    const bool all = units == "all";
    if (all || units == "groups") chosen.push_back({"group", "kv_groups", layer.groupRaw, layer.groupScore});
    if (all || units == "heads") chosen.push_back({"head", "heads", layer.headRaw, layer.headScore});
    if (all || units == "channels")
        chosen.push_back({"channel", "channels", layer.channelRaw, layer.channelScore});
    return chosen;
}

// What scoring needs to know of the network, read off the analysis: no checkpoint is involved.
NetworkConfig networkOf(const Analysis& analysis) {
    NetworkConfig network;
    network.originalLayers = analysis.originalLayers;
    for (const LayerAnalysis& measured : analysis.layers) {
        LayerConfig layer;
        layer.originalLayer = measured.layer;
        layer.heads = measured.heads;
        layer.kvHeads = measured.kvHeads;
        layer.intermediateSize = static_cast<int>(measured.downProj.mean.size());
        if (layer.heads > 0) network.headDim = static_cast<int>(measured.oProj.mean.size()) / layer.heads;
        network.layers.push_back(layer);
    }
    return network;
}

// Nine significant digits bring a float back exactly.
std::string exact(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", static_cast<double>(value));
    return text;
}

Json toJson(const ScoreTable& table, const std::string& units) {
    Json layers = Json::array();
    for (const LayerScores& layer : table.layers) {
        Json entry{{"layer", layer.layer}};
        for (const Series& one : series(layer, units))
            entry[one.key] = {{"raw", one.raw}, {"score", one.score}};
        layers.push_back(std::move(entry));
    }
    return {{"metric", table.metric},
            {"structure", table.structure},
            {"statistics", table.statistics},
            {"layers", layers}};
}

std::string toCsv(const ScoreTable& table, const std::string& units) {
    std::string text = "layer,unit,index,raw,score\n";
    for (const LayerScores& layer : table.layers) {
        for (const Series& one : series(layer, units)) {
            for (std::size_t i = 0; i < one.raw.size(); ++i) {
                text += std::to_string(layer.layer) + "," + one.unit + "," + std::to_string(i) + "," +
                        exact(one.raw[i]) + "," + exact(one.score.at(i)) + "\n";
            }
        }
    }
    return text;
}

void printLayerMetric(const LayerMetric& metric, Console& console) {
    if (console.json()) {
        return console.printJson(
            {{"metric", metric.metric}, {"layers", metric.layers}, {"values", metric.values}});
    }
    std::string text = "layer," + metric.metric + "\n";
    for (std::size_t i = 0; i < metric.layers.size(); ++i) {
        text += std::to_string(metric.layers[i]) + "," + exact(metric.values[i]) + "\n";
    }
    console.print(text);
}

void run(const ScoresOptions& options, const SharedOptions& shared, Console& console) {
    const std::vector<std::string> known{"all", "heads", "groups", "channels"};
    if (std::find(known.begin(), known.end(), options.units) == known.end()) {
        throw Error(ErrorCode::InvalidArgument, "--units: unknown unit '" + options.units + "'",
                    "heads, groups, channels or all");
    }
    const bool one = !options.one.unit.empty();
    const bool ofOne = !shared.model.empty() || !options.one.plan.empty() || !textSource(shared).empty();
    if (!one && ofOne) usageError("--model, --plan and a text need --channel");
    const Analysis analysis = readAnalysis(options.analysis);
    const std::vector<std::string> ofLayers = layerMetrics();
    if (!one && std::find(ofLayers.begin(), ofLayers.end(), options.metric) != ofLayers.end()) {
        return printLayerMetric(layerMetric(analysis, options.metric), console);
    }
    const std::vector<std::string> ofUnits = unitMetrics();
    if (std::find(ofUnits.begin(), ofUnits.end(), options.metric) == ofUnits.end()) {
        throw Error(ErrorCode::InvalidArgument, "--metric: unknown metric '" + options.metric + "'",
                    "of units: " + joined(ofUnits) + (one ? "" : "; of layers: " + joined(ofLayers)));
    }
    const Statistics statistics =
        options.statistics.empty() ? analysis.statistics : statisticsFromName(options.statistics);
    const ScoreTable table =
        widthScores(analysis, networkOf(analysis), options.metric, options.structure, statistics);
    if (one) return reportUnit(options.one, shared, analysis, table, console);
    if (console.json()) return console.printJson(toJson(table, options.units));
    console.print(toCsv(table, options.units));
}

}  // namespace

Action declareScores(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<ScoresOptions>();
    app.add_option("ANALYSIS", options->analysis, "Analysis file of secateur measure")
        ->required()
        ->type_name("");
    app.add_option("--metric", options->metric,
                   "Of units: " + joined(unitMetrics()) + "; of layers: " + joined(layerMetrics()))
        ->required()
        ->type_name("K");
    app.add_option("--structure", options->structure,
                   "What scores are compared over: " + joined(widthStructures()) +
                       " (default AL-AM); AL-* scores are z-scores of the layer")
        ->type_name("S");
    app.add_option("--statistics", options->statistics, "exact or reference (default: as the file says)")
        ->type_name("S");
    app.add_option("--units", options->units, "heads, groups, channels or all (default)")->type_name("U");
    addUnitOptions(app, shared, options->one);
    addText(app, shared, Text::Optional);
    addShared(app, shared, {.windows = true, .network = true});
    app.footer("Prints CSV, or JSON with --json. Higher scores mean more important units.");
    return [&shared, options](Console& console) { run(*options, shared, console); };
}

}  // namespace secateur::cli
