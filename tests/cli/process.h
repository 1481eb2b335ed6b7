// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program as a child process: arguments in, streams and exit code out. The child is a fork of the test,
// which has LibTorch loaded already: loading it takes longer than most commands. So a test must not have run
// loops on LibTorch's threads, which a fork does not inherit, before it calls secateur().
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace secateur::test {

struct Outcome {
    int exitCode = -1;  // 128 + number for a child that died of a signal
    std::string out;
    std::string err;
    double seconds = 0.0;
    double secondsAfterSignal = 0.0;
};

struct RunOptions {
    std::string program{};          // file to execute instead of the fork
    std::string stdoutFile{};       // instead of a pipe
    bool closeStdout = false;       // the reader of the pipe goes away at once
    int signal = 0;                 // sent when the first progress line appears
    long fileSizeLimit = 0;         // bytes a file may grow to (RLIMIT_FSIZE)
    double timeoutSeconds = 240.0;  // then it is killed
};

[[nodiscard]] Outcome secateur(const std::vector<std::string>& arguments, const RunOptions& options = {});

// Runs with --json and --quiet, expects success, and that standard output is one JSON object and standard
// error has no progress.
[[nodiscard]] nlohmann::json secateurJson(std::vector<std::string> arguments);

[[nodiscard]] std::vector<std::string> linesOf(const std::string& text);

}  // namespace secateur::test
