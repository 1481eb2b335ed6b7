// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the window's thread is away from its event loop, working or waiting for something. Time that it
// was ready and had no processor is taken off: with it, it would be measured how busy the machine is.
#pragma once

#include <QObject>
#include <QTimer>
#include <algorithm>
#include <cstdint>
#include <ctime>
#include <fstream>

namespace secateur::testing {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr double kLongestAway = 500.0;  // milliseconds; the checks take the time
#else
inline constexpr double kLongestAway = 50.0;
#endif

class EventLoopWatch final : public QObject {
public:
    EventLoopWatch() {
        tick_.setTimerType(Qt::PreciseTimer);
        connect(&tick_, &QTimer::timeout, this, [this] {
            const double now = milliseconds();
            longest_ = std::max(longest_, now - turned_);
            turned_ = now;
            ++turns_;
        });
        reset();
        tick_.start(kTick);
    }
    // The clock, of the thread that reads it.
    [[nodiscard]] static double milliseconds() {
        timespec now{};
        clock_gettime(CLOCK_MONOTONIC, &now);
        std::ifstream file("/proc/thread-self/schedstat");  // nanoseconds run, and ready without a processor
        std::int64_t ran = 0, waited = 0;
        file >> ran >> waited;
        return 1e3 * static_cast<double>(now.tv_sec) +
               1e-6 * static_cast<double>(std::int64_t{now.tv_nsec} - waited);
    }
    // Milliseconds of the longest time away since the last call of reset().
    [[nodiscard]] double longestAway() const noexcept { return longest_; }
    // How often the loop was seen to turn since then.
    [[nodiscard]] int turns() const noexcept { return turns_; }
    void reset() {
        longest_ = 0.0;
        turns_ = 0;
        turned_ = milliseconds();
    }

private:
    static constexpr int kTick = 5;  // milliseconds
    QTimer tick_;
    double turned_ = 0.0;
    double longest_ = 0.0;
    int turns_ = 0;
};

// The longest time away while `work` runs, and the least of three runs where it is too long: what a machine
// that others use adds is not there every time, what the window itself does is.
template <class Work>
double longestAwayIn(const Work& work) {
    double least = 0.0;
    for (int run = 0; run < 3 && (run == 0 || least > kLongestAway); ++run) {
        EventLoopWatch watch;
        work();
        least = run == 0 ? watch.longestAway() : std::min(least, watch.longestAway());
    }
    return least;
}

}  // namespace secateur::testing
