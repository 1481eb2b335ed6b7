// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/loss_feed.h"

#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"

namespace secateur {

LossFeed::LossFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&preview_, &PreviewFeed::changed, this, &LossFeed::previewChanged);
    connect(&document_, &PlanDocument::modelChanged, this, &LossFeed::forget);
    connect(&engine_, &EngineClient::lossesReady, this, &LossFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &LossFeed::fail);
}

void LossFeed::setFollowing(bool following) {
    following_ = following;
    Q_EMIT changed();
    previewChanged();
}

void LossFeed::setLookedAt(bool lookedAt) {
    lookedAt_ = lookedAt;
    previewChanged();
}

bool LossFeed::canRun() const {
    return document_.valid() && !preview_.text().empty();
}

bool LossFeed::updating() const {
    if (state_ == State::Running) return true;
    const bool coming = preview_.state() == PreviewFeed::State::Running ||
                        preview_.state() == PreviewFeed::State::Current ||
                        (preview_.state() == PreviewFeed::State::Pending && preview_.automatic() &&
                         !preview_.waitsForPress() && document_.analysis() != nullptr);
    return state_ == State::Stale && following_ && lookedAt_ && coming;
}

void LossFeed::previewChanged() {
    if (asked_ != 0 && !preview_.judgesOn(text_, windows_)) forget();
    const bool answered = state_ == State::Current || state_ == State::Running || state_ == State::Failed;
    if (answered && asked_ != document_.revision()) become(report_ ? State::Stale : State::Empty);
    const bool known = asked_ == document_.revision() &&
                       (state_ == State::Current || state_ == State::Running || state_ == State::Failed);
    if (following_ && lookedAt_ && !known && preview_.state() == PreviewFeed::State::Current) return runNow();
    Q_EMIT changed();
}

void LossFeed::runNow() {
    if (!canRun()) return;
    asked_ = document_.revision();
    problem_.clear();
    const PreviewRequest request = preview_.request();
    text_ = request.text;
    windows_ = request.windows;
    become(State::Running);
    engine_.losses(request);
}

void LossFeed::stop() {
    engine_.stopTask(EngineTask::Losses);
}

void LossFeed::accept(const std::shared_ptr<const TokenLossReport>& report, quint64 revision) {
    if (revision != asked_ || revision != document_.revision() || state_ != State::Running) return;
    report_ = report;
    become(State::Current);
}

void LossFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Losses || state_ != State::Running) return;
    problem_ = problem.cancelled ? tr("Stopped.") : problem.message;
    become(State::Failed);
}

void LossFeed::forget() {
    report_.reset();
    problem_.clear();
    asked_ = 0;
    become(State::Empty);
}

void LossFeed::become(State state) {
    state_ = state;
    Q_EMIT changed();
}

}  // namespace secateur
