// SPDX-License-Identifier: GPL-3.0-or-later
//
// The streams of one run: results on standard output, everything else on standard error. With JSON asked for,
// standard output gets exactly one object. Thread rule: print from main alone; warnings and progress from any
// thread.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/cli/progress_line.h"
#include "core/base/error.h"
#include "core/base/job_context.h"

namespace secateur::cli {

using Json = nlohmann::ordered_json;  // keys in the order of the contract

[[nodiscard]] inline Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

class Console {
public:
    Console(std::stop_source& stop, bool json, bool quiet);
    // One that keeps what is printed, as JSON, instead of printing it; progress and stop are the same.
    [[nodiscard]] Console capturing();

    [[nodiscard]] bool json() const noexcept { return json_; }
    [[nodiscard]] JobContext& job() noexcept { return job_; }

    // Stops when job() does and shows no progress: for results that are printed while they come.
    [[nodiscard]] JobContext withoutProgress();

    // Throws OutOfDisk when standard output cannot take it. A reader that went away is no error: the job is
    // asked to stop and later prints do nothing.
    void print(std::string_view text);
    void printJson(const Json& object);
    void warn(const std::string& message);  // each message once
    void note(const std::string& message);  // a line on standard error, unless quiet

    [[nodiscard]] const std::string& captured() const noexcept { return captured_; }
    [[nodiscard]] bool outputClosed() const noexcept { return outputClosed_; }

private:
    enum class Capture { Yes };
    Console(Console& outer, Capture);

    std::stop_source& stop_;
    bool json_;
    bool quiet_;
    bool outputClosed_ = false;
    bool captures_ = false;
    std::string captured_;
    std::mutex warnedMutex_;
    std::set<std::string> warned_;
    ProgressLine progress_;
    JobContext job_;
};

// "error: MESSAGE" and, if there is one, "hint: HINT" on standard error.
void printError(const Error& error);

// Two spaces per level; numbers that are not finite become null, bytes that are not UTF-8 are replaced.
[[nodiscard]] std::string dump(const Json& object);

}  // namespace secateur::cli
