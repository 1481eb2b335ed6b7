// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/preview_feed.h"

#include <algorithm>

#include "widgets/document/plan_document.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

constexpr int kPauseMilliseconds = 300;

}  // namespace

PreviewFeed::PreviewFeed(PlanDocument& document, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), engine_(engine) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
    connect(&pause_, &QTimer::timeout, this, &PreviewFeed::runNow);
    connect(&document_, &PlanDocument::planChanged, this, &PreviewFeed::planEdited);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        report_.reset();
        plans_.clear();
        become(State::Empty);
    });
    connect(document_.undoStack(), &QUndoStack::indexChanged, this, &PreviewFeed::followEdits);
    connect(&engine_, &EngineClient::previewReady, this, &PreviewFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &PreviewFeed::fail);
}

void PreviewFeed::setText(const TextSource& text, const WindowOptions& windows) {
    text_ = text;
    windows_ = windows;
    report_.reset();
    become(State::Empty);
    planEdited();
}

void PreviewFeed::setAutomatic(bool automatic) {
    automatic_ = automatic;
    if (automatic_ && state_ != State::Current) planEdited();
}

void PreviewFeed::planEdited() {
    pause_.stop();
    if (!document_.valid() || text_.empty()) {
        become(State::Empty);
        return;
    }
    const bool answered = state_ == State::Current || state_ == State::Running || state_ == State::Failed;
    if (answered && asked_ == document_.revision()) return;  // planned again, with the same outcome
    become(State::Pending);
    if (automatic_ && !waitsForPress() && document_.analysis() != nullptr) pause_.start();
}

bool PreviewFeed::waitsForPress() const {
    return document_.valid() && costOf(document_.result()->plan, engine_.methods()) > StepCost::OnePass;
}

void PreviewFeed::setCalibration(const TextSource& text, const WindowOptions& windows) {
    const bool same = text.textFile == calibration_.textFile && text.tokensFile == calibration_.tokensFile &&
                      text.tokensName == calibration_.tokensName &&
                      windows.samples == calibrationWindows_.samples &&
                      windows.seqLen == calibrationWindows_.seqLen;
    calibration_ = text;
    calibrationWindows_ = windows;
    if (same || !waitsForPress()) return;
    asked_ = 0;  // calibrated steps come out otherwise
    planEdited();
}

void PreviewFeed::runNow() {
    pause_.stop();
    if (!document_.valid() || text_.empty()) return;
    asked_ = document_.revision();
    problem_.clear();
    become(State::Running);
    engine_.preview(request());
}

bool PreviewFeed::judgesOn(const TextSource& text, const WindowOptions& windows) const {
    return text == text_ && windows.samples == windows_.samples && windows.seqLen == windows_.seqLen &&
           windows.skip == windows_.skip;
}

PreviewRequest PreviewFeed::request() const {
    return {
        document_.result()->plan, document_.revision(), document_.analysis(), text_, windows_, calibration_,
        calibrationWindows_};
}

void PreviewFeed::accept(const PreviewReport& report, quint64 revision) {
    if (revision != document_.revision() || revision != asked_) return;
    report_ = report;
    remember(report);
    become(State::Current);
}

void PreviewFeed::setMeasuring(bool measuring) {
    measuring_ = measuring;
    if (measuring && unmeasured_ && state_ == State::Failed) return become(State::Pending);
    Q_EMIT changed();
}

void PreviewFeed::fail(const Problem& problem) {
    if (problem.task == EngineTask::Measure && state_ == State::Pending && document_.analysis() == nullptr) {
        problem_ = problem.cancelled ? tr("The measurement was cancelled.") : problem.message;
        become(State::Failed);
        unmeasured_ = true;
        return;
    }
    if (problem.task != EngineTask::Preview || state_ != State::Running) return;
    problem_ = problem.cancelled ? tr("The preview was cancelled.") : problem.message;
    become(State::Failed);
}

void PreviewFeed::become(State state) {
    state_ = state;
    unmeasured_ = false;
    Q_EMIT changed();
}

// The history tells of every move of a drag, which leaves its length and place as they are.
void PreviewFeed::followEdits(int reached) {
    const int edits = document_.undoStack()->count();
    if (reached != reached_ || edits != edits_) ++edit_;
    reached_ = reached;
    edits_ = edits;
}

void PreviewFeed::remember(const PreviewReport& report) {
    Plan plan = document_.result()->plan;
    plan.accounting = report.accounting;
    plan.measured = Measured{report.densePerplexity, report.planPerplexity};
    PreviewPoint point;
    point.plan = planInWords(plan);
    point.wishes = document_.wishes();
    point.report = report;
    point.report.denseTokenLoss.clear();
    point.report.planTokenLoss.clear();
    point.judged = judgedOn();
    point.packed = std::make_shared<const PackedPlan>(plan);
    answered_ = plans_.remember(std::move(point), edit_);
}

}  // namespace secateur
