// SPDX-License-Identifier: GPL-3.0-or-later
#include <span>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/values.h"
#include "core/storage/checkpoint_writer.h"

namespace secateur::cli {

namespace {

struct LogitsOptions {
    std::int64_t window = 0;
    std::string output;
};

TokenWindows windowsUpTo(Session& session, const SharedOptions& shared, int window, JobContext& job) {
    TokenWindows windows = session.windows(textSource(shared), windowOptions(shared), job);
    if (window >= windows.count()) {
        throw Error(ErrorCode::InvalidArgument, "--window: there is no window " + std::to_string(window) +
                                                    ", " + windows.source + " has " +
                                                    std::to_string(windows.count()) + " of " +
                                                    std::to_string(windows.seqLen) + " tokens");
    }
    return windows;
}

}  // namespace

Action declareLogits(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<LogitsOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    app.add_option("--window", options->window, "Number of the window (default 0)")->type_name("I");
    app.add_option("-o,--output", options->output,
                   "Safetensors file to write: tensor logits, F32 [seq, vocab]")
        ->required()
        ->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    return [&shared, options](Console& console) {
        const int window = atLeast(options->window, 0, "--window");
        checkTarget(options->output, shared.force);
        const auto session = openSession(shared, console.job());
        const TokenWindows windows = windowsUpTo(*session, shared, window, console.job());
        const std::vector<float> logits = session->logits(windows, window, console.job());
        const std::int64_t vocabulary = session->summary().config.vocabSize;
        writeSafetensors(
            options->output,
            {{"logits", Dtype::F32, {windows.seqLen, vocabulary}, std::as_bytes(std::span(logits))}},
            shared.force);
        if (console.json()) {
            return console.printJson({{"path", options->output},
                                      {"window", window},
                                      {"shape", {windows.seqLen, vocabulary}},
                                      {"dtype", session->computeDtype()}});
        }
        console.print("logits of window " + std::to_string(window) + " [" + std::to_string(windows.seqLen) +
                      ", " + std::to_string(vocabulary) + "] written to " + options->output + "\n");
    };
}

}  // namespace secateur::cli
