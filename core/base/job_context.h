// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a long computation gets from whoever started it: a way to be stopped, and places to report progress
// and warnings. Thread rule: the computation calls from its own thread; the callbacks must be safe to call
// from there.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace secateur {

struct Progress {
    std::string stage;          // what is being done, e.g. "measure" or "write shard 2 of 7"
    double fraction = 0.0;      // 0..1 of the whole job; never less than what was reported before
    double rate = 0.0;          // units per second since the stage began; 0 when unknown
    std::string unit;           // of the rate, e.g. "tokens"
    double secondsLeft = -1.0;  // estimate; negative when unknown
};

class JobContext {
public:
    using ProgressCallback = std::function<void(const Progress&)>;
    using WarningCallback = std::function<void(const std::string&)>;

    JobContext() = default;
    JobContext(std::stop_token stop, ProgressCallback onProgress, WarningCallback onWarning = {});

    // Throws Error{Cancelled} when the job was asked to stop. Call at least once a layer and once a batch.
    void checkStop() const;

    // Starts a stage that covers [from, to] of the whole job's fraction, measured in `total` units.
    void beginStage(const std::string& stage, double total, const std::string& unit, double from = 0.0,
                    double to = 1.0);
    // `done` units of the current stage are finished. Throttled here: at most one callback in 50 ms, plus the
    // last. Checks for stop.
    void advanceTo(double done);
    void advanceBy(double units) { advanceTo(done_ + units); }

    // Something the user should know that does not stop the job, e.g. fewer windows than asked for.
    void warn(const std::string& message) const;

private:
    friend class ProgressRange;

    std::stop_token stop_;
    ProgressCallback onProgress_;
    WarningCallback onWarning_;
    std::string stage_;
    std::string unit_;
    double total_ = 1.0;
    double done_ = 0.0;
    double from_ = 0.0;
    double to_ = 1.0;
    [[nodiscard]] double secondsLeft(std::chrono::steady_clock::time_point now) const;

    // The part of the whole job that stages are fractions of; ProgressRange.
    double outerFrom_ = 0.0;
    double outerTo_ = 1.0;
    double furthest_ = 0.0;  // fraction of the whole job that was reported last
    int stages_ = 0;         // that have begun
    std::chrono::steady_clock::time_point jobStart_{};
    std::chrono::steady_clock::time_point stageStart_{};
    std::chrono::steady_clock::time_point lastReport_{};
};

// While it lives, stages cover [from, to] of what they covered before: for a job made of several. Ranges
// nest.
class ProgressRange {
public:
    ProgressRange(JobContext& context, double from, double to);
    ~ProgressRange();
    ProgressRange(const ProgressRange&) = delete;
    ProgressRange& operator=(const ProgressRange&) = delete;

private:
    JobContext& context_;
    double from_;
    double to_;
};

// Parts of a job that follow each other, each as long a piece of the progress as its weight: a guess of its
// duration, of which none needs to be exact.
class ProgressParts {
public:
    ProgressParts(JobContext& context, std::vector<double> weights);
    // Begins the next part; called before the first one too.
    void next();

private:
    JobContext& context_;
    std::vector<double> ends_;  // 0, then the fraction after each part
    std::size_t at_ = 0;
    std::optional<ProgressRange> range_;
};

}  // namespace secateur
