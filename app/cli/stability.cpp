// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/stability.h"

#include "app/cli/command.h"
#include "app/cli/plan_options.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

struct StabilityOptions {
    std::vector<std::string> otherTexts;
    std::string sizes = "8,32";
    std::int64_t seeds = 3;
    std::int64_t lowest = 0;
    std::string metric = StabilityRequest().layerMetric;
    std::string channelMetric = StabilityRequest().channelMetric;
};

StabilityRequest stabilityRequest(const SharedOptions& shared, const StabilityOptions& options) {
    const WindowOptions windows = windowOptions(shared);
    StabilityRequest request;
    request.texts.push_back(textSource(shared));
    for (const std::string& file : options.otherTexts) {
        TextSource text;
        text.textFile = file;
        if (!shared.textKey.empty()) text.textKey = shared.textKey;
        request.texts.push_back(std::move(text));
    }
    request.sizes = parseCounts(options.sizes, "--sizes");
    request.seeds = atLeast(options.seeds, 1, "--seeds");
    request.seqLen = windows.seqLen;
    request.bos = windows.bos;
    request.layerMetric = options.metric;
    request.channelMetric = options.channelMetric;
    request.lowest = atLeast(options.lowest, 0, "--lowest");
    return request;
}

Json measurementJson(const MeasuredScores& one) {
    return {{"text", one.text},
            {"windows", one.windows},
            {"tokens", one.tokens},
            {"seed", one.seed},
            {"layers", one.layers}};
}

Json agreementJson(const StabilityAgreement& one) {
    return {{"differ", one.differ},
            {"text", one.text.empty() ? Json() : Json(one.text)},
            {"windows", one.windows},
            {"other_windows", one.others},
            {"pairs", one.pairs},
            {"layers", orNull(one.layers)},
            {"layers_least", orNull(one.layersLeast)},
            {"channels", orNull(one.channels)},
            {"channels_least", orNull(one.channelsLeast)}};
}

Json stabilityJson(const StabilityReport& report) {
    Json measurements = Json::array(), agreements = Json::array(), layers = Json::array();
    Json safe = Json::array();
    for (const MeasuredScores& one : report.measurements) measurements.push_back(measurementJson(one));
    for (const StabilityAgreement& one : report.agreements) agreements.push_back(agreementJson(one));
    for (const LayerStability& layer : report.layers) {
        layers.push_back({{"layer", layer.layer},
                          {"mean", layer.mean},
                          {"low", orNull(layer.low)},
                          {"high", orNull(layer.high)},
                          {"times_lowest", layer.timesLowest},
                          {"safe", layer.safe}});
        if (layer.safe) safe.push_back(layer.layer);
    }
    return {{"metric", report.layerMetric},
            {"channel_metric", report.channelMetric},
            {"lowest", report.lowest},
            {"safe", safe},
            {"layers", layers},
            {"agreements", agreements},
            {"measurements", measurements},
            {"remarks", report.remarks}};
}

std::string agreementCell(const std::optional<double>& mean, const std::optional<double>& least) {
    return mean ? formatCorrelation(*mean) + " (" + formatCorrelation(*least) + ")" : "-";
}

std::string agreementTable(const StabilityReport& report) {
    Table table({"what differs", "windows", "pairs", report.layerMetric + " of layers",
                 report.channelMetric + " of channels", "text"});
    table.leftAligned({0, 5});
    for (const StabilityAgreement& one : report.agreements)
        table.add({one.differ,
                   std::to_string(one.windows) +
                       (one.others != one.windows ? " and " + std::to_string(one.others) : ""),
                   std::to_string(one.pairs), agreementCell(one.layers, one.layersLeast),
                   agreementCell(one.channels, one.channelsLeast), one.text});
    return table.text();
}

std::string layerTable(const StabilityReport& report) {
    Table table({"layer", report.layerMetric, "95 % from", "to",
                 "among the " + std::to_string(report.lowest) + " lowest"});
    for (const LayerStability& layer : report.layers)
        table.add({std::to_string(layer.layer), formatScore(layer.mean),
                   layer.low ? formatScore(*layer.low) : "-", layer.high ? formatScore(*layer.high) : "-",
                   std::to_string(layer.timesLowest) + " of " + std::to_string(report.measurements.size()) +
                       (layer.safe ? ", always" : "")});
    return table.text();
}

std::string safeText(const StabilityReport& report) {
    std::string layers;
    for (const LayerStability& layer : report.layers)
        if (layer.safe) layers += (layers.empty() ? "" : ", ") + std::to_string(layer.layer);
    return layers.empty() ? "no layer is among the lowest in every measurement\n"
                          : "among the lowest in every measurement: layers " + layers + "\n";
}

void runStability(const SharedOptions& shared, const StabilityOptions& options, Console& console) {
    const StabilityRequest request = stabilityRequest(shared, options);
    const auto session = openSession(shared, console.job());
    const StabilityReport report = measureStability(*session, request, console.job());
    for (const std::string& remark : report.remarks) console.warn(remark);
    if (console.json()) return console.printJson(stabilityJson(report));
    console.print("Spearman's rank correlation, mean (least) over pairs\n" + agreementTable(report) + "\n" +
                  layerTable(report) + "\n" + safeText(report));
}

}  // namespace

Action declareStability(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<StabilityOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    app.add_option("--other-text", options->otherTexts, "Another text to measure on; may be given again")
        ->type_name("FILE")
        ->allow_extra_args(false);
    app.add_option("--sizes", options->sizes, "Numbers of windows to measure on (default 8,32)")
        ->type_name("N,...");
    app.add_option("--seeds", options->seeds, "Draws of each number of windows (default 3)")->type_name("N");
    app.add_option("--metric", options->metric,
                   "Score of layers, of " + joined(layerMetrics()) + " (default block-influence)")
        ->type_name("NAME");
    app.add_option("--channel-metric", options->channelMetric,
                   "Score of MLP channels, of " + joined(widthMetrics()) + " (default WIFV)")
        ->type_name("NAME");
    app.add_option("--lowest", options->lowest, "How many layers the lowest are (default a quarter)")
        ->type_name("K");
    addShared(app, shared, {.windows = true, .network = true});
    app.footer("Windows are drawn at random, so --samples, --sampling and --seed have no effect.");
    return [&shared, options](Console& console) { runStability(shared, *options, console); };
}

}  // namespace secateur::cli
