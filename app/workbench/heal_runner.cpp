// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/heal_runner.h"

#include <QFileInfo>
#include <QPointer>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/base/units.h"
#include "core/storage/run_store.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kBetweenPoints = std::chrono::milliseconds(100);

// Hands the steps of a run to the GUI thread, several at once where they are short.
class PointFeed {
public:
    PointFeed(EngineClient& client, QString folder, const DeviceExecutor::Post& post)
        : client_(client), folder_(std::move(folder)), post_(post) {}

    void add(const HealPoint& point) {
        waiting_.push_back(point);
        if (Clock::now() - sent_ >= kBetweenPoints || point.evalPerplexity) flush();
    }
    void flush() {
        if (waiting_.empty()) return;
        sent_ = Clock::now();
        post_([&client = client_, folder = folder_, points = std::exchange(waiting_, {})] {
            Q_EMIT client.healProgressed(folder, points);
        });
    }

private:
    EngineClient& client_;
    QString folder_;
    const DeviceExecutor::Post& post_;
    std::vector<HealPoint> waiting_;
    Clock::time_point sent_;
};

// What the disk says of the run now; the run is gone when nothing was written yet.
void postRecord(EngineClient& client, const QString& folder, const DeviceExecutor::Post& post) {
    try {
        post([&client, record = readRun(folder.toStdString())] { Q_EMIT client.runChanged(record); });
    } catch (const Error&) {
        post([&client, folder] { Q_EMIT client.runRemoved(folder); });
    }
}

// A folder that this job made and in which no run began.
void discardUnbegun(const QString& folder) {
    const std::filesystem::path path = folder.toStdString();
    std::error_code ignored;
    if (!std::filesystem::exists(path / "run.json", ignored)) std::filesystem::remove_all(path, ignored);
}

// One run, on the device thread.
class HealWork {
public:
    HealWork(EngineClient& client, HealJob job, std::shared_ptr<Session> open, SessionOptions options,
             std::shared_ptr<std::atomic<bool>> pause)
        : client_(client),
          job_(std::move(job)),
          open_(std::move(open)),
          options_(std::move(options)),
          pause_(std::move(pause)) {}

    DeviceExecutor::Outcome operator()(JobContext& context, const DeviceExecutor::Post& post) {
        PointFeed feed(client_, job_.folder, post);
        const bool made = !QFileInfo::exists(job_.folder);
        try {
            const HealReport report = carryOut(context, post, feed);
            feed.flush();
            postRecord(client_, job_.folder, post);
            return {[&client = client_, report] { Q_EMIT client.healed(report); }, message(report)};
        } catch (...) {
            feed.flush();
            if (made) discardUnbegun(job_.folder);
            postRecord(client_, job_.folder, post);
            throw;
        }
    }

private:
    HealReport carryOut(JobContext& context, const DeviceExecutor::Post& post, PointFeed& feed) {
        RunRequest run = job_.run;
        ProgressParts parts(context, {job_.plan ? 0.05 : 0.0, 0.95});
        parts.next();
        if (job_.plan) {
            const QString start = startFolder(job_.folder);
            std::filesystem::create_directories(job_.folder.toStdString());
            std::optional<TokenWindows> calibration;
            if (!job_.calibration.empty() && needsCalibrationText(*job_.plan))
                calibration = open_->windows(job_.calibration, job_.calibrationWindows, context);
            (void)open_->apply(*job_.plan, job_.analysis.get(), calibration ? &*calibration : nullptr,
                               start.toStdString(), {}, context);
            run.model = start.toStdString();
        }
        const auto session = Session::open(run.model, options_);
        const RunWindows windows = runWindows(*session, run, context);
        HealRequest request;
        request.options = run.options;
        request.teacher = run.teacher;
        request.record = run;
        request.resume = true;  // the folder may hold what the plan left, and nothing else when it is new
        parts.next();
        bool first = true;
        const auto onPoint = [&](const HealPoint& point) {
            feed.add(point);
            if (std::exchange(first, false)) {
                feed.flush();
                postRecord(client_, job_.folder, post);
            }
            return pause_->load() ? HealControl::Pause : HealControl::GoOn;
        };
        return session->heal(windows.training, windows.heldOut ? &*windows.heldOut : nullptr, request,
                             job_.folder.toStdString(), context, onPoint);
    }

