// SPDX-License-Identifier: GPL-3.0-or-later
// Analyses in files of the user's own, and other models.
#include <QFileInfo>
#include <new>

#include "app/workbench/session_engine.h"
#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"
#include "core/storage/analysis_store.h"
#include "core/storage/checkpoint.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

constexpr std::size_t kMostListed = 12;  // of what was measured before

}  // namespace

template <class Value>
void SessionEngine::readBeside(std::function<Value()> reading,
                               void (SessionEngine::*told)(std::shared_ptr<const Value>, const QString&,
                                                           const QString&),
                               const QString& path) {
    files_.start([this, reading = std::move(reading), told, path] {
        std::shared_ptr<const Value> value;
        QString problem;
        try {
            value = std::make_shared<const Value>(reading());
        } catch (const Error& error) {
            problem = inWindowWords(error.message());
        } catch (const std::bad_alloc&) {
            problem = tr("%1: there is not enough memory for it.").arg(path);
        }
        QMetaObject::invokeMethod(
            this, [this, told, value, path, problem] { (this->*told)(value, path, problem); },
            Qt::QueuedConnection);
    });
}

void SessionEngine::readAnalysis(const QString& file) {
    readBeside<Analysis>([file] { return secateur::readAnalysis(file.toStdString()); },
                         &SessionEngine::analysisRead, file);
}

void SessionEngine::readModel(const QString& folder) {
    readBeside<ModelSummary>([folder] { return Checkpoint::open(folder.toStdString())->summary(); },
                             &SessionEngine::modelRead, folder);
}

void SessionEngine::listAnalyses() {
    if (!cache_) return;
    files_.start([this, cache = *cache_] {
        std::vector<KnownAnalysis> known;
        for (AnalysisCache::Entry& entry : cache.list(kMostListed))
            known.push_back({QString::fromStdString(entry.file.string()),
                             std::make_shared<const Analysis>(std::move(entry.facts))});
        QMetaObject::invokeMethod(
            this, [this, known] { Q_EMIT analysesListed(known); }, Qt::QueuedConnection);
    });
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
