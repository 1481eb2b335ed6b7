// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/jobs_model.h"

#include "core/base/units.h"

namespace secateur {
namespace {

constexpr int kMostRows = 100;

QString text(const JobRow& row, int column) {
    switch (column) {
        case JobsModel::Name:
            return row.name;
        case JobsModel::State:
            return label(row.state);
        case JobsModel::Progress:
            return QStringLiteral("%1 %").arg(qRound(row.fraction * 100.0));
        case JobsModel::Rate:
            return row.rate > 0.0 ? QString::fromStdString(formatRate(row.rate, row.unit.toStdString()))
                                  : QString();
        case JobsModel::Time:
            if (row.finished() && row.seconds >= 0.0)
                return QString::fromStdString(formatDuration(row.seconds));
            return row.state == JobState::Running && row.secondsLeft >= 0.0
                       ? JobsModel::tr("%1 left").arg(QString::fromStdString(formatDuration(row.secondsLeft)))
                       : QString();
        case JobsModel::Message:
            return row.message.isEmpty() ? row.stage : row.message;
        default:
            return {};
    }
}

}  // namespace

JobsModel::JobsModel(QObject* parent)
    : RowsModel({tr("Job"), tr("State"), tr("Progress"), tr("Rate"), tr("Time"), tr("Message")},
                {tr("What is computed"), tr("queued, running, done, failed or cancelled"),
                 tr("Part of the job that is done"), tr("Units per second since the stage began"),
                 tr("Estimated time to the end; what it took, once it is over"),
                 tr("The present stage, the result, or why it failed")},
                parent) {}

int JobsModel::rowOf(int jobId) const {
    for (int i = 0; i < rowCount(); ++i) {
        if (row(i).id == jobId) return i;
    }
    return -1;
}

void JobsModel::update(const JobRow& job) {
    const int number = rowOf(job.id);
    if (number >= 0) {
        replaceRow(number, job);
        return;
    }
    if (rowCount() >= kMostRows && row(0).finished()) removeRowAt(0);
    appendRow(job);
}

void JobsModel::remove(int jobId) {
    const int number = rowOf(jobId);
    if (number >= 0) removeRowAt(number);
}

int JobsModel::activeJob() const {
    int queued = 0;
    for (const JobRow& job : rows()) {
        if (job.state == JobState::Running) return job.id;
        if (job.state == JobState::Queued && queued == 0) queued = job.id;
    }
    return queued;
}

QVariant JobsModel::cell(const JobRow& row, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return text(row, column);
        case Qt::ToolTipRole:
            return column == Message ? text(row, column) : QString();
        case Qt::TextAlignmentRole:
            return column >= Progress && column <= Time ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                                        : QVariant();
        case SortRole:
            return column == Progress ? QVariant(row.fraction) : QVariant(text(row, column));
        case BarRole:
            return column == Progress ? QVariant(row.fraction) : QVariant();
        default:
            return {};
    }
}

}  // namespace secateur