    static QString message(const HealReport& report) {
        QString text = report.paused ? HealRunner::tr("paused after step %1").arg(report.steps)
                                     : HealRunner::tr("%1 steps").arg(report.steps);
        if (report.resumedFrom) text += HealRunner::tr(", resumed from step %1").arg(*report.resumedFrom);
        if (report.evalPerplexityBefore && report.evalPerplexity)
            text += HealRunner::tr(", held-out perplexity %1 -> %2")
                        .arg(QString::fromStdString(
                                 formatPerplexity(*report.evalPerplexityBefore, report.standardErrorBefore)),
                             QString::fromStdString(
                                 formatPerplexity(*report.evalPerplexity, report.standardError)));
        if (report.bestStep) text += HealRunner::tr(", best at step %1").arg(*report.bestStep);
        if (report.stoppedEarly) text += HealRunner::tr("; it no longer fell");
        return text;
    }

    EngineClient& client_;
    HealJob job_;
    std::shared_ptr<Session> open_;
    SessionOptions options_;
    std::shared_ptr<std::atomic<bool>> pause_;
};

}  // namespace

HealRunner::HealRunner(EngineClient& client, DeviceExecutor& executor, SessionOptions options)
    : client_(client), executor_(executor), options_(std::move(options)) {
    files_.setMaxThreadCount(1);  // a deleted run must not be listed after it is gone
}

HealRunner::~HealRunner() {
    files_.waitForDone();
}

void HealRunner::failed(EngineTask task, const Error& error) {
    Q_EMIT client_.taskFailed(problemOf(task, error));
}

void HealRunner::heal(const HealJob& job, const std::shared_ptr<Session>& open) {
    const auto pause = std::make_shared<std::atomic<bool>>(false);
    pauses_[job.folder] = pause;
    DeviceExecutor::Job work;
    work.name = tr("Heal %1").arg(QFileInfo(job.folder).fileName());
    work.run = job.folder;
    work.receiver = this;
    work.work = HealWork(client_, job, open, options_, pause);
    work.failed = [this, folder = job.folder](const Error& error) {
        // Cancelled while it waited: nothing was written, and nobody else says so.
        if (!QFileInfo::exists(folder + QStringLiteral("/run.json"))) Q_EMIT client_.runRemoved(folder);
        failed(EngineTask::Heal, error);
    };
    executor_.submit(std::move(work));
}

void HealRunner::pause(const QString& folder) {
    const auto found = pauses_.find(folder);
    if (found != pauses_.end()) found->second->store(true);
}

void HealRunner::listRuns(const QString& workspace) {
    files_.start([this, workspace] {
        std::vector<std::string> problems;
        std::vector<RunRecord> runs = readRuns(workspace.toStdString(), problems);
        QMetaObject::invokeMethod(
            this,
            [this, workspace, runs = std::move(runs), problems = std::move(problems)] {
                for (const std::string& problem : problems)
                    Q_EMIT client_.logged(
                        {QDateTime::currentDateTime(), LogEntry::Severity::Warning, inWindowWords(problem)});
                Q_EMIT client_.runsListed(workspace, runs);
            },
            Qt::QueuedConnection);
    });
}

void HealRunner::deleteRun(const QString& folder) {
    files_.start([this, folder] {
        const std::filesystem::path path = folder.toStdString();
        std::error_code error;
        // Nothing but the folder of a run that nobody writes into is deleted.
        const bool run = std::filesystem::is_regular_file(path / "run.json", error);
        const bool held = RunLock::heldBySomeone(path);
        if (run && !held) std::filesystem::remove_all(path, error);
        const bool gone = run && !held && !error;
        const QString why = !run   ? tr("it is not the folder of a run")
                            : held ? tr("another program works on it")
                                   : QString::fromStdString(error.message());
        QMetaObject::invokeMethod(
            this,
            [this, folder, gone, why] {
                if (gone) {
                    Q_EMIT client_.runRemoved(folder);
                } else {
                    Q_EMIT client_.taskFailed(
                        {EngineTask::Runs, tr("%1 was not deleted: %2.").arg(folder, why), {}});
                }
            },
            Qt::QueuedConnection);
    });
}

}  // namespace secateur
