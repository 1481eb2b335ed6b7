// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_context.h"

#include <algorithm>
#include <numeric>
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
    if (jobStart_ == std::chrono::steady_clock::time_point{}) jobStart_ = stageStart_;
    ++stages_;
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
    // What is left may turn out to be more than was thought; what is done stays done.
    furthest_ = std::clamp(outerFrom_ + (outerTo_ - outerFrom_) * inStages, furthest_, 1.0);
    Progress progress{stage_, furthest_, 0.0, unit_, secondsLeft(now)};
    if (done_ > 0.0 && seconds > 0.0) progress.rate = done_ / seconds;
    onProgress_(progress);
}

double JobContext::secondsLeft(std::chrono::steady_clock::time_point now) const {
    const auto since = [now](std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double>(now - start).count();
    };
    // A stage that is a part of the job says nothing about the rest; the job so far does, once there is
    // enough of it.
    const bool whole = stages_ == 1 && outerFrom_ == 0.0 && outerTo_ == 1.0 && from_ == 0.0 && to_ == 1.0;
    if (!whole) {
        constexpr double kEnough = 0.01;
        return furthest_ < kEnough ? -1.0 : since(jobStart_) * (1.0 - furthest_) / furthest_;
    }
    if (done_ <= 0.0 || since(stageStart_) <= 0.0) return -1.0;
    return std::max(0.0, (total_ - done_) * since(stageStart_) / done_);
}

void JobContext::warn(const std::string& message) const {
    if (onWarning_) onWarning_(printableWhole(message));
}

ProgressRange::ProgressRange(JobContext& context, double from, double to)
    : context_(context), from_(context.outerFrom_), to_(context.outerTo_) {
    if (context.jobStart_ == std::chrono::steady_clock::time_point{})
        context.jobStart_ = std::chrono::steady_clock::now();
    context.outerFrom_ = from_ + (to_ - from_) * from;
    context.outerTo_ = from_ + (to_ - from_) * to;
}

ProgressRange::~ProgressRange() {
    context_.outerFrom_ = from_;
    context_.outerTo_ = to_;
}

ProgressParts::ProgressParts(JobContext& context, std::vector<double> weights)
    : context_(context), ends_(weights.size() + 1, 0.0) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
        ends_[i + 1] = total > 0.0 ? std::min(1.0, ends_[i] + weights[i] / total) : 1.0;
}

void ProgressParts::next() {
    range_.reset();
    const std::size_t last = ends_.size() - 1;
    const std::size_t to = std::min(at_ + 1, last);
    range_.emplace(context_, ends_[std::min(at_, last)], ends_[to]);
    ++at_;
}

}  // namespace secateur
