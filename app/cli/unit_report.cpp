// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/unit_report.h"

#include <cmath>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/inputs.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/planning/planner.h"
#include "core/planning/unit_story.h"

namespace secateur::cli {

namespace {

constexpr const char* kOneUnit = "One unit";

std::string verdictWord(UnitFate fate) {
    if (fate == UnitFate::Unknown) return {};
    return fate == UnitFate::Kept ? "kept" : "removed";
}

Json storyJson(const UnitStory& story) {
    const std::string verdict = verdictWord(story.fate);
    return {{"layer", story.cell.layer},
            {"unit", name(story.cell.kind)},
            {"index", story.cell.unit},
            {"metric", story.metric},
            {"structure", story.structure},
            {"statistics", name(story.statistics)},
            {"linear", story.linear},
            {"channels", story.channels},
            {"mean", story.mean},
            {"fluctuation", story.fluctuation},
            {"activation_norm", std::sqrt(story.norm2)},
            {"weight_norm", std::sqrt(story.weightNorm2)},
            {"weight_abs_mean", story.weightAbsMean},
            {"raw", story.raw},
            {"squared", story.squared},
            {"compared", story.compared},
            {"layer_mean", story.layerMean},
            {"layer_deviation", story.layerDeviation},
            {"score", story.score},
            {"rank", story.rank},
            {"units", story.units},
            {"verdict", verdict.empty() ? Json() : Json(verdict)},
            {"bias_norm", orNull(story.biasNorm)}};
}

Json histogramJson(const ActivationHistogram& histogram) {
    return {{"values", histogram.values},
            {"mean", histogram.mean},
            {"variance", histogram.variance},
            {"channel_variance", histogram.channelVariance},
            {"least", histogram.least},
            {"most", histogram.most},
            {"low", histogram.low},
            {"high", histogram.high},
            {"counts", histogram.counts},
            {"below", histogram.below},
            {"above", histogram.above},
            {"bias_norm", histogram.biasNorm},
            {"source", histogram.text.source},
            {"sha256", histogram.text.sha256},
            {"samples", histogram.text.samples},
            {"seq_len", histogram.text.seqLen},
            {"dtype", histogram.dtype}};
}

std::string storyText(const UnitStory& story, const std::optional<ActivationHistogram>& histogram) {
    const bool several = story.channels > 1;
    const std::string mean = several ? ", mean over " + std::to_string(story.channels) + " channels" : "";
    Facts facts;
    facts.add("unit", std::string(name(story.cell.kind)) + " " + std::to_string(story.cell.unit) +
                          " of layer " + std::to_string(story.cell.layer) + ", read by " + story.linear);
    facts.add("mean activation", formatScore(story.mean) + mean);
    facts.add("fluctuation", formatScore(story.fluctuation) + mean + " (" + name(story.statistics) + ")");
    facts.add("activation norm", formatScore(std::sqrt(story.norm2)) + mean);
    facts.add("norm of its weights", formatScore(std::sqrt(story.weightNorm2)) + mean);
    facts.add("score " + story.metric, formatScore(story.raw) + mean);
    if (story.squared)
        facts.add("score, squared",
                  formatScore(story.compared) + (story.standardised ? mean : ", sum over its channels"));
    if (story.standardised) {
        facts.add("standardised", formatScore(story.score) + " = (score - " + formatScore(story.layerMean) +
                                      ") / " + formatScore(story.layerDeviation) + " (" + story.structure +
                                      ")");
    } else {
        facts.add("compared", formatScore(story.score) + " (" + story.structure + ")");
    }
    facts.add("rank", std::to_string(story.rank) + " of " + std::to_string(story.units) + " in the layer");
    if (const std::string verdict = verdictWord(story.fate); !verdict.empty()) facts.add("verdict", verdict);
    const std::optional<double> bias = story.biasNorm ? story.biasNorm
                                       : histogram    ? std::optional(histogram->biasNorm)
                                                      : std::nullopt;
    if (bias) facts.add("left to the bias", formatScore(*bias) + ", norm of mean x weights");
    return facts.text();
}

std::string histogramText(const ActivationHistogram& histogram) {
    std::string text = "\n" + std::to_string(histogram.values) + " activations, " + histogram.text.source +
                       ", " + std::to_string(histogram.text.samples) + " windows of " +
                       std::to_string(histogram.text.seqLen) + " tokens, " + histogram.dtype + ": mean " +
                       formatScore(histogram.mean) + ", variance " + formatScore(histogram.variance) + "\n";
    Table table({"from", "to", "values"});
    const auto add = [&](double from, double to, std::int64_t values) {
        table.add({formatScore(from), formatScore(to), std::to_string(values)});
    };
    if (histogram.below > 0) add(histogram.least, histogram.low, histogram.below);
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const double from = histogram.low + static_cast<double>(bin) * histogram.width();
        add(from, from + histogram.width(), histogram.counts[bin]);
    }
    if (histogram.above > 0) add(histogram.high, histogram.most, histogram.above);
    return text + table.text();
}

}  // namespace

void addUnitOptions(CLI::App& app, SharedOptions& shared, UnitOptions& options) {
    app.add_option("--channel", options.unit,
                   "One unit in full instead, LAYER:KIND:NUMBER with KIND channel, head or group, e.g. "
                   "7:channel:311")
        ->type_name("UNIT")
        ->group(kOneUnit);
    app.add_option(
           "--model", shared.model,
           "Checkpoint folder, for --plan, and with a text for the histogram of the unit's activations")
        ->type_name("DIR")
        ->group(kOneUnit);
    app.add_option("--plan", options.plan, "Plan whose verdict is told")->type_name("FILE")->group(kOneUnit);
    app.add_option("--bins", options.bins, "Bins of the histogram (default 40)")
        ->type_name("N")
        ->group(kOneUnit);
}

void reportUnit(const UnitOptions& options, const SharedOptions& shared, const Analysis& analysis,
                const ScoreTable& table, Console& console) {
    const UnitCell cell = parseUnitCell(options.unit, "--channel");
    const int bins = atLeast(options.bins, 1, "--bins");
    const TextSource source = textSource(shared);
    if (shared.model.empty() && (!source.empty() || !options.plan.empty()))
        usageError("--text, --tokens and --plan need --model");
    std::optional<KeptUnits> kept;
    std::optional<ActivationHistogram> histogram;
    if (!shared.model.empty()) {
        const auto session = openSession(shared, console.job());
        const ModelSummary& model = session->summary();
        if (analysis.modelFingerprint != model.fingerprint)
            throw Error(ErrorCode::InvalidArgument, "the analysis is of another model than " + shared.model,
                        "measure this checkpoint");
        if (!options.plan.empty()) kept = keptUnits(model.config, loadPlan(options.plan, model, console));
        if (!source.empty()) {
            const TokenWindows windows = session->windows(source, windowOptions(shared), console.job());
            histogram = session->activations(windows, cell, bins, console.job());
            if (histogram->text.sha256 != analysis.calibration.sha256 ||
                histogram->text.samples != analysis.calibration.samples ||
                histogram->text.seqLen != analysis.calibration.seqLen || !analysis.choppedLayers.empty())
                console.warn("the scores were measured on another text or network than the histogram");
        }
    }
    const UnitStory story = unitStory(analysis, table, cell, nullptr, kept ? &*kept : nullptr);
    if (console.json()) {
        Json object = storyJson(story);
        object["histogram"] = histogram ? histogramJson(*histogram) : Json();
        return console.printJson(object);
    }
    console.print(storyText(story, histogram) + (histogram ? histogramText(*histogram) : std::string()));
}

}  // namespace secateur::cli
