// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/report_export.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPointer>
#include <QStringList>
#include <QThreadPool>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/command_text.h"
#include "widgets/document/settings.h"
#include "widgets/document/whole_file.h"
#include "widgets/document/window_words.h"
#include "widgets/document/workflow.h"

namespace secateur {

report::ReportInput reportInput(Workflow& workflow, const ChopLab& lab) {
    PlanDocument& document = workflow.document();
    const PreviewFeed& feed = workflow.preview();
    report::ReportInput input;
    input.model = *document.model();
    input.plan = document.result()->plan;
    for (const std::string& warning : document.result()->warnings)
        input.warnings.push_back(inWindowWords(warning).toStdString());
    input.analysis = document.analysis();
    if (feed.state() == PreviewFeed::State::Current) input.preview = feed.report();
    for (const PreviewPoint& point : feed.history())
        input.previews.push_back({point.title().toStdString(), point.report.accounting.parametersAfter,
                                  point.report.accounting.removedFraction, point.report.planPerplexity,
                                  point.report.protocol});
    input.lab = lab.report();
    for (const RunEntry& run : workflow.runs().runs()) input.runs.push_back(run.record);
    input.methods = workflow.engine().methods();
    const QString commands =
        commandText(*document.model(), document.wishes(), input.methods, workflow.calibrationText(),
                    windowOptions(workflow.settings().calibration()), feed.text(), feed.windows());
    for (const QString& line : commands.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        input.commands.push_back(line.toStdString());
    input.commands.push_back("secateur report " +
                             shellQuoted(QString::fromStdString(document.model()->path)).toStdString() +
                             " --plan plan.json --analysis analysis.h5 --runs " +
                             shellQuoted(workflow.settings().workspace()).toStdString() + " -o report.html");
    input.tool = "secateur " + QCoreApplication::applicationVersion().toStdString();
    input.time = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    return input;
}

ReportExport::ReportExport(QObject* parent) : QObject(parent) {}

void ReportExport::write(report::ReportInput input, const QString& file) {
    const QPointer<ReportExport> self(this);
    QThreadPool::globalInstance()->start([self, input = std::move(input), file] {
        std::optional<Error> problem;
        try {
            replaceWhole(file, QByteArray::fromStdString(report::htmlReport(input)));
        } catch (const Error& error) {
            problem = error;
        }
        QMetaObject::invokeMethod(QCoreApplication::instance(), [self, file, problem] {
            if (self == nullptr) return;
            if (problem)
                Q_EMIT self->failed(problemOf(EngineTask::Plan, *problem));
            else
                Q_EMIT self->written(file);
        });
    });
}

}  // namespace secateur
