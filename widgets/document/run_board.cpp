// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/run_board.h"

#include <QCollator>
#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/base/units.h"
#include "widgets/document/settings.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

constexpr int kMostCompared = 7;  // as many as there are colours

QString boardTr(const char* text) {
    return QCoreApplication::translate("RunState", text);
}

// What the disk says of a run, as the window says things.
RunRecord inWords(RunRecord record) {
    record.problem = inWindowWords(record.problem).toStdString();
    return record;
}

QString number(double perplexity, const std::optional<double>& error) {
    return QString::fromStdString(formatPerplexity(perplexity, error));
}

}  // namespace

QString stateLabel(const RunEntry& run) {
    switch (run.activity) {
        case RunActivity::Queued:
            return boardTr("queued");
        case RunActivity::Running:
            return boardTr("running");
        case RunActivity::Pausing:
            return boardTr("pausing");
        case RunActivity::Stopping:
            return boardTr("stopping");
        case RunActivity::None:
            break;
    }
    switch (run.record.state) {
        case RunState::Running:
            return boardTr("running elsewhere");
        case RunState::Paused:
            return boardTr("paused");
        case RunState::Interrupted:
            return boardTr("interrupted");
        case RunState::Complete:
            return boardTr("complete");
    }
    return {};
}

std::int64_t tokensPerStep(const RunRecord& run) {
    return static_cast<std::int64_t>(run.request.options.batchWindows) * run.request.windows.seqLen;
}

double flopsPerStep(const RunEntry& run) {
    const RunRecord& record = run.record;
    if (record.steps > 0 && record.flops > 0.0) return record.flops / static_cast<double>(record.steps);
    const double perToken =
        run.flopsPerToken > 0.0 ? run.flopsPerToken : 6.0 * static_cast<double>(record.parameters);
    return perToken * static_cast<double>(tokensPerStep(record));
}

double RunBoard::trainingRate(HealMethod method) const {
    const auto rank = [&](const RunEntry& run) {
        return std::pair(run.record.request.options.method == method, run.record.seconds);
    };
    const RunEntry* longest = nullptr;
    for (const RunEntry& run : runs_)
        if (run.record.seconds > 0.0 && run.record.flops > 0.0 &&
            (longest == nullptr || rank(run) > rank(*longest)))
            longest = &run;
    return longest != nullptr ? longest->record.flops / longest->record.seconds : 0.0;
}

RunBoard::RunBoard(EngineClient& engine, Settings& settings, QObject* parent)
    : QObject(parent),
      engine_(engine),
      settings_(settings),
      selected_(settings.comparedRuns()),
      colours_(settings.runColours()) {
    connect(&engine_, &EngineClient::jobChanged, this, &RunBoard::follow);
    connect(&engine_, &EngineClient::runsListed, this, &RunBoard::listed);
    connect(&engine_, &EngineClient::runChanged, this, &RunBoard::update);
    connect(&engine_, &EngineClient::runRemoved, this, &RunBoard::forget);
    connect(&engine_, &EngineClient::healProgressed, this, &RunBoard::append);
    connect(&engine_, &EngineClient::healed, this, &RunBoard::healed);
    connect(&settings_, &Settings::workspaceChanged, this, &RunBoard::refresh);
    refresh();
}

RunEntry* RunBoard::entry(const QString& folder) {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [&](const RunEntry& run) { return run.folder() == folder; });
    return found == runs_.end() ? nullptr : &*found;
}

const RunEntry* RunBoard::find(const QString& folder) const {
    return const_cast<RunBoard*>(this)->entry(folder);
}

void RunBoard::refresh() {
    engine_.listRuns(settings_.workspace());
}

QString RunBoard::newFolder(const QString& stem) const {
    const QDir workspace(settings_.workspace());
    for (int counter = 1;; ++counter) {
        const QString folder = workspace.absoluteFilePath(stem + QLatin1Char('-') + QString::number(counter));
        if (find(folder) == nullptr && !QFileInfo::exists(folder)) return folder;
    }
}

