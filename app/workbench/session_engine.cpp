// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/session_engine.h"

#include <QFileInfo>
#include <utility>

#include "app/workbench/resource_location.h"
#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"

namespace secateur {

SessionEngine::SessionEngine(const SessionOptions& options, QObject* parent)
    : EngineClient(parent),
      options_(options),
      heals_(*this, executor_, options),
      finder_(*this),
      executor_(nullptr) {
    files_.setMaxThreadCount(1);
    connect(&executor_, &DeviceExecutor::jobChanged, this, &EngineClient::jobChanged);
    connect(&executor_, &DeviceExecutor::jobRemoved, this, &EngineClient::jobRemoved);
    connect(&executor_, &DeviceExecutor::logged, this, &EngineClient::logged);
}

SessionEngine::~SessionEngine() {
    files_.waitForDone();
}

void SessionEngine::report(EngineTask task, const Error& error) {
    Q_EMIT taskFailed(problemOf(task, error));
}

void SessionEngine::openModel(const QString& folder) {
    // What is computed for the model before is of no more use; a checkpoint being written is.
    executor_.cancelTagged({QStringLiteral("measure"), QStringLiteral("leave-one-out"),
                            QStringLiteral("preview"), QStringLiteral("plan"), QStringLiteral("chop-lab"),
                            QStringLiteral("activations"), QStringLiteral("rate"), QStringLiteral("evaluate"),
                            QStringLiteral("bench")});
    DeviceExecutor::Job job;
    job.name = tr("Open %1").arg(QFileInfo(folder).fileName());
    job.tag = QStringLiteral("open");
    job.receiver = this;
    job.work = [this, folder, options = options_](JobContext& context, const DeviceExecutor::Post&) {
        auto session = Session::open(folder.toStdString(), options);
        context.checkStop();
        const QString message = tr("%1, %2 parameters, on %3 in %4")
                                    .arg(QString::fromStdString(name(session->summary().config.architecture)),
                                         QString::fromStdString(formatCount(session->summary().parameters)),
                                         QString::fromStdString(session->deviceName()),
                                         QString::fromStdString(session->computeDtype()));
        return DeviceExecutor::Outcome{
            [this, session] {
                open_ = std::make_shared<Open>(session);
                Q_EMIT modelOpened(std::make_shared<const ModelSummary>(session->summary()));
            },
            message};
    };
    job.failed = [this](const Error& error) { report(EngineTask::Open, error); };
    executor_.submit(std::move(job));
}

HealScale SessionEngine::healScale() const {
    return open_ != nullptr ? open_->session->healScale() : HealScale{};
}

void SessionEngine::submit(EngineTask task, const QString& name, const QString& tag, bool background,
                           Work work) {
    if (open_ == nullptr) {
        report(task, Error(ErrorCode::InvalidArgument, "No model is open.", "Open one first."));
        return;
    }
    DeviceExecutor::Job job;
    job.name = name;
    job.tag = tag;
    job.background = background;
    job.receiver = this;
    job.work = [open = open_, work = std::move(work)](JobContext& context, const DeviceExecutor::Post& post) {
        return work(*open, context, post);
    };
    job.failed = [this, task](const Error& error) { report(task, error); };
    executor_.submit(std::move(job));
}

void SessionEngine::measure(const MeasureRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post& post) {
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        const auto publish = [this](std::shared_ptr<const Analysis> analysis) {
            return [this, analysis] { Q_EMIT analysisChanged(analysis); };
        };
        // What the stage published last needs no second delivery.
        auto published = std::make_shared<std::shared_ptr<const Analysis>>();
        const MeasureOptions options{
            .statistics = request.statistics, .leaveOneOut = request.leaveOneOut, .plan = request.plan};
        const std::string key = cache_ ? AnalysisCache::key(*open.session, windows, options) : std::string();
        if (const auto known = cache_ ? cache_->find(key) : nullptr)
            return DeviceExecutor::Outcome{publish(known), tr("measured before, on the same text")};
        const auto analysis =
            open.session->measure(windows, options, context, [&](std::shared_ptr<const Analysis> stage) {
                if (request.leaveOneOut && !stage->leaveOneOut) return;
                *published = stage;
                post(publish(stage));
            });
        if (cache_) cache_->keep(key, *analysis);
        const QString message = tr("%1 tokens, %2 windows of %3, of %4")
                                    .arg(QString::fromStdString(formatCount(analysis->tokens)))
                                    .arg(windows.count())
                                    .arg(windows.seqLen)
                                    .arg(QString::fromStdString(windows.source));
        const bool isNew = *published != analysis;
        return DeviceExecutor::Outcome{isNew ? publish(analysis) : DeviceExecutor::Delivery(), message};
    };
    submit(EngineTask::Measure, request.leaveOneOut ? tr("Leave one out") : tr("Measure"),
           request.leaveOneOut ? QStringLiteral("leave-one-out") : QStringLiteral("measure"),
           request.leaveOneOut, work);
}

