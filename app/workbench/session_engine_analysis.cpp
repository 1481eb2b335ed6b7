// SPDX-License-Identifier: GPL-3.0-or-later
// Analyses in files of the user's own.
#include <QFileInfo>

#include "app/workbench/session_engine.h"
#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"
#include "core/storage/analysis_store.h"

namespace secateur {

void SessionEngine::readAnalysis(const QString& file) {
    const auto work = [this, file](Open&, JobContext&, const DeviceExecutor::Post&) {
        auto analysis = std::make_shared<const Analysis>(secateur::readAnalysis(file.toStdString()));
        const QString message = tr("of %1").arg(QString::fromStdString(analysis->modelName));
        return DeviceExecutor::Outcome{[this, analysis, file] { Q_EMIT analysisRead(analysis, file); },
                                       message};
    };
    submit(EngineTask::Runs, tr("Read %1").arg(QFileInfo(file).fileName()), {}, false, work);
}

void SessionEngine::openAnalysis(const QString& file) {
    const auto work = [this, file](Open& open, JobContext&, const DeviceExecutor::Post&) {
        auto analysis = std::make_shared<const Analysis>(secateur::readAnalysis(file.toStdString()));
        const ModelSummary& model = open.session->summary();
        if (analysis->modelFingerprint != model.fingerprint)
            throw Error(
                ErrorCode::InvalidArgument,
                file.toStdString() + ": the analysis is of another model (" + analysis->modelName + ").",
                "Open that model first, or measure " + model.name + ".");
        const QString message = tr("%1 tokens of %2")
                                    .arg(QString::fromStdString(formatCount(analysis->tokens)),
                                         QString::fromStdString(analysis->calibration.source));
        return DeviceExecutor::Outcome{[this, analysis] { Q_EMIT analysisChanged(analysis); }, message};
    };
    submit(EngineTask::Measure, tr("Open %1").arg(QFileInfo(file).fileName()), QStringLiteral("measure"),
           false, work);
}

void SessionEngine::saveAnalysis(const QString& file, const std::shared_ptr<const Analysis>& analysis) {
    const auto work = [this, file, analysis](Open&, JobContext&, const DeviceExecutor::Post&) {
        writeAnalysis(file.toStdString(), *analysis, true);
        return DeviceExecutor::Outcome{[this, file] { Q_EMIT analysisSaved(file); },
                                       tr("wrote %1").arg(file)};
    };
    submit(EngineTask::Runs, tr("Save %1").arg(QFileInfo(file).fileName()), {}, false, work);
}

}  // namespace secateur
