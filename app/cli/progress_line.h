// SPDX-License-Identifier: GPL-3.0-or-later
//
// Progress on standard error: a bar with rate and time left on a terminal, a plain line now and then
// otherwise, nothing when quiet. Thread rule: any thread; a lock inside.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "core/base/job_context.h"

namespace secateur::cli {

class ProgressLine {
public:
    enum class Style { Quiet, Plain, Bar };

    explicit ProgressLine(Style style) : style_(style) {}
    ~ProgressLine() { clear(); }

    void show(const Progress& progress);
    // Wipes the bar, so that something else can be printed.
    void clear();

private:
    void showBar(const Progress& progress);
    void showPlain(const Progress& progress);

    Style style_;
    std::mutex mutex_;
    bool barShown_ = false;
    std::string lastStage_;
    double lastFraction_ = -1.0;
    std::chrono::steady_clock::time_point lastLine_{};
};

// "measure  42 %  3.10 k tokens/s  0:04 left", without the bar.
[[nodiscard]] std::string progressText(const Progress& progress);
// Bar for terminals in front of the same words, at most `columns` wide.
[[nodiscard]] std::string progressBar(const Progress& progress, int columns);

}  // namespace secateur::cli