void RunBoard::start(const HealJob& job) {
    RunEntry run;
    run.record.folder = job.folder.toStdString();
    run.record.name = QFileInfo(job.folder).fileName().toStdString();
    run.record.request = job.run;
    run.record.modelName = job.modelName;
    run.record.parameters = job.parameters;
    run.flopsPerToken = job.flopsPerToken;
    run.activity = RunActivity::Queued;
    runs_.push_back(run);
    giveColours();
    // Beside those compared before, so that the new run is seen against them.
    QStringList compared = selected_;
    while (compared.size() >= kMostCompared) compared.removeFirst();
    select(compared << job.folder);
    Q_EMIT changed();
    Q_EMIT begun(job.folder);
    engine_.heal(job);
}

void RunBoard::resume(const QString& folder) {
    RunEntry* run = entry(folder);
    if (run == nullptr || !run->canResume()) return;
    HealJob job;
    job.folder = folder;
    job.run = run->record.request;
    job.modelName = run->record.modelName;
    job.parameters = run->record.parameters;
    job.resume = true;
    run->activity = RunActivity::Queued;
    run->record.problem.clear();
    run->resumes = true;
    if (!selected_.contains(folder)) select(QStringList(selected_) << folder);
    Q_EMIT changed();
    Q_EMIT begun(job.folder);
    engine_.heal(job);
}

void RunBoard::pause(const QString& folder) {
    RunEntry* run = entry(folder);
    if (run == nullptr || !run->canPause()) return;
    run->activity = RunActivity::Pausing;
    engine_.pauseHeal(folder);
    Q_EMIT said(boardTr("Pausing %1: its checkpoint is saved after this step.").arg(run->name()));
    Q_EMIT changed();
}

void RunBoard::cancel(const QString& folder) {
    RunEntry* run = entry(folder);
    if (run == nullptr || !run->canCancel()) return;
    if (run->activity != RunActivity::Queued) run->activity = RunActivity::Stopping;
    Q_EMIT changed();
    engine_.cancel(run->jobId);
}

void RunBoard::remove(const QString& folder) {
    const RunEntry* run = find(folder);
    if (run != nullptr && run->canDelete()) engine_.deleteRun(folder);
}

void RunBoard::select(const QStringList& folders) {
    QStringList chosen = folders;
    while (chosen.size() > kMostCompared) chosen.removeLast();
    if (chosen == selected_) return;
    selected_ = chosen;
    settings_.setComparedRuns(selected_);
    Q_EMIT selectionChanged();
}

const RunEntry* RunBoard::current() const {
    const RunEntry* queued = nullptr;
    for (const RunEntry& run : runs_) {
        if (run.activity == RunActivity::Queued) {
            if (queued == nullptr) queued = &run;
        } else if (run.active()) {
            return &run;
        }
    }
    if (queued != nullptr) return queued;
    for (auto folder = selected_.crbegin(); folder != selected_.crend(); ++folder) {
        if (const RunEntry* run = find(*folder)) return run;
    }
    return nullptr;
}

void RunBoard::follow(const JobRow& row) {
    RunEntry* run = row.run.isEmpty() ? nullptr : entry(row.run);
    if (run == nullptr) return;
    run->jobId = row.id;
    run->fraction = row.fraction;
    run->secondsLeft = row.secondsLeft;
    run->stage = row.stage;
    RunActivity activity = run->activity;
    if (row.finished()) {
        activity = RunActivity::None;
    } else if (row.state == JobState::Running && run->activity == RunActivity::Queued) {
        activity = RunActivity::Running;
    }
    if (activity == run->activity) {
        Q_EMIT progressed(row.run);
        return;
    }
    run->activity = activity;
    if (row.state == JobState::Failed) run->record.problem = row.message.toStdString();
    Q_EMIT changed();
}

void RunBoard::listed(const QString& workspace, const std::vector<RunRecord>& records) {
    if (workspace != settings_.workspace()) return;
    std::vector<RunEntry> runs;
    for (RunEntry& run : runs_) {
        if (run.active()) runs.push_back(std::move(run));
    }
    for (const RunRecord& record : records) {
        const bool known = std::any_of(runs.begin(), runs.end(), [&](const RunEntry& run) {
            return run.record.folder == record.folder;
        });
        if (known) continue;
        RunEntry run;
        run.record = inWords(record);
        runs.push_back(std::move(run));
    }
    runs_ = std::move(runs);
    giveColours();
    Q_EMIT changed();
}

