// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/plan_inputs.h"
#include "app/cli/table.h"
#include "app/cli/take_back.h"
#include "core/base/units.h"
#include "core/planning/change_words.h"

namespace secateur::cli {

namespace {

struct PreviewCommandOptions {
    PlanInputOptions inputs;
    bool perToken = false;
    bool takeBack = false;
};

Json rows(const std::vector<float>& values, int windows) {
    Json result = Json::array();
    const std::size_t width = windows > 0 ? values.size() / static_cast<std::size_t>(windows) : 0;
    for (int i = 0; i < windows; ++i) {
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(width) * i;
        result.push_back(std::vector<float>(begin, begin + static_cast<std::ptrdiff_t>(width)));
    }
    return result;
}

Json toJson(const PreviewReport& report, const TokenWindows& windows, bool perToken) {
    const Accounting& accounting = report.accounting;
    Json object{{"dense_perplexity", report.densePerplexity},
                {"plan_perplexity", report.planPerplexity},
                {"dense_standard_error", orNull(report.denseStandardError)},
                {"plan_standard_error", orNull(report.planStandardError)},
                {"change", report.change()},
                {"change_standard_error", orNull(report.changeStandardError)},
                {"parameters", accounting.parametersAfter},
                {"removed_fraction", accounting.removedFraction},
                {"bytes", accounting.bytesAfter},
                {"healed", false},
                {"seconds", report.seconds},
                {"accounting", accountingJson(accounting)},
                {"protocol", report.protocol},
                {"overlaps", overlapsJson(report.overlaps)},
                {"warnings", report.warnings}};
    if (perToken) {
        object["tokens"] = {{"windows", windows.count()},
                            {"seq_len", windows.seqLen},
                            {"ids", windows.ids},
                            {"dense_loss", rows(report.denseTokenLoss, windows.count())},
                            {"plan_loss", rows(report.planTokenLoss, windows.count())}};
    }
    return object;
}

std::string tokenTable(const PreviewReport& report, const TokenWindows& windows) {
    Table table({"window", "position", "id", "dense loss", "planned loss", "change"});
    const int scored = windows.seqLen - 1;
    for (int window = 0; window < windows.count(); ++window) {
        for (int position = 1; position < windows.seqLen; ++position) {
            const auto index = static_cast<std::size_t>(window) * scored + (position - 1);
            const float dense = report.denseTokenLoss.at(index);
            const float planned = report.planTokenLoss.at(index);
            table.add({std::to_string(window), std::to_string(position),
                       std::to_string(windows.window(window)[position]), formatScore(dense),
                       formatScore(planned), formatScore(planned - dense)});
        }
    }
    return table.text();
}

std::string facts(const PreviewReport& report, const Plan& plan) {
    Facts facts;
    facts.add("dense perplexity", formatPerplexity(report.densePerplexity, report.denseStandardError));
    facts.add("planned perplexity, before healing", plannedPerplexity(report, plan));
    facts.add("time", formatScore(report.seconds) + " s");
    facts.add("protocol", report.protocol);
    return facts.text();
}

void run(const SharedOptions& shared, const PreviewCommandOptions& options, Console& console) {
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource source = textSource(shared);
    const auto session = openSession(shared, console.job());
    const PlanInputs inputs = planInputs(*session, options.inputs, windowOptions(shared), console);
    const TokenWindows windows = session->windows(source, windowing, console.job());
    if (options.takeBack) return printTakeBack(*session, inputs, windows, console);
    const PreviewReport report = session->preview(inputs.plan, inputs.analysis.get(), windows,
                                                  inputs.preview(options.perToken), console.job());
    for (const std::string& warning : report.warnings) console.warn(warning);
    warnOf(report.overlaps, console);
    if (console.json()) return console.printJson(toJson(report, windows, options.perToken));
    std::string text =
        facts(report, inputs.plan) + "\n" + describe(inputs.plan) + "\n" + describe(report.accounting);
    if (options.perToken) text += "\n" + tokenTable(report, windows);
    console.print(text);
}

}  // namespace

Action declarePreview(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<PreviewCommandOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    addSkip(app, shared);
    addPlanInputs(app, options->inputs, true);
    auto* perToken =
        app.add_flag("--per-token", options->perToken, "Also the loss of every token, dense and planned");
    app.add_flag("--take-back", options->takeBack,
                 "Instead, what each step and each chopped layer would win back, were it left out")
        ->excludes(perToken);
    addShared(app, shared, {.windows = true, .network = true});
    app.footer("Runs what the plan leaves; no checkpoint is written.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
