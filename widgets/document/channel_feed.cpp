// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/channel_feed.h"

#include <utility>

#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

constexpr int kHistogramBins = 80;
constexpr std::size_t kMostKept = 256;  // histograms, of some kilobytes each

// Tells measurements apart; leave-one-out that comes later changes none of it.
std::string measurementKey(const Analysis& analysis) {
    const CalibrationInfo& from = analysis.calibration;
    return analysis.modelFingerprint + ' ' + from.sha256 + ' ' + std::to_string(from.samples) + ' ' +
           std::to_string(from.seqLen) + ' ' + from.sampling + ' ' + std::to_string(from.seed);
}

}  // namespace

ChannelFeed::ChannelFeed(PlanDocument& document, EngineClient& engine, CalibrationText text, QObject* parent)
    : QObject(parent), document_(document), engine_(engine), text_(std::move(text)) {
    connect(&document_, &PlanDocument::modelChanged, this, &ChannelFeed::modelChanged);
    connect(&document_, &PlanDocument::analysisChanged, this, &ChannelFeed::look);
    connect(&engine_, &EngineClient::activationsReady, this, &ChannelFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &ChannelFeed::fail);
}

void ChannelFeed::pin(const UnitCell& cell) {
    if (pinned_ == cell && state_ != State::Failed) return;
    pinned_ = cell;
    histogram_.reset();
    state_ = State::Empty;
    Q_EMIT pinChanged();
    look();
}

void ChannelFeed::unpin() {
    if (!pinned_) return;
    pinned_.reset();
    ++asked_;
    Q_EMIT pinChanged();
    become(State::Empty);
}

void ChannelFeed::modelChanged() {
    known_.clear();
    unpin();
}

void ChannelFeed::look() {
    const auto& analysis = document_.analysis();
    const std::string measured = analysis == nullptr ? std::string() : measurementKey(*analysis);
    if (std::exchange(measured_, measured) != measured) {
        known_.clear();
        histogram_.reset();
    }
    if (!pinned_) return;
    if (analysis == nullptr) {
        ++asked_;  // the answer on the way is of the measurement before
        return become(State::Waiting);
    }
    if (const auto known = known_.find(formatUnitCell(*pinned_)); known != known_.end()) {
        ++asked_;
        histogram_ = known->second;
        return become(State::Current);
    }
    // A later stage of the same measurement asks for nothing new.
    if (state_ == State::Running && askedFor_ == measured_ + formatUnitCell(*pinned_)) return;
    const Text text = text_();
    if (text.source.empty()) {
        problem_ = tr("There is no calibration text. Choose one under Run, Calibration text...");
        return become(State::Failed);
    }
    askedFor_ = measured_ + formatUnitCell(*pinned_);
    become(State::Running);
    engine_.activations({*pinned_, kHistogramBins, ++asked_, text.source, text.windows});
}

void ChannelFeed::accept(const std::shared_ptr<const ActivationHistogram>& histogram, quint64 id) {
    if (id != asked_ || state_ != State::Running) return;
    if (known_.size() >= kMostKept) known_.clear();
    known_[formatUnitCell(histogram->cell)] = histogram;
    histogram_ = histogram;
    become(State::Current);
}

void ChannelFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Activations || state_ != State::Running) return;
    ++asked_;
    problem_ = problem.cancelled        ? tr("The count was cancelled.")
               : problem.hint.isEmpty() ? problem.message
                                        : problem.message + QLatin1Char('\n') + problem.hint;
    become(State::Failed);
}

bool ChannelFeed::agrees() const {
    const auto& analysis = document_.analysis();
    if (analysis == nullptr || histogram_ == nullptr) return false;
    const CalibrationInfo& ours = histogram_->text;
    const CalibrationInfo& theirs = analysis->calibration;
    return analysis->choppedLayers.empty() && ours.sha256 == theirs.sha256 &&
           ours.samples == theirs.samples && ours.seqLen == theirs.seqLen &&
           ours.sampling == theirs.sampling && ours.seed == theirs.seed;
}

void ChannelFeed::become(State state) {
    state_ = state;
    if (state != State::Current) histogram_.reset();
    if (state != State::Failed) problem_.clear();
    Q_EMIT changed();
}

}  // namespace secateur
