// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/runs_model.h"

#include <QIcon>
#include <QPainter>
#include <QPixmap>

#include "core/base/units.h"

namespace secateur {
namespace {

// The same on a selected row, where Qt would tint it.
QIcon swatch(const QColor& colour) {
    constexpr int kSide = 12;
    QPixmap picture(kSide, kSide);
    picture.fill(Qt::white);
    QPainter(&picture).fillRect(1, 1, kSide - 2, kSide - 2, colour);
    QIcon icon;
    for (const auto mode : {QIcon::Normal, QIcon::Selected}) icon.addPixmap(picture, mode);
    return icon;
}

QString perplexity(const std::optional<double>& value, const std::optional<double>& error) {
    return value ? QString::fromStdString(formatPerplexity(*value, error)) : QStringLiteral("-");
}

QString count(std::int64_t value) {
    return value > 0 ? QString::fromStdString(formatCount(value)).trimmed() : QStringLiteral("-");
}

QString text(const RunRow& row, int column) {
    switch (column) {
        case RunsModel::Name:
            return row.name;
        case RunsModel::Method:
            return row.method;
        case RunsModel::State:
            return row.fraction ? QStringLiteral("%1, %2 %").arg(row.state).arg(qRound(*row.fraction * 100.0))
                                : row.state;
        case RunsModel::Parameters:
            return count(row.parameters);
        case RunsModel::Bytes:
            return row.bytes > 0 ? QString::fromStdString(formatBytes(row.bytes)) : QStringLiteral("-");
        case RunsModel::Before:
            return perplexity(row.before, row.beforeError);
        case RunsModel::After:
            return perplexity(row.after, row.afterError);
        case RunsModel::Tokens:
            return count(row.tokens);
        case RunsModel::Time:
            return row.seconds > 0.0 ? QString::fromStdString(formatDuration(row.seconds))
                                     : QStringLiteral("-");
        default:
            return {};
    }
}

QVariant sortKey(const RunRow& row, int column) {
    constexpr double kUnknown = 1e300;  // after all that is known
    switch (column) {
        case RunsModel::Parameters:
            return static_cast<qlonglong>(row.parameters);
        case RunsModel::Bytes:
            return static_cast<qlonglong>(row.bytes);
        case RunsModel::Before:
            return row.before.value_or(kUnknown);
        case RunsModel::After:
            return row.after.value_or(kUnknown);
        case RunsModel::Tokens:
            return static_cast<qlonglong>(row.tokens);
        case RunsModel::Time:
            return row.seconds;
        default:
            return text(row, column);
    }
}

}  // namespace

RunRow runRow(const RunEntry& run, const QColor& colour) {
    const RunRecord& record = run.record;
    RunRow row;
    row.folder = run.folder();
    row.name = run.name();
    row.method = QLatin1String(name(record.request.options.method));
    row.state = stateLabel(run);
    row.explanation = QString::fromStdString(record.problem.empty() ? record.protocol : record.problem);
    row.parameters = record.parameters;
    row.bytes = record.bytes;
    row.before = record.evalBefore;
    row.beforeError = record.standardErrorBefore;
    row.after = record.evalPerplexity;
    row.afterError = record.standardError;
    row.tokens = record.tokens;
    row.seconds = record.seconds;
    if (run.active() && run.activity != RunActivity::Queued) row.fraction = run.fraction;
    row.colour = colour;
    return row;
}

RunsModel::RunsModel(QObject* parent)
    : RowsModel({tr("Run"), tr("Method"), tr("State"), tr("Parameters"), tr("Weights"), tr("Before"),
                 tr("After"), tr("Tokens"), tr("Time")},
                {tr("Name of the run's folder; the colour is that of its curve"), tr("How it was healed"),
                 tr("running, paused, interrupted or complete"), tr("Parameters of what is healed"),
                 tr("Bytes of the weights of what is healed, packed to their bits"),
                 tr("Held-out perplexity before healing, with its standard error over windows"),
                 tr("Held-out perplexity measured last, or the best that was kept, with its standard error"),
                 tr("Tokens trained on so far"), tr("Time of training so far, without evaluations")},
                parent) {}

int RunsModel::rowOf(const QString& folder) const {
    for (int i = 0; i < rowCount(); ++i) {
        if (row(i).folder == folder) return i;
    }
    return -1;
}

QVariant RunsModel::cell(const RunRow& row, int column, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return text(row, column);
        case Qt::DecorationRole:
            return column == Name && row.colour.isValid() ? QVariant(swatch(row.colour)) : QVariant();
        case Qt::ToolTipRole:
            return row.explanation.isEmpty() ? row.folder : row.folder + QLatin1Char('\n') + row.explanation;
        case Qt::TextAlignmentRole:
            return column >= Parameters ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
        case SortRole:
            return sortKey(row, column);
        default:
            return {};
    }
}

}  // namespace secateur
