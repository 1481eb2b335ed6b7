// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_context.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace secateur {

namespace {
constexpr auto kReportInterval = std::chrono::milliseconds(50);
}

JobContext::JobContext(std::stop_token stop, ProgressCallback onProgress, WarningCallback onWarning)
    : stop_(std::move(stop)), onProgress_(std::move(onProgress)), onWarning_(std::move(onWarning)) {}

void JobContext::checkStop() const {
    if (stop_.stop_requested()) throw Error(ErrorCode::Cancelled, "cancelled");
}

void JobContext::beginStage(const std::string& stage, double total, const std::string& unit, double from,
                            double to) {
    stage_ = stage;
    unit_ = unit;
    total_ = std::max(total, 1e-12);
    done_ = 0.0;
    from_ = from;
    to_ = to;
    stageStart_ = std::chrono::steady_clock::now();
    lastReport_ = {};
    advanceTo(0.0);
}

void JobContext::advanceTo(double done) {
    checkStop();
    done_ = done;
    const auto now = std::chrono::steady_clock::now();
    const bool last = done_ >= total_;
    if (!onProgress_ || (!last && now - lastReport_ < kReportInterval)) return;
    lastReport_ = now;
    const double seconds = std::chrono::duration<double>(now - stageStart_).count();
    const double inStages = from_ + (to_ - from_) * std::min(done_ / total_, 1.0);
    Progress progress{stage_, outerFrom_ + (outerTo_ - outerFrom_) * inStages, 0.0, unit_, -1.0};
    if (done_ > 0.0 && seconds > 0.0) {
        progress.rate = done_ / seconds;
        progress.secondsLeft = std::max(0.0, (total_ - done_) / progress.rate);
    }
    // A stage that is a part of the job says nothing about the rest; the job so far does.
    const bool part = outerStart_ != std::chrono::steady_clock::time_point{};
    if (part && progress.fraction > 0.0)
        progress.secondsLeft = std::chrono::duration<double>(now - outerStart_).count() *
                               (1.0 - progress.fraction) / progress.fraction;
    onProgress_(progress);
}

void JobContext::warn(const std::string& message) const {
    if (onWarning_) onWarning_(printableWhole(message));
}

ProgressRange::ProgressRange(JobContext& context, double from, double to)
    : context_(context), from_(context.outerFrom_), to_(context.outerTo_) {
    if (context.outerStart_ == std::chrono::steady_clock::time_point{})
        context.outerStart_ = std::chrono::steady_clock::now();
    context.outerFrom_ = from_ + (to_ - from_) * from;
    context.outerTo_ = from_ + (to_ - from_) * to;
}

ProgressRange::~ProgressRange() {
    context_.outerFrom_ = from_;
    context_.outerTo_ = to_;
}

}  // namespace secateur
