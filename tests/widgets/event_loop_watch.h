// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the window's thread is away from its event loop. Two clocks: of the wall, which other processes
// lengthen too, and of the processor time that the thread itself spent, which they do not.
#pragma once

#include <QObject>
#include <QTimer>
#include <algorithm>
#include <ctime>

namespace secateur::testing {

class EventLoopWatch final : public QObject {
public:
    EventLoopWatch() {
        tick_.setTimerType(Qt::PreciseTimer);
        connect(&tick_, &QTimer::timeout, this, [this] {
            longestWall_ = std::max(longestWall_, milliseconds(CLOCK_MONOTONIC) - wall_);
            longestWork_ = std::max(longestWork_, milliseconds(CLOCK_THREAD_CPUTIME_ID) - work_);
            begin();
        });
        reset();
        tick_.start(kTick);
    }
    // Milliseconds of the longest time away since the last call of reset().
    [[nodiscard]] double longestWall() const noexcept { return longestWall_; }
    [[nodiscard]] double longestWork() const noexcept { return longestWork_; }
    void reset() {
        longestWall_ = longestWork_ = 0.0;
        begin();
    }

private:
    static double milliseconds(clockid_t clock) {
        timespec now{};
        clock_gettime(clock, &now);
        return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
    }
    void begin() {
        wall_ = milliseconds(CLOCK_MONOTONIC);
        work_ = milliseconds(CLOCK_THREAD_CPUTIME_ID);
    }

    static constexpr int kTick = 5;  // milliseconds
    QTimer tick_;
    double wall_ = 0.0;
    double work_ = 0.0;
    double longestWall_ = 0.0;
    double longestWork_ = 0.0;
};

}  // namespace secateur::testing
