// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

struct HealCommandOptions {
    std::string method = "continued";
    std::string teacher;
    std::string evalText;
    std::string evalTokens;
    std::int64_t evalSamples = 32;
    std::int64_t steps = 0;
    double minutes = 0.0;
    std::int64_t batch = 16;
    std::optional<double> rate;
    std::string schedule = "cosine";
    std::int64_t checkpointEvery = 0;
    std::int64_t evalEvery = 50;
    std::int64_t rank = 8;
    double alpha = 16.0;
    double temperature = 1.0;
    double crossEntropyShare = 0.5;
    bool recompute = false;
    bool resume = false;
    std::string output;
};

[[noreturn]] void unknown(const std::string& option, const std::string& word, const std::string& known) {
    throw Error(ErrorCode::InvalidArgument, option + ": unknown word '" + word + "'", known);
}

void require(bool holds, const std::string& message) {
    if (!holds) throw Error(ErrorCode::InvalidArgument, message);
}

HealRequest requestOf(const HealCommandOptions& typed, const SharedOptions& shared) {
    HealRequest request;
    HealOptions& options = request.options;
    const auto method = healMethod(typed.method);
    if (!method) unknown("--method", typed.method, "continued, lora, distill or scratch");
    options.method = *method;
    if (typed.schedule == "constant") {
        options.schedule = Schedule::Constant;
    } else if (typed.schedule == "linear") {
        options.schedule = Schedule::Linear;
    } else if (typed.schedule != "cosine") {
        unknown("--schedule", typed.schedule, "cosine, linear or constant");
    }
    require(typed.minutes >= 0.0, "--minutes is below 0");
    require(!typed.rate || *typed.rate > 0.0, "--lr is not above 0");
    require(typed.temperature > 0.0, "--temperature is not above 0");
    require(typed.crossEntropyShare >= 0.0 && typed.crossEntropyShare <= 1.0, "--ce-share is outside [0, 1]");
    options.steps = atLeast(typed.steps, 0, "--steps");
    options.minutes = typed.minutes;
    options.batchWindows = atLeast(typed.batch, 1, "--batch-size");
    options.peakRate = typed.rate;
    options.seed = static_cast<std::uint64_t>(shared.seed);
    options.checkpointEvery = atLeast(typed.checkpointEvery, 0, "--checkpoint-every");
    options.evaluateEvery = atLeast(typed.evalEvery, 0, "--eval-every");
    options.recompute = typed.recompute;
    options.rank = atLeast(typed.rank, 1, "--rank");
    options.alpha = typed.alpha;
    if (typed.recompute) options.dropout = 0.0;  // a layer that is run twice must drop the same
    options.temperature = typed.temperature;
    options.crossEntropyShare = typed.crossEntropyShare;
    request.teacher = typed.teacher;
    request.overwrite = shared.force;
    request.resume = typed.resume;
    return request;
}

std::optional<TextSource> evaluationSource(const HealCommandOptions& typed) {
    if (typed.evalText.empty() && typed.evalTokens.empty()) return std::nullopt;
    SharedOptions evaluation;
    evaluation.text = typed.evalText;
    evaluation.tokens = typed.evalTokens;
    return textSource(evaluation);
}

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

Json toJson(const HealReport& report) {
    return {{"steps", report.steps},
            {"loss", report.loss},
            {"eval_perplexity", orNull(report.evalPerplexity)},
            {"eval_perplexity_before", orNull(report.evalPerplexityBefore)},
            {"tokens_per_second", report.tokensPerSecond},
            {"tokens", report.tokens},
            {"seconds", report.seconds},
            {"resumed_from", report.resumedFrom ? Json(*report.resumedFrom) : Json()},
            {"checkpoint", report.folder}};
}

std::string facts(const HealReport& report) {
    Facts facts;
    if (report.resumedFrom) facts.add("resumed from", "step " + std::to_string(*report.resumedFrom));
    facts.add("steps", std::to_string(report.steps) + ", " + formatCount(report.tokens) + " tokens");
    facts.add("loss", formatScore(report.loss));
    if (report.evalPerplexity && report.evalPerplexityBefore)
        facts.add("held-out perplexity", formatPerplexity(*report.evalPerplexityBefore) + " -> " +
                                             formatPerplexity(*report.evalPerplexity));
    facts.add("time", formatScore(report.seconds) + " s, " + formatRate(report.tokensPerSecond, "tokens"));
    facts.add("checkpoint", report.folder);
    return facts.text();
}

void addOptions(CLI::App& app, HealCommandOptions& options) {
    app.add_option("--method", options.method, "continued (default), lora, distill, scratch")
        ->type_name("METHOD");
    app.add_option("--teacher", options.teacher, "The uncompressed checkpoint, for distill")
        ->type_name("MODEL");
    app.add_option("--eval-text", options.evalText, "Held-out text")->type_name("FILE");
    app.add_option("--eval-tokens", options.evalTokens, "Held-out token ids")->type_name("FILE:NAME");
    app.add_option("--eval-samples", options.evalSamples, "Held-out windows (default 32, 0 = all)")
        ->type_name("N");
    app.add_option("--steps", options.steps, "Optimizer steps")->type_name("N");
    app.add_option("--minutes", options.minutes, "Training time, instead of --steps")->type_name("M");
    app.add_option("--batch-size", options.batch, "Windows a step (default 16)")->type_name("WINDOWS");
    app.add_option("--lr", options.rate, "Peak learning rate (default by method and size)")->type_name("X");
    app.add_option("--schedule", options.schedule, "cosine (default), linear, constant")->type_name("NAME");
    app.add_option("--checkpoint-every", options.checkpointEvery,
                   "Steps between checkpoints (default: one at the end)")
        ->type_name("N");
    app.add_option("--eval-every", options.evalEvery, "Steps between held-out perplexities (default 50)")
        ->type_name("N");
    app.add_option("--rank", options.rank, "Rank of LoRA adapters (default 8)")->type_name("N");
    app.add_option("--alpha", options.alpha, "LoRA scale times rank (default 16)")->type_name("X");
    app.add_option("--temperature", options.temperature, "Of distillation (default 1)")->type_name("X");
    app.add_option("--ce-share", options.crossEntropyShare,
                   "Share of cross-entropy in distillation (default 0.5)")
        ->type_name("X");
    app.add_flag("--recompute", options.recompute,
                 "Compute activations again for gradients: slower, less memory");
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
    addOptions(app, *options);
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    return [&shared, options](Console& console) {
        const HealRequest request = requestOf(*options, shared);
        const auto session = openSession(shared);
        const WindowOptions cut = windowOptions(shared);
        const TokenWindows training = session->windows(textSource(shared), cut, console.job());
        std::optional<TokenWindows> evaluation;
        if (const auto source = evaluationSource(*options)) {
            WindowOptions held = cut;
            held.samples = atLeast(options->evalSamples, 0, "--eval-samples");
            held.sampling = Sampling::Sequential;
            evaluation = session->windows(*source, held, console.job());
        }
        const HealReport report = session->heal(training, evaluation ? &*evaluation : nullptr, request,
                                                options->output, console.job());
        if (console.json()) return console.printJson(toJson(report));
        console.print(facts(report));
    };
}

}  // namespace secateur::cli
