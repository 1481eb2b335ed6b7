// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress_line.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/units.h"

namespace secateur::cli {

namespace {

constexpr auto kPlainInterval = std::chrono::seconds(2);
constexpr auto kPlainShortest = std::chrono::milliseconds(500);
constexpr double kPlainStep = 0.1;
constexpr int kBarWidth = 24;

int terminalColumns() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
    return size.ws_col;
}

std::string percent(double fraction) {
    const int whole = static_cast<int>(std::floor(100.0 * std::clamp(fraction, 0.0, 1.0) + 1e-9));
    std::string text = std::to_string(whole);
    return std::string(3 - text.size(), ' ') + text + " %";
}

}  // namespace

std::string progressText(const Progress& progress) {
    std::string text = progress.stage + "  " + percent(progress.fraction);
    if (progress.rate > 0.0) text += "  " + formatRate(progress.rate, progress.unit);
    if (progress.secondsLeft >= 0.0) text += "  " + formatDuration(progress.secondsLeft) + " left";
    return text;
}

std::string progressBar(const Progress& progress, int columns) {
    const int filled = static_cast<int>(std::lround(kBarWidth * std::clamp(progress.fraction, 0.0, 1.0)));
    std::string text = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "]  " +
                       progressText(progress);
    if (static_cast<int>(text.size()) >= columns) text.resize(std::max(columns - 1, 0));
    return text;
}

void ProgressLine::show(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    if (style_ == Style::Bar) showBar(progress);
    if (style_ == Style::Plain) showPlain(progress);
}

void ProgressLine::showBar(const Progress& progress) {
    std::fprintf(stderr, "\r%s\x1b[K", progressBar(progress, terminalColumns()).c_str());
    std::fflush(stderr);
    barShown_ = true;
}

void ProgressLine::showPlain(const Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    const bool sameStage = progress.stage == lastStage_;
    const bool due = now - lastLine_ >= kPlainInterval ||
                     (now - lastLine_ >= kPlainShortest && progress.fraction - lastFraction_ >= kPlainStep);
    if (sameStage && !due) return;
    lastStage_ = progress.stage;
    lastFraction_ = progress.fraction;
    lastLine_ = now;
    std::fprintf(stderr, "%s\n", progressText(progress).c_str());
}

void ProgressLine::clear() {
    const std::lock_guard lock(mutex_);
    if (!barShown_) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    barShown_ = false;
}

}  // namespace secateur::cli