void RunBoard::update(const RunRecord& record) {
    RunEntry* run = entry(QString::fromStdString(record.folder));
    if (run == nullptr) {
        runs_.emplace_back();
        run = &runs_.back();
    }
    run->record = inWords(record);
    giveColours();
    Q_EMIT changed();
}

int RunBoard::colourOf(const QString& folder) const {
    return static_cast<int>(std::max<qsizetype>(0, colours_.indexOf(folder)));
}

// Runs that are seen together for the first time take the free numbers by their names: "run-2" before
// "run-10".
void RunBoard::giveColours() {
    QStringList fresh;
    for (const RunEntry& run : runs_) {
        if (!colours_.contains(run.folder())) fresh << run.folder();
    }
    if (fresh.isEmpty()) return;
    QCollator byNumber{QLocale(QLocale::English)};
    byNumber.setNumericMode(true);
    std::sort(fresh.begin(), fresh.end(), byNumber);
    for (const QString& folder : fresh) {
        if (const auto free = colours_.indexOf(QString()); free >= 0)
            colours_[free] = folder;
        else
            colours_ << folder;
    }
    settings_.setRunColours(colours_);
}

void RunBoard::append(const QString& folder, const std::vector<HealPoint>& points) {
    RunEntry* run = entry(folder);
    if (run == nullptr || points.empty()) return;
    if (std::exchange(run->resumes, false)) {
        Q_EMIT said(points.front().step > 1
                        ? boardTr("%1 goes on after step %2.").arg(run->name()).arg(points.front().step - 1)
                        : boardTr("%1 had no checkpoint yet and begins again.").arg(run->name()));
    }
    auto& known = run->record.points;
    // A run that goes on from an older checkpoint takes the steps after it again.
    while (!known.empty() && known.back().step >= points.front().step) known.pop_back();
    known.insert(known.end(), points.begin(), points.end());
    const HealPoint& last = known.back();
    run->record.flops = flopsPerStep(*run) * static_cast<double>(last.step);
    run->record.steps = last.step;
    run->record.tokens = last.step * tokensPerStep(run->record);
    run->record.seconds = last.seconds;
    for (const HealPoint& point : points) {
        if (!point.evalPerplexity) continue;
        run->record.evalPerplexity = point.evalPerplexity;
        run->record.standardError = point.evalStandardError;
    }
    Q_EMIT progressed(folder);
}

void RunBoard::forget(const QString& folder) {
    std::erase_if(runs_, [&](const RunEntry& run) { return run.folder() == folder; });
    if (const auto colour = colours_.indexOf(folder); colour >= 0) {
        colours_[colour].clear();
        settings_.setRunColours(colours_);
    }
    QStringList chosen = selected_;
    if (chosen.removeAll(folder) > 0) select(chosen);
    Q_EMIT changed();
}

void RunBoard::healed(const HealReport& report) {
    const QString folder = QString::fromStdString(report.folder);
    const RunEntry* run = find(folder);
    const QString title = run != nullptr ? run->name() : QFileInfo(folder).fileName();
    if (report.paused) {
        Q_EMIT said(
            boardTr("Paused %1 after step %2; Resume goes on from there.").arg(title).arg(report.steps));
        return;
    }
    QString summary = boardTr("Healed %1 in %2, %3 tokens")
                          .arg(title, QString::fromStdString(formatDuration(report.seconds)),
                               QString::fromStdString(formatCount(report.tokens)).trimmed());
    if (report.evalPerplexityBefore && report.evalPerplexity) {
        const QString before = number(*report.evalPerplexityBefore, report.standardErrorBefore);
        const QString after = number(*report.evalPerplexity, report.standardError);
        summary += report.bestStep ? boardTr(": held-out perplexity %1, best %2 at step %3")
                                         .arg(before, after)
                                         .arg(*report.bestStep)
                                   : boardTr(": held-out perplexity %1 -> %2").arg(before, after);
    }
    if (run != nullptr && run->record.densePerplexity)
        summary +=
            boardTr(", dense %1").arg(number(*run->record.densePerplexity, run->record.denseStandardError));
    if (report.stoppedEarly)
        summary += boardTr("; stopped after step %1, it no longer fell").arg(report.steps);
    Q_EMIT finished(folder, summary + QLatin1Char('.'));
}

}  // namespace secateur
