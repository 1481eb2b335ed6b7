// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/plan_inputs.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/storage/task_file.h"

namespace secateur::cli {

namespace {

struct EvaluateOptions {
    PlanInputOptions inputs;
    std::vector<std::string> tasks;  // NAME:FILE
    std::string against;
    std::int64_t limit = 0;
};

// What the two networks are called; the second is empty where there is one.
struct Names {
    std::string first, second;
};

std::vector<Task> tasksOf(const EvaluateOptions& options) {
    const auto limit = static_cast<std::size_t>(atLeast(options.limit, 0, "--limit"));
    std::vector<Task> tasks;
    for (const std::string& wish : options.tasks) {
        const std::size_t colon = wish.find(':');
        if (colon == std::string::npos || colon == 0 || colon + 1 == wish.size())
            usageError("--task: '" + wish + "' is not NAME:FILE, such as piqa:validation.jsonl");
        tasks.push_back(readTask(wish.substr(0, colon), wish.substr(colon + 1)));
        std::vector<Question>& questions = tasks.back().questions;
        if (limit > 0) questions.resize(std::min(limit, questions.size()));
    }
    return tasks;
}

Json meanJson(const MeanScore& score) {
    return {{"value", score.value}, {"standard_error", score.standardError}};
}

Json scoreJson(const TaskScore& score) {
    Json object = Json::object();
    for (const Measure& measure : score.measures) object[measure.name] = meanJson(measure.score);
    if (!score.chosen.empty()) object["chosen"] = score.chosen;
    object["log_likelihoods"] = score.logLikelihoods;
    return object;
}

Json taskJson(const TaskResult& result, const Names& names) {
    Json object{{"task", result.task.name},
                {"file", result.task.file},
                {"sha256", result.task.sha256},
                {"questions", result.first.questions},
                {names.first, scoreJson(result.first)}};
    if (!result.second) return object;
    object[names.second] = scoreJson(*result.second);
    if (result.change) object["change"] = meanJson(*result.change);
    if (result.flips)
        object["flips"] = {
            {"changed", result.flips->changed}, {"lost", result.flips->lost}, {"won", result.flips->won}};
    return object;
}

Json reportJson(const EvaluationReport& report, const Names& names, const Session& session) {
    Json object{{"tasks", Json::array()}, {"divergence", nullptr}};
    for (const TaskResult& result : report.tasks) object["tasks"].push_back(taskJson(result, names));
    if (report.divergence)
        object["divergence"] = {{"kl", meanJson(report.divergence->divergence)},
                                {"top1_agreement", meanJson(report.divergence->agreement)},
                                {"tokens", report.divergence->tokens},
                                {"protocol", report.divergence->protocol}};
    object["requests"] = report.requests;
    object["seconds"] = report.seconds;
    object["device"] = session.deviceName();
    object["dtype"] = session.computeDtype();
    object["warnings"] = report.warnings;
    return object;
}

std::string meanText(const MeanScore& score) {
    return formatPercent(score.value) + " +- " + formatPercent(score.standardError);
}

std::string meanText(const Measure& measure) {
    if (measure.share) return meanText(measure.score);
    return formatScore(measure.score.value) + " +- " + formatScore(measure.score.standardError);
}

std::string tableOf(const EvaluationReport& report, const Names& names) {
    std::vector<std::string> columns{"task", "network", "questions"};
    for (const TaskResult& result : report.tasks)
        for (const Measure& measure : result.first.measures)
            if (std::ranges::find(columns, measure.name) == columns.end()) columns.push_back(measure.name);
    const bool flips =
        std::ranges::any_of(report.tasks, [](const TaskResult& result) { return result.flips.has_value(); });
    if (flips) columns.emplace_back("flips");
    Table table(columns);
    table.leftAligned({0, 1});
    for (const TaskResult& result : report.tasks) {
        const auto add = [&](const std::string& name, const TaskScore& score, const std::string& flipped) {
            std::vector<std::string> cells(columns.size());
            cells[0] = result.task.name;
            cells[1] = name;
            cells[2] = std::to_string(score.questions);
            for (const Measure& measure : score.measures)
                cells[static_cast<std::size_t>(std::ranges::find(columns, measure.name) - columns.begin())] =
                    meanText(measure);
            if (flips) cells.back() = flipped;
            table.add(cells);
        };
        add(names.first, result.first, "");
        if (result.second) add(names.second, *result.second, result.flips ? inWords(*result.flips) : "");
    }
    return table.text();
}

std::string divergenceText(const Divergence& divergence) {
    Facts facts;
    facts.add("KL divergence", formatScore(divergence.divergence.value) + " +- " +
                                   formatScore(divergence.divergence.standardError) + " nats a token");
    facts.add("same likeliest token", meanText(divergence.agreement));
    facts.add("protocol", divergence.protocol);
    return facts.text();
}

void run(const SharedOptions& shared, const EvaluateOptions& options, Console& console) {
    const std::vector<Task> tasks = tasksOf(options);
    const TextSource text = textSource(shared);
    const bool planned = !options.inputs.plan.empty();
    if (tasks.empty() && text.empty())
        usageError("nothing to evaluate: give --task NAME:FILE, or a text with --plan or --against");
    const auto session = openSession(shared, console.job());
    const PlanInputs inputs = planInputs(*session, options.inputs, windowOptions(shared), console);
    std::optional<TokenWindows> windows;
    if (!text.empty())
        windows = session->windows(text, perplexityWindows(shared, console.job()), console.job());
    EvaluationRequest request{tasks, windows ? &*windows : nullptr, options.against, {}};
    if (planned) request.second = inputs.network(request.windows);
    const EvaluationReport report = session->evaluate(request, console.job());
    for (const std::string& warning : report.warnings) console.warn(warning);
    const Names names{planned || !options.against.empty() ? "dense" : "network", planned ? "plan" : "model"};
    if (console.json()) return console.printJson(reportJson(report, names, *session));
    std::string shown = report.tasks.empty() ? std::string() : tableOf(report, names);
    if (report.divergence) shown += (shown.empty() ? "" : "\n") + divergenceText(*report.divergence);
    console.print(shown);
    console.note(std::to_string(report.requests) + " likelihoods in " + formatScore(report.seconds) + " s");
}

std::string taskList() {
    std::string text;
    for (const std::string& name : taskNames()) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

Action declareEvaluate(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<EvaluateOptions>();
    addModel(app, shared);
    app.add_option("--task", options->tasks,
                   "Questions of a task, as its authors' .jsonl; may be given again")
        ->type_name("NAME:FILE");
    app.add_option("--limit", options->limit, "The first N questions of each task alone (default 0: all)")
        ->type_name("N");
    app.add_option("--against,--teacher", options->against,
                   "Uncompressed checkpoint to compare with; without it a plan is compared with MODEL itself")
        ->type_name("DIR");
    addText(app, shared, Text::Optional);
    addSkip(app, shared);
    addPlanInputs(app, options->inputs, false);
    addShared(app, shared, {.windows = true, .network = true});
    app.footer(
        "Tasks: " + taskList() +
        ". They are worded and counted as lm-evaluation-harness does without examples.\n"
        "A text gives the divergence of two networks: KL(dense || other), and how often their likeliest "
        "tokens agree.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
