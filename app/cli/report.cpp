// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report.h"

#include <chrono>
#include <ctime>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/table.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/data/network_state.h"
#include "core/planning/planner.h"
#include "core/planning/step_sentences.h"
#include "core/storage/run_store.h"

namespace secateur::cli {

namespace {

struct ReportCommandOptions {
    std::string plan;
    std::string analysis;
    std::string calibrationText;
    std::string calibrationTokens;
    std::string runs;
    std::string output;
};

std::string now() {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[32];
    return std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0 ? text : "";
}

std::string textWords(const SharedOptions& shared) {
    std::string words;
    if (!shared.text.empty()) words += " --text " + shellWord(shared.text);
    if (!shared.textKey.empty()) words += " --text-key " + shellWord(shared.textKey);
    if (!shared.tokens.empty()) words += " --tokens " + shellWord(shared.tokens);
    if (words.empty()) return words;
    if (shared.skip > 0) words += " --skip " + std::to_string(shared.skip);
    if (shared.samples > 0) words += " --samples " + std::to_string(shared.samples);
    return words + " --seq-len " + std::to_string(shared.seqLen) + (shared.bos ? " --bos" : "");
}

// What repeats the report, and what writes the checkpoint.
std::vector<std::string> commandLines(const SharedOptions& shared, const ReportCommandOptions& options) {
    const std::string model = " " + shellWord(shared.model);
    std::string of = " --plan " + shellWord(options.plan);
    if (!options.analysis.empty()) of += " --analysis " + shellWord(options.analysis);
    std::string calibrated;
    if (!options.calibrationText.empty())
        calibrated += " --calibration-text " + shellWord(options.calibrationText);
    if (!options.calibrationTokens.empty())
        calibrated += " --calibration-tokens " + shellWord(options.calibrationTokens);
    const std::string text = textWords(shared);
    std::vector<std::string> lines;
    if (!text.empty()) lines.push_back("secateur preview" + model + of + text + calibrated);
    std::string report = "secateur report" + model + of + text + calibrated;
    if (!options.runs.empty()) report += " --runs " + shellWord(options.runs);
    lines.push_back(report + " -o " + shellWord(options.output));
    lines.push_back(
        "secateur apply" + model + of + " -o " +
        shellWord(std::filesystem::path(shared.model).lexically_normal().filename().string() + "-pruned"));
    return lines;
}

std::vector<RunRecord> runsIn(const std::string& folder, Console& console) {
    if (folder.empty()) return {};
    if (std::filesystem::exists(std::filesystem::path(folder) / "run.json")) return {readRun(folder)};
    std::vector<std::string> problems;
    std::vector<RunRecord> runs = readRuns(folder, problems);
    for (const std::string& problem : problems) console.warn(problem);
    return runs;
}

std::string inWords(const Plan& plan) {
    std::string words;
    for (const PlanStep& step : plan.steps)
        for (const std::string& sentence : sentencesOf(step)) words += (words.empty() ? "" : "; ") + sentence;
    return words.empty() ? "nothing removed" : words;
}

Json toJson(const report::ReportInput& input, const std::string& path, std::size_t bytes) {
    Json object{{"path", path},
                {"bytes", bytes},
                {"model", input.model.name},
                {"accounting", accountingJson(*input.plan.accounting)},
                {"runs", input.runs.size()},
                {"analysis", input.analysis != nullptr}};
    if (const auto& preview = input.preview) {
        object["dense_perplexity"] = preview->densePerplexity;
        object["plan_perplexity"] = preview->planPerplexity;
        object["dense_standard_error"] = orNull(preview->denseStandardError);
        object["plan_standard_error"] = orNull(preview->planStandardError);
        object["change"] = preview->change();
        object["change_standard_error"] = orNull(preview->changeStandardError);
        object["protocol"] = preview->protocol;
        object["overlaps"] = overlapsJson(preview->overlaps);
    }
    return object;
}

void run(const SharedOptions& shared, const ReportCommandOptions& options, Console& console) {
    checkTarget(options.output, shared.force);
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource source = textSource(shared);
    const TextSource calibrationSource =
        textSource(options.calibrationText, options.calibrationTokens, "--calibration-tokens");
    const auto session = openSession(shared, console.job());
    report::ReportInput input;
    input.model = session->summary();
    input.plan = loadPlan(options.plan, input.model, console);
    input.plan.accounting = account(input.model, stateAfter(input.model.config, input.plan));
    input.analysis = analysisFor(input.plan, options.plan, options.analysis, input.model, console);
    input.runs = runsIn(options.runs, console);
    if (!source.empty()) {
        const TokenWindows windows = session->windows(source, windowing, console.job());
        const std::optional<TokenWindows> calibration = calibrationFor(
            *session, input.plan, options.plan, calibrationSource, windowOptions(shared), console);
        input.preview = session->preview(input.plan, input.analysis.get(), windows,
                                         {false, calibration ? &*calibration : nullptr}, console.job());
        warnOf(input.preview->overlaps, console);
        input.warnings = input.preview->warnings;
        const Accounting& sizes = input.preview->accounting;
        input.previews = {{inWords(input.plan), sizes.parametersAfter, sizes.removedFraction,
                           input.preview->planPerplexity, input.preview->protocol}};
    }
    input.methods = allMethods();
    input.commands = commandLines(shared, options);
    input.tool = toolName();
    input.time = now();
    const std::string page = report::htmlReport(input);
    writeFile(options.output, page, shared.force);
    if (console.json()) return console.printJson(toJson(input, options.output, page.size()));
    Facts facts;
    facts.add("written", options.output + ", " + formatBytes(static_cast<std::int64_t>(page.size())));
    if (input.preview)
        facts.add("perplexity", formatPerplexity(input.preview->densePerplexity) + " -> " +
                                    formatPerplexity(input.preview->planPerplexity));
    if (input.analysis == nullptr)
        facts.add("without", "figures of scores: give --analysis, or a plan that names one");
    console.print(facts.text());
}

}  // namespace

Action declareReport(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<ReportCommandOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Optional);
    addSkip(app, shared);
    app.add_option("--plan", options->plan, "Plan file of secateur plan")->required()->type_name("FILE");
    app.add_option("--analysis", options->analysis,
                   "Analysis to draw scores from (default: the one the plan names)")
        ->type_name("FILE");
    app.add_option("--calibration-text", options->calibrationText,
                   "Text for steps that look at activations (default: the one that the plan names)")
        ->type_name("FILE");
    app.add_option("--calibration-tokens", options->calibrationTokens, "The same as token ids")
        ->type_name("FILE:NAME");
    app.add_option("--runs", options->runs, "A healing run, or a folder with several: their curves")
        ->type_name("DIR");
    app.add_option("-o,--output", options->output, "HTML file to write")->required()->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer(
        "One self-contained page: facts, plan, figures, protocol and commands. With a text the perplexity is "
        "measured on it as by preview.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