void SessionEngine::plan(const TextPlanRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        const PlanResult result =
            open.session->plan(request.analysis.get(), &windows, request.request, context);
        return DeviceExecutor::Outcome{
            [this, result, revision = request.revision] { Q_EMIT planned(result, revision); },
            tr("planned on %1 windows").arg(windows.count())};
    };
    submit(EngineTask::Plan, tr("Plan"), QStringLiteral("plan"), false, work);
}

void SessionEngine::preview(const PreviewRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        const auto calibration =
            open.calibration(request.plan, request.calibration, request.calibrationWindows, context);
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        PreviewOptions options;
        options.calibration = calibration ? &*calibration : nullptr;
        const PreviewReport report =
            open.session->preview(request.plan, request.analysis.get(), windows, options, context);
        const QString message = tr("perplexity %1 -> %2 in %3 s")
                                    .arg(QString::fromStdString(formatPerplexity(report.densePerplexity)),
                                         QString::fromStdString(formatPerplexity(report.planPerplexity)))
                                    .arg(report.seconds, 0, 'f', 2);
        return DeviceExecutor::Outcome{
            [this, report, revision = request.revision] { Q_EMIT previewReady(report, revision); }, message};
    };
    submit(EngineTask::Preview, tr("Preview"), QStringLiteral("preview"), false, work);
}

void SessionEngine::apply(const ApplyRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        ApplyOptions options;
        options.format = request.format.toStdString();
        options.overwrite = request.overwrite;
        options.measured = request.measured;
        const auto calibration =
            open.calibration(request.plan, request.calibration, request.calibrationWindows, context);
        const ApplyReport report =
            open.session->apply(request.plan, request.analysis.get(), calibration ? &*calibration : nullptr,
                                request.folder.toStdString(), options, context);
        return DeviceExecutor::Outcome{
            [this, report] { Q_EMIT applied(report); },
            tr("wrote %1, %2")
                .arg(QString::fromStdString(report.path),
                     QString::fromStdString(formatBytes(report.accounting.bytesAfter)))};
    };
    submit(EngineTask::Apply, tr("Apply to %1").arg(QFileInfo(request.folder).fileName()), {}, false, work);
}

void SessionEngine::heal(const HealJob& job) {
    if (job.plan && open_ == nullptr) {
        Q_EMIT runRemoved(job.folder);
        report(EngineTask::Heal, Error(ErrorCode::InvalidArgument, "No model is open.", "Open one first."));
        return;
    }
    heals_.heal(job, open_ ? open_->session : nullptr);
}

void SessionEngine::cancel(int jobId) {
    executor_.cancel(jobId);
}

QString SessionEngine::demoModel() const {
    return resourcePath(QStringLiteral("demo/sprout-12"));
}

QString SessionEngine::sampleText() const {
    return resourcePath(QStringLiteral("demo/sample.txt"));
}

}  // namespace secateur
