// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/shared_options.h"

#include <map>

#include "app/cli/command.h"
#include "app/cli/values.h"
#include "core/base/error.h"
#include "core/storage/corpus.h"

namespace secateur::cli {

namespace {

constexpr const char* kHidden = "";
constexpr const char* kWindows = "Windows";
constexpr const char* kCompute = "Compute";
constexpr const char* kStreams = "Output";

void addWindowOptions(CLI::App& app, SharedOptions& shared, bool listed) {
    const char* group = listed ? kWindows : kHidden;
    app.add_option("--samples", shared.samples, "Windows to take; 0 = all there are (default 0)")
        ->type_name("N")
        ->group(group);
    app.add_option("--seq-len", shared.seqLen, "Tokens in a window (default 128)")
        ->type_name("N")
        ->group(group);
    app.add_option("--sampling", shared.sampling,
                   "sequential (default): windows 0, 1, 2, ...; random: starts drawn with --seed")
        ->type_name("HOW")
        ->group(group);
    app.add_option("--seed", shared.seed, "Seed of random sampling (default 0)")
        ->type_name("N")
        ->group(group);
    app.add_flag("--bos", shared.bos, "Put the tokenizer's BOS token before the text")->group(group);
}

void addComputeOptions(CLI::App& app, SharedOptions& shared, bool listed) {
    const char* group = listed ? kCompute : kHidden;
    app.add_option("--device", shared.device, "auto (default), cpu, cuda or cuda:I")
        ->type_name("D")
        ->group(group);
    app.add_option("--dtype", shared.dtype,
                   "Compute dtype: auto (default; bf16 where it is fast), f32, bf16 or f16; statistics and "
                   "loss are float32")
        ->type_name("T")
        ->group(group);
    app.add_option("--threads", shared.threads, "CPU threads; 0 = as many as there are cores (default 0)")
        ->type_name("N")
        ->group(group);
    app.add_option(
           "--memory-limit", shared.memoryLimit,
           "Memory to plan with, e.g. 8G or 512MiB; a model that does not fit is streamed layer by layer")
        ->type_name("SIZE")
        ->group(group);
}

ComputeDtype computeDtype(const std::string& name) {
    static const std::map<std::string, ComputeDtype> kDtypes{{"auto", ComputeDtype::Auto},
                                                             {"f32", ComputeDtype::F32},
                                                             {"bf16", ComputeDtype::BF16},
                                                             {"f16", ComputeDtype::F16}};
    const auto found = kDtypes.find(name);
    if (found == kDtypes.end()) {
        throw Error(ErrorCode::InvalidArgument, "--dtype: unknown dtype '" + name + "'",
                    "one of auto, f32, bf16, f16");
    }
    return found->second;
}

Sampling samplingFromName(const std::string& name) {
    if (name == "sequential") return Sampling::Sequential;
    if (name == "random") return Sampling::Random;
    throw Error(ErrorCode::InvalidArgument, "--sampling: unknown sampling '" + name + "'",
                "sequential or random");
}

}  // namespace

void addModel(CLI::App& app, SharedOptions& shared) {
    app.add_option("MODEL", shared.model, "Checkpoint folder: config.json and safetensors")
        ->required()
        ->type_name("");
}

void addTextKey(CLI::App& app, SharedOptions& shared, CLI::Option* text, const char* group) {
    app.add_option("--text-key", shared.textKey, "Key of the text in a .jsonl file's objects (default text)")
        ->type_name("KEY")
        ->group(group)
        ->needs(text);
}

void addText(CLI::App& app, SharedOptions& shared, Text use) {
    shared.textUse = use;
    const char* group = use == Text::Required ? "Text (one of)" : "Text";
    auto* text =
        app.add_option("--text", shared.text, "Text file: .txt, .jsonl with a \"text\" key, or .gz of either")
            ->type_name("FILE")
            ->group(group);
    addTextKey(app, shared, text, group);
    app.add_option("--tokens", shared.tokens,
                   "Token ids: an integer tensor of a safetensors file; no tokenizer involved")
        ->type_name("FILE:NAME")
        ->group(group)
        ->excludes(text);
}

void addShared(CLI::App& app, SharedOptions& shared, Uses uses) {
    addWindowOptions(app, shared, uses.windows);
    addComputeOptions(app, shared, uses.network);
    app.add_flag("--force", shared.force, "Overwrite what is there already")
        ->group(uses.output ? kStreams : kHidden);
    app.add_flag("--quiet", shared.quiet, "No progress on standard error")->group(kStreams);
    app.add_flag("--json", shared.json, "Print one JSON object on standard output")->group(kStreams);
}

TextSource textSource(const std::string& text, const std::string& tokens, const std::string& tokensOption) {
    TextSource source;
    source.textFile = text;
    if (tokens.empty()) return source;
    const auto colon = tokens.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == tokens.size()) {
        throw Error(ErrorCode::InvalidArgument, tokensOption + ": '" + tokens + "' has no tensor name",
                    "write FILE.safetensors:NAME");
    }
    source.tokensFile = tokens.substr(0, colon);
    source.tokensName = tokens.substr(colon + 1);
    return source;
}

TextSource textSource(const SharedOptions& shared) {
    if (shared.textUse == Text::Required && shared.text.empty() && shared.tokens.empty()) {
        usageError("--text or --tokens is required");
    }
    TextSource source = textSource(shared.text, shared.tokens, "--tokens");
    if (shared.textKey.empty()) return source;
    if (!holdsJsonLines(shared.text))
        throw Error(ErrorCode::InvalidArgument,
                    "--text-key has no effect: " + shared.text + " is no .jsonl file", "leave it out");
    source.textKey = shared.textKey;
    return source;
}

void addSkip(CLI::App& app, SharedOptions& shared) {
    app.add_option(
           "--skip", shared.skip,
           "Windows to leave out at the beginning of the text, e.g. those that calibration used, as far "
           "as there remain enough (default 0)")
        ->type_name("N")
        ->group(kWindows);
}

WindowOptions windowOptions(const SharedOptions& shared) {
    WindowOptions options;
    options.samples = atLeast(shared.samples, 0, "--samples");
    options.seqLen = atLeast(shared.seqLen, 1, "--seq-len");
    options.sampling = samplingFromName(shared.sampling);
    if (shared.seed < 0) throw Error(ErrorCode::InvalidArgument, "--seed: a seed is not negative");
    options.seed = static_cast<std::uint64_t>(shared.seed);
    options.bos = shared.bos;
    return options;
}

WindowOptions perplexityWindows(const SharedOptions& shared, JobContext& job) {
    WindowOptions options = windowOptions(shared);
    options.seqLen = atLeast(shared.seqLen, 2, "--seq-len");
    if (options.sampling == Sampling::Random)
        job.warn("perplexity windows are always sequential; --sampling random has no effect");
    options.sampling = Sampling::Sequential;
    options.skip = atLeast(shared.skip, 0, "--skip");
    return options;
}

SessionOptions sessionOptions(const SharedOptions& shared) {
    SessionOptions options;
    options.device = shared.device;
    options.dtype = computeDtype(shared.dtype);
    options.threads = atLeast(shared.threads, 0, "--threads");
    if (!shared.memoryLimit.empty()) options.memoryLimit = parseAmount(shared.memoryLimit, "--memory-limit");
    return options;
}

std::shared_ptr<Session> openSession(const SharedOptions& shared, const JobContext& context) {
    auto session = Session::open(shared.model, sessionOptions(shared));
    for (const std::string& warning : session->summary().warnings) context.warn(warning);
    return session;
}

}  // namespace secateur::cli
