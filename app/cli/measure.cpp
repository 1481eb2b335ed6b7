// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <chrono>

#include "app/cli/command.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/table.h"
#include "core/base/units.h"
#include "core/planning/planner.h"
#include "core/planning/rank.h"
#include "core/storage/analysis_store.h"

namespace secateur::cli {

namespace {

// Metrics whose order of the layers is held against that of leave-one-out.
constexpr std::array kCompared{"block-influence", "angular", "relative-update", "fluctuation-share"};

struct MeasureCommandOptions {
    std::string plan;
    std::string statistics = "exact";
    bool leaveOneOut = false;
    bool gradients = false;
    std::string output;
};

Json toJson(const Analysis& analysis, const std::string& path, double seconds) {
    const CalibrationInfo& calibration = analysis.calibration;
    Json object{{"path", path},
                {"model", analysis.modelName},
                {"fingerprint", analysis.modelFingerprint},
                {"statistics", name(analysis.statistics)},
                {"dtype", analysis.dtype},
                {"layers", analysis.layers.size()},
                {"chopped_layers", analysis.choppedLayers},
                {"tokens", analysis.tokens},
                {"samples", calibration.samples},
                {"seq_len", calibration.seqLen},
                {"sampling", calibration.sampling},
                {"seed", calibration.seed},
                {"bos", calibration.bos},
                {"source", calibration.source},
                {"sha256", calibration.sha256},
                {"seconds", seconds},
                {"tokens_per_second", seconds > 0.0 ? static_cast<double>(analysis.tokens) / seconds : 0.0},
                {"block_influence", layerMetric(analysis, "block-influence").values}};
    if (analysis.leaveOneOut) {
        object["dense_perplexity"] = analysis.leaveOneOut->densePerplexity;
        object["leave_one_out"] = analysis.leaveOneOut->layer;
        Json agreement = Json::object();
        for (const char* metric : kCompared)
            agreement[metric] = orNull(agreementWithLeaveOneOut(analysis, metric));
        object["rank_agreement"] = agreement;
    }
    if (analysis.gradients)
        object["gradients"] = {{"windows", analysis.gradients->windows}, {"loss", analysis.gradients->loss}};
    return object;
}

// "block-influence 0.83, ..., with the order of leave-one-out"
std::string agreements(const Analysis& analysis) {
    std::string text;
    for (const char* metric : kCompared) {
        const auto value = agreementWithLeaveOneOut(analysis, metric);
        text += std::string(metric) + " " + (value ? formatCorrelation(*value) : "-") + ", ";
    }
    return text + "with the order of leave-one-out (Spearman)";
}

std::string summary(const Analysis& analysis, const std::string& path, double seconds) {
    const CalibrationInfo& calibration = analysis.calibration;
    Facts facts;
    facts.add("model", analysis.modelName + ", " + std::to_string(analysis.layers.size()) + " layers, " +
                           analysis.dtype);
    facts.add("text", calibration.source + ", " + std::to_string(calibration.samples) + " windows of " +
                          std::to_string(calibration.seqLen) + " tokens, " + calibration.sampling);
    facts.add("statistics", name(analysis.statistics));
    facts.add("time", formatScore(seconds) + " s, " +
                          formatRate(static_cast<double>(analysis.tokens) / seconds, "tokens"));
    if (analysis.leaveOneOut) {
        facts.add("dense perplexity", formatPerplexity(analysis.leaveOneOut->densePerplexity));
        facts.add("rank agreement", agreements(analysis));
    }
    if (analysis.gradients)
        facts.add("gradients", "first " + std::to_string(analysis.gradients->windows) + " windows, loss " +
                                   formatScore(analysis.gradients->loss) + " nats");
    facts.add("written to", path);
    return facts.text();
}

std::string layerTable(const Analysis& analysis) {
    const LayerMetric influence = layerMetric(analysis, "block-influence");
    std::vector<std::string> header{"layer", "block influence", "relative update"};
    if (analysis.leaveOneOut) {
        header.emplace_back("perplexity without");
        header.emplace_back("change");
    }
    Table table(header);
    for (std::size_t i = 0; i < influence.layers.size(); ++i) {
        std::vector<std::string> row{std::to_string(influence.layers[i]), formatScore(influence.values[i]),
                                     formatScore(analysis.residual.relativeUpdate.at(i))};
        if (analysis.leaveOneOut) {
            const double without = analysis.leaveOneOut->layer.at(i);
            row.push_back(formatPerplexity(without));
            row.push_back(formatChange(analysis.leaveOneOut->change(without)));
        }
        table.add(row);
    }
    return table.text();
}

MeasureOptions measureOptions(const MeasureCommandOptions& options, const ModelSummary& model,
                              Console& console) {
    MeasureOptions result;
    result.statistics = statisticsFromName(options.statistics);
    result.leaveOneOut = options.leaveOneOut;
    result.gradients = options.gradients;
    if (!options.plan.empty()) result.plan = loadPlan(options.plan, model, console);
    return result;
}

void run(const SharedOptions& shared, const MeasureCommandOptions& options, Console& console) {
    const WindowOptions windowing = windowOptions(shared);
    (void)statisticsFromName(options.statistics);
    const TextSource source = textSource(shared);
    checkTarget(options.output, shared.force);
    const auto session = openSession(shared, console.job());
    const MeasureOptions measuring = measureOptions(options, session->summary(), console);
    const TokenWindows windows = session->windows(source, windowing, console.job());
    const auto start = std::chrono::steady_clock::now();
    const auto analysis = session->measure(windows, measuring, console.job());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    writeAnalysis(options.output, *analysis, shared.force);
    if (console.json()) return console.printJson(toJson(*analysis, options.output, seconds));
    console.print(summary(*analysis, options.output, seconds) + "\n" + layerTable(*analysis));
}

}  // namespace

Action declareMeasure(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<MeasureCommandOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    app.add_option("--plan", options->plan, "Measure the network that this plan leaves")->type_name("FILE");
    app.add_option("--statistics", options->statistics,
                   "exact (default): true mean and variance; reference: what the published FLAP code "
                   "accumulates. Both are stored; "
                   "this one is the file's default")
        ->type_name("S");
    app.add_flag("--leave-one-out", options->leaveOneOut,
                 "Also the perplexity without each layer, each attention and each MLP sublayer");
    app.add_flag(
        "--gradients", options->gradients,
        "Also what rows and columns cost the loss by its gradient, for llm-pruner: a pass backwards");
    app.add_option("-o,--output", options->output, "Analysis file to write (HDF5)")
        ->required()
        ->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
