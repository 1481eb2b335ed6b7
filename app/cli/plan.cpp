// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/help_formatter.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/plan_budget.h"
#include "app/cli/plan_making.h"
#include "app/cli/plan_options.h"
#include "core/planning/requests.h"
#include "core/planning/step_text.h"

namespace secateur::cli {

namespace {

struct PlanCommandOptions {
    PlanOptions wishes;
    std::vector<std::string> steps;
    std::string analysis;
    std::string output;
};

// The short forms are a first chop and a first width step; the steps follow in their order.
PlanRequest wishedRequest(const PlanCommandOptions& options) {
    if (options.steps.empty()) return planRequest(options.wishes);
    PlanRequest request = wishesAnything(options.wishes) ? planRequest(options.wishes) : PlanRequest{};
    for (std::size_t i = 0; i < options.steps.size(); ++i) {
        const std::string where = "--step " + std::to_string(i + 1);
        const ParsedStep step = parseStepText(options.steps[i], allMethods(), where);
        request.steps.push_back(stepRequest(step, where + ": " + step.method));
    }
    return request;
}

ScoreSource scoreSource(Session& session, const SharedOptions& shared, const std::string& analysis,
                        Console& console) {
    ScoreSource source;
    if (!analysis.empty()) source.analysis = loadAnalysis(analysis, session.summary());
    const TextSource text = textSource(shared);
    if (!text.empty()) source.windows = session.windows(text, windowOptions(shared), console.job());
    return source;
}

void report(const PlanResult& result, const ModelSummary& model, const std::string& path,
            const std::optional<RatePromise>& promise, Console& console) {
    const Accounting accounting = result.plan.accounting.value_or(Accounting{});
    if (console.json()) {
        Json object{
            {"path", path}, {"accounting", accountingJson(accounting)}, {"warnings", result.warnings}};
        if (promise) object["speed"] = promiseJson(*promise);
        return console.printJson(object);
    }
    console.print(describe(result.plan) + "\n" + describeLayers(model.config, result.plan) + "\n" +
                  describe(accounting) + (promise ? describe(*promise) : std::string()) + "\nwritten to " +
                  path + "\n");
}

void run(const SharedOptions& shared, const PlanCommandOptions& options, Console& console) {
    PlanRequest request = wishedRequest(options);
    if (!options.output.empty()) checkTarget(options.output, shared.force);
    const std::optional<Budget> budget = budgetOf(options.wishes);
    const auto session = openSession(shared, console.job());
    const ScoreSource source = scoreSource(*session, shared, options.analysis, console);
    std::optional<RatePromise> promise;
    if (budget) promise = meetBudget(*session, source, *budget, request, console);
    PlanResult result = makePlanFrom(*session, source, request, console);
    if (!options.analysis.empty() && result.plan.calibration) {
        result.plan.calibration->analysis = analysisName(options.analysis, options.output);
    }
    result.plan.created = createdNow();
    const std::string json = toJson(result.plan);
    if (promise) promise->rate = forecastRate(*session, *promise, result.plan);
    if (options.output.empty()) return console.print(json.ends_with('\n') ? json : json + "\n");
    writeFile(options.output, json, shared.force);
    report(result, session->summary(), options.output, promise, console);
}

std::string methodHelp() {
    std::string text = "Methods:\n";
    for (const MethodInfo& method : allMethods()) {
        text += "  " + method.name + std::string(method.name.size() < 14 ? 14 - method.name.size() : 1, ' ') +
                wrapped(method.summary, 16) + "\n";
    }
    return text +
           "Without -o the plan itself is printed. Methods that prune as they go take --text or --tokens; "
           "with a text and no\n"
           "--analysis the others measure it in memory.";
}

}  // namespace

Action declarePlan(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<PlanCommandOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Optional);
    app.add_option("--analysis", options->analysis, "Analysis file of secateur measure")->type_name("FILE");
    app.add_option(
           "--step", options->steps,
           "A step of the plan: a method and its options, e.g. \"wanda pattern=2:4\"; may be given again, "
           "in the order in which the steps are carried out")
        ->type_name("STEP")
        ->allow_extra_args(false);
    addChopOptions(app, options->wishes);
    addTargetOptions(app, options->wishes);
    addWidthOptions(app, options->wishes);
    addBudget(app, options->wishes);
    app.add_option("-o,--output", options->output, "Plan file to write (JSON)")->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer(methodHelp());
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
