// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/take_back.h"

#include <algorithm>

#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/step_words.h"

namespace secateur {

TakeBack::TakeBack(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::tookBack, this, &TakeBack::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &TakeBack::fail);
    connect(&document_, &PlanDocument::planChanged, this, &TakeBack::planChanged);
    connect(&preview_, &PreviewFeed::changed, this, &TakeBack::planChanged);
    connect(&document_, &PlanDocument::modelChanged, this, &TakeBack::forget);
}

bool TakeBack::canStart() const {
    return document_.valid() && !preview_.text().empty() && !isIdentity(document_.result()->plan);
}

bool TakeBack::ofThePresent() const {
    return asked_ == document_.revision() && preview_.judgesOn(text_, windows_);
}

bool TakeBack::stale() const {
    return report_ != nullptr && !ofThePresent();
}

void TakeBack::start() {
    if (!canStart()) return;
    report_.reset();
    problem_.clear();
    running_ = true;
    asked_ = document_.revision();
    planned_ = document_.result()->plan;
    const PreviewRequest request = preview_.request();
    text_ = request.text;
    windows_ = request.windows;
    engine_.takeBack(request);
    Q_EMIT changed();
}

void TakeBack::stop() {
    engine_.stopTask(EngineTask::TakeBack);
}

// What is being measured is of no use to another plan.
void TakeBack::planChanged() {
    if (running_ && !ofThePresent()) {
        running_ = false;
        problem_ = tr("The plan or the text has changed before all was measured.");
        stop();
    }
    Q_EMIT changed();
}

void TakeBack::accept(const std::shared_ptr<const TakeBackReport>& report, quint64 revision, bool complete) {
    if (!running_ || revision != asked_) return;
    report_ = report;
    running_ = !complete;
    Q_EMIT changed();
}

void TakeBack::fail(const Problem& problem) {
    if (problem.task != EngineTask::TakeBack || !running_) return;
    running_ = false;
    problem_ = problem.cancelled ? tr("Stopped.") : problem.message;
    Q_EMIT changed();
}

void TakeBack::forget() {
    if (running_) stop();
    running_ = false;
    report_.reset();
    problem_.clear();
    asked_ = 0;
    Q_EMIT changed();
}

void TakeBack::take(int row) {
    if (report_ == nullptr || stale() || row < 0 || row >= static_cast<int>(report_->rows.size())) return;
    const TakeBackRow& chosen = report_->rows[static_cast<std::size_t>(row)];
    if (!chosen.problem.empty()) return;
    const QString words = inWords(chosen.what, planned_, engine_.methods());
    document_.edit(tr("Take back %1").arg(words),
                   lessenedWishes(document_.wishes(), chosen.what, chosen.plan));
}

QString inWords(const TakenBack& what, const Plan& plan, const std::vector<MethodInfo>& methods) {
    switch (what.kind) {
        case TakenBack::Kind::Layer:
            return TakeBack::tr("layer %1").arg(what.layer);
        case TakenBack::Kind::Attention:
            return TakeBack::tr("attention of layer %1").arg(what.layer);
        case TakenBack::Kind::Mlp:
            return TakeBack::tr("MLP of layer %1").arg(what.layer);
        case TakenBack::Kind::Step:
            break;
    }
    const auto step = static_cast<std::size_t>(what.step);
    if (step >= plan.steps.size()) return TakeBack::tr("step %1").arg(what.step + 1);
    return stepInWords(plan.steps[step], methods);
}

PlanWishes lessenedWishes(const PlanWishes& wishes, const TakenBack& what, const Plan& lessened) {
    const std::vector<Wish> settled = wishesOf(lessened).steps;
    const std::vector<int> steps = planSteps(wishes);
    const int before = static_cast<int>(std::ranges::count_if(steps, [](int step) { return step >= 0; }));
    // A step that nothing is left of is not among those of the lessened plan.
    const bool gone = static_cast<int>(lessened.steps.size()) < before;
    PlanWishes result;
    for (std::size_t i = 0; i < wishes.steps.size(); ++i) {
        const int step = steps[i];
        if (gone && step == what.step) continue;
        const auto at = static_cast<std::size_t>(gone && step > what.step ? step - 1 : step);
        result.steps.push_back(step < 0 || at >= settled.size() ? wishes.steps[i] : settled[at]);
    }
    return result.steps.empty() ? emptyWishes() : result;
}

}  // namespace secateur
