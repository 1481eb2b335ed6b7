// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/corpus.h"

namespace secateur::cli {

namespace {

struct HealCommandOptions {
    HealOptions heal;
    std::string method = "continued";
    std::string schedule = "cosine";
    std::string teacher;
    std::string evalText;
    std::string evalTokens;
    std::int64_t evalSamples = 32;
    std::optional<double> rate;
    std::string frozen;
    std::string targets;
    bool joined = false;
    bool resume = false;
    std::string output;
};

[[noreturn]] void unknown(const std::string& option, const std::string& word, const std::string& known) {
    throw Error(ErrorCode::InvalidArgument, option + ": unknown word '" + word + "'", known);
}

void require(bool holds, const std::string& message) {
    if (!holds) throw Error(ErrorCode::InvalidArgument, message);
}

void checkRanges(const HealOptions& options) {
    require(options.steps >= 0, "--steps is below 0");
    require(options.minutes >= 0.0, "--minutes is below 0");
    require(options.batchWindows >= 1, "--batch-size is below 1");
    require(options.microBatch >= 0, "--micro-batch is below 0");
    require(options.evaluateEvery >= 0, "--eval-every is below 0");
    require(options.checkpointEvery >= 0, "--checkpoint-every is below 0");
    require(options.keepCheckpoints >= 0, "--keep-checkpoints is below 0");
    require(options.patience >= 0, "--patience is below 0");
    require(!options.peakRate || *options.peakRate > 0.0, "--lr is not above 0");
    require(options.warmupSteps >= -1, "--warmup-steps is below 0");
    require(options.lastRate >= 0.0 && options.lastRate <= 1.0, "--last-rate is outside [0, 1]");
    require(options.weightDecay >= 0.0, "--weight-decay is below 0");
    require(options.clip >= 0.0, "--clip is below 0");
    require(options.rank >= 1, "--rank is below 1");
    require(options.dropout >= 0.0 && options.dropout < 1.0, "--dropout is outside [0, 1)");
    require(options.temperature > 0.0, "--temperature is not above 0");
    require(options.crossEntropyShare >= 0.0 && options.crossEntropyShare <= 1.0,
            "--ce-share is outside [0, 1]");
    require(options.hiddenShare >= 0.0, "--hidden-share is below 0");
    require(options.teacherTopK >= 0, "--teacher-top-k is below 0");
    require(options.generatedWindows >= 0, "--teacher-text is below 0");
    require(options.initialDeviation > 0.0, "--init-std is not above 0");
}

HealRequest requestOf(const HealCommandOptions& typed, const SharedOptions& shared) {
    HealRequest request;
    HealOptions& options = request.options;
    options = typed.heal;
    const auto method = healMethod(typed.method);
    if (!method) unknown("--method", typed.method, "continued, lora, distill or scratch");
    options.method = *method;
    const auto known = schedule(typed.schedule);
    if (!known) unknown("--schedule", typed.schedule, "cosine, linear or constant");
    options.schedule = *known;
    options.peakRate = typed.rate;
    options.seed = static_cast<std::uint64_t>(shared.seed);
    if (!typed.frozen.empty()) options.frozenLayers = parseNumbers(typed.frozen, "--freeze");
    if (!typed.targets.empty()) options.loraTargets = parseWords(typed.targets, "--lora-targets");
    checkRanges(options);
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
    const double peak = options.peakRate.value_or(defaultRate(options.method, model.parameters));
    scale.seqLen = training.seqLen;
    std::string text =
        std::string(name(options.method)) + ": " + formatCount(learningParameters(model.config, options)) +
        " of " + formatCount(model.parameters) + " parameters learn from " +
        std::to_string(options.batchWindows) + " windows of " + std::to_string(training.seqLen) +
        " tokens a step, " + name(options.schedule) + " rate " + formatScore(peak);
    if (options.method == HealMethod::Lora)
        text += ", rank " + std::to_string(options.rank) + ", alpha " + formatScore(options.alpha);
    return text + ", about " + formatBytes(forecastHeal(model.config, options, scale).total()) +
           " of memory" + (options.method == HealMethod::Distill ? " beside the teacher" : "");
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
            {"dense_perplexity", orNull(report.densePerplexity)},
            {"flops", report.flops},
            {"forecast_bytes", report.forecastBytes},
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
    facts.add("steps", std::to_string(report.steps) + ", " + formatCount(report.tokens) + " tokens");
    facts.add("loss", formatScore(report.loss));
    if (report.evalPerplexity && report.evalPerplexityBefore)
        facts.add("held-out perplexity", formatPerplexity(*report.evalPerplexityBefore) + " -> " +
                                             formatPerplexity(*report.evalPerplexity));
    facts.add("time", formatScore(report.seconds) + " s, " + formatRate(report.tokensPerSecond, "tokens"));
    if (report.densePerplexity) facts.add("uncompressed", formatPerplexity(*report.densePerplexity));
    if (report.bestStep) facts.add("best at", "step " + std::to_string(*report.bestStep));
    if (report.stoppedEarly) facts.add("stopped", "held-out perplexity no longer fell");
    facts.add("memory foreseen", formatBytes(report.forecastBytes));
    facts.add("checkpoint", report.folder);
    return facts.text();
}

void addLength(CLI::App& app, HealCommandOptions& options) {
    HealOptions& heal = options.heal;
    app.add_option("--steps", heal.steps, "Optimizer steps")->type_name("N");
    app.add_option("--minutes", heal.minutes, "Training time, instead of --steps")->type_name("M");
    app.add_option("--batch-size", heal.batchWindows, "Windows a step (default 16)")->type_name("WINDOWS");
    app.add_option("--micro-batch", heal.microBatch,
                   "Windows run at once, gradients accumulated (default: as many as make 4096 tokens)")
        ->type_name("WINDOWS");
    app.add_option("--checkpoint-every", heal.checkpointEvery,
                   "Steps between checkpoints (default: one at the end)")
        ->type_name("N");
    app.add_option("--keep-checkpoints", heal.keepCheckpoints,
                   "The newest checkpoints that stay, beside the best (default 0: all)")
        ->type_name("N");
    app.add_option("--eval-every", heal.evaluateEvery, "Steps between held-out perplexities (default 50)")
        ->type_name("N");
    app.add_option("--patience", heal.patience,
                   "Stop after so many evaluations without a better one, and keep the best")
        ->type_name("N");
    app.add_flag("--keep-best", heal.keepBest,
                 "The result is the checkpoint with the best held-out perplexity, not the last");
    app.add_flag("--recompute", heal.recompute,
                 "Compute activations again for gradients: slower, less memory");
    app.add_flag("--join-documents", options.joined,
                 "Join the documents of a .jsonl by blank lines instead of ending each with EOS");
}

void addRates(CLI::App& app, HealCommandOptions& options) {
    HealOptions& heal = options.heal;
    app.add_option("--lr", options.rate, "Peak learning rate (default by method and size)")->type_name("X");
    app.add_option("--schedule", options.schedule, "cosine (default), linear, constant")->type_name("NAME");
    app.add_option("--warmup-steps", heal.warmupSteps, "Steps up to the peak (default: 2 % of all)")
        ->type_name("N");
    app.add_option("--last-rate", heal.lastRate, "Share of the peak at the end (default 0.1)")
        ->type_name("X");
    app.add_option("--weight-decay", heal.weightDecay, "Of matrices (default 0.1)")->type_name("X");
    app.add_option("--clip", heal.clip, "Largest norm of all gradients (default 1, 0 = none)")
        ->type_name("X");
    app.add_option("--freeze", options.frozen, "Layers of MODEL that do not learn, e.g. 0-3,7")
        ->type_name("LAYERS");
    app.add_flag("--freeze-embeddings", heal.freezeEmbeddings,
                 "Neither the embedding nor the output head learns");
    app.add_flag("!--fill-zeros", heal.keepZeros,
                 "Let zeros of a sparse network learn too (default: they stay zero)");
    app.add_option("--init-std", heal.initialDeviation, "Of random weights, for scratch (default 0.02)")
        ->type_name("X");
}

void addLora(CLI::App& app, HealOptions& heal, HealCommandOptions& options) {
    app.add_option("--rank", heal.rank, "Rank of LoRA adapters (default 8)")->type_name("N");
    app.add_option("--alpha", heal.alpha, "LoRA scale times rank (default 16)")->type_name("X");
    app.add_option("--dropout", heal.dropout, "Of LoRA inputs (default 0.05)")->type_name("X");
    app.add_flag("--rslora", heal.rankStabilised, "Scale alpha / sqrt(rank) instead of alpha / rank");
    app.add_option("--lora-targets", options.targets,
                   "Linears that get adapters, e.g. q_proj,v_proj (default all)")
        ->type_name("NAMES");
}

void addDistillation(CLI::App& app, HealOptions& heal) {
    app.add_option("--temperature", heal.temperature, "Of distillation (default 1)")->type_name("X");
    app.add_option("--ce-share", heal.crossEntropyShare,
                   "Share of cross-entropy in distillation (default 0.5)")
        ->type_name("X");
    app.add_option("--hidden-share", heal.hiddenShare,
                   "Weight of the distance to the teacher's hidden states (default 0)")
        ->type_name("X");
    app.add_option("--teacher-top-k", heal.teacherTopK,
                   "Keep the teacher's K largest logits of each position on disk (default: none)")
        ->type_name("K");
    app.add_option("--teacher-text", heal.generatedWindows,
                   "Train on so many windows that the teacher writes (with --ce-share 1: on nothing else)")
        ->type_name("WINDOWS");
}

void addOptions(CLI::App& app, HealCommandOptions& options) {
    app.add_option("--method", options.method, "continued (default), lora, distill, scratch")
        ->type_name("METHOD");
    app.add_option(
           "--teacher", options.teacher,
           "The uncompressed checkpoint: distill learns from it, and its perplexity stands beside the others")
        ->type_name("MODEL");
    app.add_option("--eval-text", options.evalText, "Held-out text")->type_name("FILE");
    app.add_option("--eval-tokens", options.evalTokens, "Held-out token ids")->type_name("FILE:NAME");
    app.add_option("--eval-samples", options.evalSamples, "Held-out windows (default 32, 0 = all)")
        ->type_name("N");
    addLength(app, options);
    addRates(app, options);
    addLora(app, options.heal, options);
    addDistillation(app, options.heal);
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
        HealRequest request = requestOf(*options, shared);
        const auto session = openSession(shared, console.job());
        WindowOptions cut = windowOptions(shared);
        cut.packed = !options->joined;
        request.record.text = absolute(textSource(shared));
        request.record.windows = cut;
        const TokenWindows training = session->windows(textSource(shared), cut, console.job());
        std::optional<TokenWindows> evaluation;
        if (const auto source = evaluationSource(*options, shared.textKey)) {
            WindowOptions held = cut;
            held.samples = atLeast(options->evalSamples, 0, "--eval-samples");
            held.sampling = Sampling::Sequential;
            request.record.evalText = absolute(*source);
            request.record.evalWindows = held;
            evaluation = session->windows(*source, held, console.job());
        }
        console.note(announcement(request.options, session->summary(), training, session->healScale()));
        const HealReport report = session->heal(training, evaluation ? &*evaluation : nullptr, request,
                                                options->output, console.job());
        if (console.json()) return console.printJson(toJson(report));
        console.print(facts(report));
    };
}

}  // namespace secateur::cli
