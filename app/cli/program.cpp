// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finds the command, lets it declare its options, parses, runs it, and turns whatever is thrown into one
// sentence on standard error and an exit code.
#include "app/cli/program.h"

#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "app/cli/command.h"
#include "app/cli/help_formatter.h"
#include "app/cli/interrupt.h"
#include "core/base/thread_waiting.h"
#include "core/session.h"

namespace secateur::cli {

namespace {

constexpr int kMalformed = 2;

std::string overview() {
    std::string text =
        "Secateur: see what a language model can lose, decide what to cut, and cut it.\n\n"
        "Usage: secateur COMMAND [options]\n\nCommands:\n";
    for (const Command& command : commands()) {
        text += "  " + std::string(command.name) + std::string(11 - std::strlen(command.name), ' ') +
                command.summary + "\n";
    }
    return text +
           "\nsecateur COMMAND --help   options of a command\n"
           "secateur --version        version of this program\n\n"
           "Exit codes: 0 done, 2 malformed command line, 3 bad input, 4 unsupported, 5 out of memory or "
           "disk, 130 cancelled.\n";
}

int malformed(const std::string& message, const std::string& hint) {
    std::fprintf(stderr, "error: %s\nhint: %s\n", message.c_str(), hint.c_str());
    return kMalformed;
}

std::string oneLine(std::string text) {
    for (char& c : text) {
        if (c == '\n') c = ' ';
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

int runAction(const Action& action, const SharedOptions& shared) {
    Interrupt interrupt;
    Console console(interrupt.source(), shared.json, shared.quiet);
    try {
        action(console);
    } catch (const Error& error) {
        if (console.outputClosed()) return 0;
        printError(error);
        return exitCode(error.code());
    } catch (const std::bad_alloc&) {
        printError({ErrorCode::OutOfMemory, "not enough memory",
                    "lower --samples or --seq-len, or set --memory-limit"});
        return exitCode(ErrorCode::OutOfMemory);
    }
    return 0;
}

int runCommand(const Command& command, int argc, char** argv) {
    CLI::App app(command.summary, std::string("secateur ") + command.name);
    app.formatter(std::make_shared<HelpFormatter>());
    SharedOptions shared;
    const Action action = command.declare(app, shared);
    app.set_help_flag("-h,--help", "Print this help")->group("Output");
    try {
        app.parse(argc - 1, argv + 1);
        const bool computes = app.get_option_no_throw("--threads") != nullptr;
        if (computes) waitGently(argv);
        return runAction(action, shared);
    } catch (const CLI::CallForHelp&) {
        std::fputs(app.help().c_str(), stdout);
        return 0;
    } catch (const CLI::ParseError& error) {
        return malformed(oneLine(error.what()),
                         std::string("secateur ") + command.name + " --help lists the options");
    }
}

int run(int argc, char** argv) {
    const std::string first = argc > 1 ? argv[1] : "";
    if (first == "--help" || first == "-h" || first == "help") {
        std::fputs(overview().c_str(), stdout);
        return 0;
    }
    if (first == "--version") {
        std::printf("%s\n", toolName().c_str());
        return 0;
    }
    if (first.empty()) return malformed("no command given", "secateur --help lists the commands");
    if (const Command* command = findCommand(first)) return runCommand(*command, argc, argv);
    const char* kind = first.starts_with("-") ? "unknown option '" : "unknown command '";
    return malformed(kind + first + "'", "secateur --help lists the commands");
}

}  // namespace

int runProgram(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: internal: %s\n", error.what());
        return exitCode(ErrorCode::Internal);
    }
}

}  // namespace secateur::cli
