// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options that mean the same in every command, in one place. Every command accepts all of them, so that
// scripts may pass one set everywhere; its --help lists those that matter to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "core/data/tokens.h"
#include "core/session.h"

namespace secateur::cli {

enum class Text { None, Optional, Required };

// As typed; turned into checked values by the functions below.
struct SharedOptions {
    std::string model;
    std::string text;
    std::string textKey;  // empty: "text"
    std::string tokens;
    Text textUse = Text::None;
    std::int64_t samples = 0;
    std::int64_t seqLen = 128;
    std::int64_t skip = 0;
    std::string sampling = "sequential";
    std::int64_t seed = 0;
    bool bos = false;
    std::string device = "auto";
    std::string dtype = "auto";
    std::int64_t threads = 0;
    std::string memoryLimit;
    bool force = false;
    bool quiet = false;
    bool json = false;
};

// Which shared options a command lists.
struct Uses {
    bool windows = false;  // text or token ids cut into windows
    bool network = false;  // runs the network
    bool output = false;   // writes a file or folder
};

// MODEL, the first argument.
void addModel(CLI::App& app, SharedOptions& shared);
// --text with --text-key, and --tokens.
void addText(CLI::App& app, SharedOptions& shared, Text use);
// --skip, for commands that judge on windows; those that calibrate or train on them have no such option.
void addSkip(CLI::App& app, SharedOptions& shared);
// --text-key, beside the option `text`.
void addTextKey(CLI::App& app, SharedOptions& shared, CLI::Option* text, const char* group);
void addShared(CLI::App& app, SharedOptions& shared, Uses uses);

// Where the text comes from; empty when neither option was given and the command
// can do without. InvalidArgument for --tokens without a
// tensor name, and for --text-key with a file that has no keys.
[[nodiscard]] TextSource textSource(const SharedOptions& shared);
// The same of two options by other names, e.g. "--calibration-tokens".
[[nodiscard]] TextSource textSource(const std::string& text, const std::string& tokens,
                                    const std::string& tokensOption);
[[nodiscard]] WindowOptions windowOptions(const SharedOptions& shared);
// The same for perplexities, whose windows are always sequential; warns when something else was asked for.
[[nodiscard]] WindowOptions perplexityWindows(const SharedOptions& shared, JobContext& job);
[[nodiscard]] SessionOptions sessionOptions(const SharedOptions& shared);

// Opens the model with the shared options.
[[nodiscard]] std::shared_ptr<Session> openSession(const SharedOptions& shared, const JobContext& context);

}  // namespace secateur::cli
