// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include "core/base/text.h"

namespace secateur::cli {

namespace {

ProgressLine::Style progressStyle(bool quiet) {
    if (quiet) return ProgressLine::Style::Quiet;
    return isatty(STDERR_FILENO) != 0 ? ProgressLine::Style::Bar : ProgressLine::Style::Plain;
}

}  // namespace

Console::Console(std::stop_source& stop, bool json, bool quiet)
    : stop_(stop),
      json_(json),
      quiet_(quiet),
      progress_(progressStyle(quiet)),
      job_(
          stop.get_token(), [this](const Progress& progress) { progress_.show(progress); },
          [this](const std::string& message) { warn(message); }) {}

Console::Console(Console& outer, Capture) : Console(outer.stop_, true, outer.quiet_) {
    captures_ = true;
}

Console Console::capturing() {
    return {*this, Capture::Yes};
}

JobContext Console::withoutProgress() {
    return {stop_.get_token(), {}, [this](const std::string& message) { warn(message); }};
}

void Console::print(std::string_view text) {
    progress_.clear();
    // Names of models and files are shown as they are in tables and JSON, whatever they hold.
    const std::string shown = printableWhole(text, LineBreaks::Keep);
    if (captures_) {
        captured_ += shown;
        return;
    }
    if (outputClosed_) return;
    const bool written = std::fwrite(shown.data(), 1, shown.size(), stdout) == shown.size();
    if (written && std::fflush(stdout) == 0) return;
    if (errno != EPIPE) {
        throw Error(ErrorCode::OutOfDisk,
                    std::string("standard output cannot be written: ") + std::strerror(errno));
    }
    outputClosed_ = true;
    stop_.request_stop();
}

void Console::printJson(const Json& object) {
    print(dump(object) + "\n");
}

void Console::warn(const std::string& message) {
    {
        const std::lock_guard lock(warnedMutex_);
        if (!warned_.insert(message).second) return;
    }
    progress_.clear();
    std::fprintf(stderr, "warning: %s\n", printableWhole(message).c_str());
}

void Console::note(const std::string& message) {
    progress_.clear();
    if (!quiet_) std::fprintf(stderr, "%s\n", printableWhole(message, LineBreaks::Keep).c_str());
}

void printError(const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    if (!error.hint().empty()) std::fprintf(stderr, "hint: %s\n", error.hint().c_str());
}

std::string dump(const Json& object) {
    return printableJson(object.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace secateur::cli
