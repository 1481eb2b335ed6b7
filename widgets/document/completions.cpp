// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/completions.h"

#include <QFileInfo>

#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/run_board.h"
#include "widgets/document/step_words.h"

namespace secateur {

namespace {

QString summaryOf(const Completion& completion) {
    const auto count = static_cast<double>(completion.ids.size());
    QStringList parts{completion.ids.size() == 1 ? Completions::tr("1 token")
                                                 : Completions::tr("%1 tokens").arg(completion.ids.size())};
    if (completion.ended) parts << Completions::tr("to the end of the document");
    if (completion.seconds > 0.0)
        parts << QString::fromStdString(formatRate(count / completion.seconds, "tokens"));
    if (!completion.ids.empty())
        parts << Completions::tr("%1 nats a token")
                     .arg(QString::fromStdString(formatScore(completion.meanLoss)));
    return parts.join(QStringLiteral(", "));
}

QString canonical(const QString& folder) {
    const QString path = QFileInfo(folder).canonicalFilePath();
    return path.isEmpty() ? folder : path;
}

}  // namespace

Completions::Completions(PlanDocument& document, PreviewFeed& preview, RunBoard& runs, EngineClient& engine,
                         QObject* parent)
    : QObject(parent), document_(document), preview_(preview), runs_(runs), engine_(engine) {
    connect(&engine_, &EngineClient::completionGrew, this, &Completions::grow);
    connect(&engine_, &EngineClient::completionDone, this, &Completions::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &Completions::fail);
    connect(&document_, &PlanDocument::modelChanged, this, &Completions::forget);
    connect(&document_, &PlanDocument::planChanged, this, &Completions::changed);
    connect(&runs_, &RunBoard::changed, this, &Completions::changed);
}

bool Completions::canWrite() const {
    return document_.model() != nullptr && !writing_;
}

bool Completions::planChanged() const {
    return page(Writer::Planned).state != State::Empty && plannedRevision_ != document_.revision();
}

std::vector<Completions::HealedChoice> Completions::healedChoices() const {
    std::vector<HealedChoice> choices;
    if (document_.model() == nullptr) return choices;
    const QString open = canonical(QString::fromStdString(document_.model()->path));
    for (const RunEntry& run : runs_.runs()) {
        if (run.active() || run.record.state != RunState::Complete) continue;
        const RunRequest& request = run.record.request;
        const bool ofThis = canonical(QString::fromStdString(request.model)) == open ||
                            canonical(QString::fromStdString(request.teacher)) == open;
        if (ofThis && canonical(run.folder()) != open) choices.push_back({run.folder(), run.name()});
    }
    return choices;
}

void Completions::write(const CompletionOptions& options, const QString& healed) {
    if (!canWrite()) return;
    pages_ = {};
    prompt_ = QString::fromStdString(options.prompt);
    CompletionRequest request;
    request.options = options;
    request.id = ++asked_;
    request.healed = healed;
    pages_[0] = {State::Waiting, {}, {}, {}, QString::fromStdString(document_.model()->name)};
    if (document_.valid() && !isIdentity(document_.result()->plan)) {
        const PreviewRequest preview = preview_.request();
        request.planned = true;
        request.plan = preview.plan;
        request.analysis = preview.analysis;
        request.text = preview.text;
        request.windows = preview.windows;
        request.calibration = preview.calibration;
        request.calibrationWindows = preview.calibrationWindows;
        plannedRevision_ = document_.revision();
        pages_[1] = {State::Waiting, {}, {}, {}, planInWords(request.plan)};
    }
    if (!healed.isEmpty()) pages_[2] = {State::Waiting, {}, {}, {}, QFileInfo(healed).fileName()};
    writing_ = true;
    engine_.complete(request);
    Q_EMIT changed();
}

void Completions::stop() {
    engine_.stopTask(EngineTask::Complete);
}

void Completions::grow(quint64 id, Writer writer, const QString& text) {
    if (id != asked_ || !writing_) return;
    Page& page = pages_[static_cast<std::size_t>(writer)];
    page.text += text;
    if (page.state == State::Waiting) {
        page.state = State::Writing;
        Q_EMIT changed();
    }
    Q_EMIT grew(writer, text);
}

void Completions::accept(quint64 id, const WriterOutcome& outcome, bool last) {
    if (id != asked_ || !writing_) return;
    Page& page = pages_[static_cast<std::size_t>(outcome.writer)];
    page.problem = outcome.problem;
    page.state = outcome.problem.isEmpty() ? State::Done : State::Failed;
    if (outcome.problem.isEmpty()) page.summary = summaryOf(outcome.completion);
    writing_ = !last;
    Q_EMIT changed();
}

void Completions::fail(const Problem& problem) {
    if (problem.task != EngineTask::Complete || !writing_) return;
    end(problem.cancelled ? State::Stopped : State::Failed, problem.cancelled ? QString() : problem.message);
}

void Completions::end(State state, const QString& problem) {
    writing_ = false;
    for (Page& page : pages_) {
        if (page.state != State::Waiting && page.state != State::Writing) continue;
        page.state = state;
        page.problem = problem;
    }
    Q_EMIT changed();
}

void Completions::forget() {
    if (writing_) stop();
    ++asked_;
    writing_ = false;
    pages_ = {};
    prompt_.clear();
    Q_EMIT changed();
}

}  // namespace secateur
