// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include "app/cli/command.h"
#include "app/cli/option_list.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/corpus.h"

namespace secateur::cli {

namespace {

struct HealCommandOptions {
    OptionValues values;
    std::string teacher;
    std::string evalText;
    std::string evalTokens;
    std::int64_t evalSamples = 32;
    std::int64_t evalSkip = 0;
    std::optional<std::int64_t> holdOut;
    bool joined = false;
    bool resume = false;
    bool keepLast = false;
    std::string output;
};

HealRequest requestOf(const HealCommandOptions& typed, const SharedOptions& shared) {
    HealRequest request;
    OptionValues values = typed.values;
    values.set("seed", shared.seed);
    // Where it can be told, the best checkpoint is the result.
    const bool judged = !typed.evalText.empty() || !typed.evalTokens.empty();
    if (typed.keepLast && values.find("keep-best") != nullptr)
        usageError("--keep-best and --keep-last exclude each other");
    if (judged && !typed.keepLast) values.set("keep-best", true);
    request.options = healOptions(values, "--");
    request.teacher = typed.teacher;
    request.overwrite = shared.force;
    request.resume = typed.resume;
    return request;
}

std::optional<TextSource> evaluationSource(const HealCommandOptions& typed, const std::string& textKey) {
    if (typed.evalText.empty() && typed.evalTokens.empty()) return std::nullopt;
    SharedOptions evaluation;
    evaluation.text = typed.evalText;
    evaluation.tokens = typed.evalTokens;
    if (holdsJsonLines(typed.evalText)) evaluation.textKey = textKey;
    return textSource(evaluation);
}

TextSource absolute(TextSource source) {
    if (!source.textFile.empty()) source.textFile = std::filesystem::absolute(source.textFile).string();
    if (!source.tokensFile.empty()) source.tokensFile = std::filesystem::absolute(source.tokensFile).string();
    return source;
}

// What will be done, before it is.
std::string announcement(const HealOptions& options, const ModelSummary& model, const TokenWindows& training,
                         HealScale scale) {
    const double peak =
        options.peakRate.value_or(defaultRate(options.method, model.parameters, options.preset));
    scale.seqLen = training.seqLen;
    std::string text =
        std::string(name(options.method)) + ": " + formatCount(learningParameters(model.config, options)) +
        " of " + formatCount(model.parameters) + " parameters learn from " +
        std::to_string(options.batchWindows) + " windows of " + std::to_string(training.seqLen) +
        " tokens a step, " + name(options.schedule) + " rate " + formatScore(peak);
    if (options.method == HealMethod::Lora)
        text += ", rank " + std::to_string(options.rank) + ", alpha " + formatScore(options.alpha);
    if (fillStepsOf(options) > 0)
        text += ", after " + std::to_string(fillStepsOf(options)) +
                " steps of the uncut network that fill the optimizer's memory";
    return text + ", about " + formatBytes(forecastHeal(model.config, options, scale).total()) +
           " of memory" + (options.method == HealMethod::Distill ? " beside the teacher" : "") +
           (fillStepsOf(options) > 0 ? ", or what the uncut network takes where that is more" : "");
}

Json toJson(const HealReport& report) {
    return {{"steps", report.steps},
            {"loss", report.loss},
            {"eval_perplexity", orNull(report.evalPerplexity)},
            {"eval_standard_error", orNull(report.standardError)},
            {"eval_perplexity_before", orNull(report.evalPerplexityBefore)},
            {"eval_standard_error_before", orNull(report.standardErrorBefore)},
            {"tokens_per_second", report.tokensPerSecond},
            {"tokens", report.tokens},
            {"seconds", report.seconds},
            {"dense_perplexity", orNull(report.densePerplexity)},
            {"dense_standard_error", orNull(report.denseStandardError)},
            {"flops", report.flops},
            {"forecast_bytes", report.forecastBytes},
            {"fill_steps", report.fillSteps},
            {"best_step", report.bestStep ? Json(*report.bestStep) : Json()},
            {"stopped_early", report.stoppedEarly},
            {"resumed_from", report.resumedFrom ? Json(*report.resumedFrom) : Json()},
            {"rewound", report.rewound},
            {"checkpoint", report.folder}};
}

std::string facts(const HealReport& report) {
    Facts facts;
    if (report.resumedFrom)
        facts.add("resumed from", "step " + std::to_string(*report.resumedFrom) +
                                      (report.rewound ? ", learning rate rewound" : ""));
    if (report.fillSteps > 0)
        facts.add("before the cut", std::to_string(report.fillSteps) +
                                        " steps of the uncut network, for the optimizer's memory");
    facts.add("steps", std::to_string(report.steps) + ", " + formatCount(report.tokens) + " tokens");
    facts.add("loss", formatScore(report.loss));
    if (report.evalPerplexity && report.evalPerplexityBefore)
        facts.add("held-out perplexity",
                  formatPerplexity(*report.evalPerplexityBefore, report.standardErrorBefore) + " -> " +
                      formatPerplexity(*report.evalPerplexity, report.standardError));
    facts.add("time", formatScore(report.seconds) + " s, " + formatRate(report.tokensPerSecond, "tokens"));
    if (report.densePerplexity)
        facts.add("uncompressed", formatPerplexity(*report.densePerplexity, report.denseStandardError));
    if (report.bestStep)
        facts.add("result", "step " + std::to_string(*report.bestStep) + ", the best held-out perplexity");
    if (report.stoppedEarly) facts.add("stopped", "held-out perplexity no longer fell");
    facts.add("memory foreseen", formatBytes(report.forecastBytes));
    facts.add("checkpoint", report.folder);
    return facts.text();
}

void addHealOptions(CLI::App& app, HealCommandOptions& options) {
    app.add_option("--teacher", options.teacher,
                   "The uncompressed checkpoint: distill learns from it, steps before the cut run it, and "
                   "its perplexity "
                   "stands beside the others")
        ->type_name("MODEL");
    auto* text = app.add_option("--eval-text", options.evalText, "Held-out text")->type_name("FILE");
    auto* tokens =
        app.add_option("--eval-tokens", options.evalTokens, "Held-out token ids")->type_name("FILE:NAME");
    app.add_option("--eval-samples", options.evalSamples, "Held-out windows (default 32, 0 = all)")
        ->type_name("N");
    app.add_option(
           "--eval-skip", options.evalSkip,
           "Held-out windows to leave out at the beginning, e.g. those that are trained on (default 0)")
        ->type_name("N");
    app.add_option(
           "--hold-out", options.holdOut,
           "Judge on the last N windows of TEXT, which are then not learned, instead of a held-out text "
           "(0 = a tenth; never more than half)")
        ->type_name("N")
        ->excludes(text)
        ->excludes(tokens);
    app.add_flag("--join-documents", options.joined,
                 "Join the documents of a .jsonl by blank lines instead of ending each with EOS");
    addOptions(app, healSpecs(), options.values, {.except = {"seed"}});  // as every command has it
    app.add_flag(
        "--keep-last", options.keepLast,
        "The result is the last checkpoint (default: the best one where there is held-out text, else "
        "the last)");
    app.add_flag("--resume", options.resume, "Go on from the newest complete checkpoint in the folder");
    app.add_option("-o,--output", options.output,
                   "Folder of the healed checkpoint, its curves and its checkpoints")
        ->required()
        ->type_name("DIR");
}

}  // namespace

Action declareHeal(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<HealCommandOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    addHealOptions(app, *options);
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    return [&shared, options](Console& console) {
        HealRequest request = requestOf(*options, shared);
        const auto session = openSession(shared, console.job());
        WindowOptions cut = windowOptions(shared);
        cut.packed = !options->joined;
        request.record.text = absolute(textSource(shared));
        request.record.windows = cut;
        WindowOptions held = cut;
        held.sampling = Sampling::Sequential;
        RunWindows windows;
        if (options->holdOut) {
            held.samples = atLeast(*options->holdOut, 0, "--hold-out");
            request.record.evalText = request.record.text;
            request.record.evalWindows = held;
            windows = runWindows(*session, request.record, console.job());
        } else {
            windows.training = session->windows(textSource(shared), cut, console.job());
        }
        if (const auto source = evaluationSource(*options, shared.textKey)) {
            held.samples = atLeast(options->evalSamples, 0, "--eval-samples");
            held.skip = atLeast(options->evalSkip, 0, "--eval-skip");
            request.record.evalText = absolute(*source);
            request.record.evalWindows = held;
            windows.heldOut = session->windows(*source, held, console.job());
        }
        const TokenWindows& training = windows.training;
        const auto& evaluation = windows.heldOut;
        console.note(announcement(request.options, session->summary(), training, session->healScale()));
        const HealReport report = session->heal(training, evaluation ? &*evaluation : nullptr, request,
                                                options->output, console.job());
        if (console.json()) return console.printJson(toJson(report));
        console.print(facts(report));
    };
}

}  // namespace secateur::cli
