// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/step_list_model.h"

#include <QMimeData>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/requests.h"
#include "widgets/document/plan_document.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {
namespace {

const QString kRowType = QStringLiteral("application/x-secateur-step-row");

QString text(const StepRow& row, int column) {
    switch (column) {
        case StepListModel::Step:
            return row.step;
        case StepListModel::Cost:
            return costInWords(row.cost);
        case StepListModel::Parameters:
            return row.after ? QString::fromStdString(formatCount(row.after->parametersAfter))
                             : QStringLiteral("-");
        case StepListModel::Weights:
            return row.after ? QString::fromStdString(formatBytes(row.after->bytesAfter))
                             : QStringLiteral("-");
        default:
            return {};
    }
}

QString explanation(StepCost cost) {
    switch (cost) {
        case StepCost::Instant:
            return StepListModel::tr("Follows from the checkpoint");
        case StepCost::OnePass:
            return StepListModel::tr("Follows from one pass over the calibration text, or over the weights");
        case StepCost::Calibrated:
            return StepListModel::tr("Runs the layers over the calibration text; previewed on demand");
        case StepCost::Trains:
            break;
    }
    return StepListModel::tr("Trains what the steps before leave");
}

}  // namespace

StepListModel::StepListModel(PlanDocument& document, const std::vector<MethodInfo>& methods, QObject* parent)
    : RowsModel({tr("On"), tr("Step"), tr("Cost"), tr("Parameters"), tr("Weights")},
                {tr("Uncheck to leave the step out without removing it"),
                 tr("What the step does to what the steps above leave"),
                 tr("What must run before the result of the step is known"), tr("Parameters after the step"),
                 tr("Bytes of the weights after the step, packed to their bits")},
                parent),
      document_(document),
      methods_(methods) {
    connect(&document_, &PlanDocument::planChanged, this, &StepListModel::refresh);
    refresh();
}

void StepListModel::refresh() {
    std::vector<StepRow> rows;
    if (document_.model() != nullptr) {
        const PlanWishes& wishes = document_.wishes();
        const std::vector<int> steps = planSteps(wishes);
        const auto made =
            static_cast<std::size_t>(std::ranges::count_if(steps, [](int s) { return s >= 0; }));
        const PlanResult* result = document_.valid() ? document_.result() : nullptr;
        const bool accounted = result != nullptr && result->afterStep.size() == made;
        for (std::size_t i = 0; i < wishes.steps.size(); ++i) {
            const Wish& wish = wishes.steps[i];
            StepRow row{wishInWords(wish, methods_), wish.on, costOf(wish, methods_), std::nullopt};
            if (accounted && steps[i] >= 0) row.after = result->afterStep[static_cast<std::size_t>(steps[i])];
            rows.push_back(std::move(row));
        }
    }
    replaceRows(std::move(rows));
}

bool StepListModel::moveStep(int from, int to) {
    if (from < 0 || to < 0 || from >= rowCount() || to >= rowCount() || from == to) return false;
    PlanWishes wishes = document_.wishes();
    const Wish moved = wishes.steps[static_cast<std::size_t>(from)];
    wishes.steps.erase(wishes.steps.begin() + from);
    wishes.steps.insert(wishes.steps.begin() + to, moved);
    Q_EMIT stepMoved(from, to);
    document_.edit(tr("Move step"), std::move(wishes));
    return true;
}

bool StepListModel::switchStep(int step, bool on) {
    if (step < 0 || step >= rowCount() || row(step).on == on) return false;
    PlanWishes wishes = document_.wishes();
    wishes.steps[static_cast<std::size_t>(step)].on = on;
    document_.edit((on ? tr("Switch on step %1") : tr("Switch off step %1")).arg(step + 1),
                   std::move(wishes));
    return true;
}

bool StepListModel::removeStep(int step) {
    if (step < 0 || step >= rowCount()) return false;
    PlanWishes wishes = document_.wishes();
    wishes.steps.erase(wishes.steps.begin() + step);
    document_.edit(tr("Remove step %1").arg(step + 1), std::move(wishes));
    return true;
}

Qt::ItemFlags StepListModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) return Qt::ItemIsDropEnabled;  // between rows
    Qt::ItemFlags flags =
        Qt::ItemIsSelectable | Qt::ItemIsEnabled | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
    if (index.column() == On) flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool StepListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::CheckStateRole || !index.isValid() || index.column() != On) return false;
    return switchStep(index.row(), value.toInt() == Qt::Checked);
}

bool StepListModel::moveRows(const QModelIndex& sourceParent, int source, int count,
                             const QModelIndex& targetParent, int target) {
    if (sourceParent.isValid() || targetParent.isValid() || count != 1) return false;
    return moveStep(source, target > source ? target - 1 : target);
}

QStringList StepListModel::mimeTypes() const {
    return {kRowType};
}

QMimeData* StepListModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty()) return nullptr;
    auto* data = new QMimeData;
    data->setData(kRowType, QByteArray::number(indexes.first().row()));
    return data;
}

bool StepListModel::canDropMimeData(const QMimeData* data, Qt::DropAction action, int /*row*/, int /*column*/,
                                    const QModelIndex& /*parent*/) const {
    return data != nullptr && action == Qt::MoveAction && data->hasFormat(kRowType);
}

bool StepListModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                                 const QModelIndex& parent) {
    if (!canDropMimeData(data, action, row, column, parent)) return false;
    bool read = false;
    const int from = data->data(kRowType).toInt(&read);
    const int place = parent.isValid() ? parent.row() : row < 0 ? rowCount() : row;
    // `place` counts rows before the step is taken out.
    return read && moveStep(from, place > from && !parent.isValid() ? place - 1 : place);
}

QVariant StepListModel::cell(const StepRow& row, int column, int role) const {
    const auto number = static_cast<int>(&row - rows().data()) + 1;
    switch (role) {
        case Qt::DisplayRole:
            return text(row, column);
        case Qt::CheckStateRole:
            return column == On ? QVariant(static_cast<int>(row.on ? Qt::Checked : Qt::Unchecked))
                                : QVariant();
        case Qt::TextAlignmentRole:
            return column >= Parameters ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                        : QVariant(Qt::AlignLeft | Qt::AlignVCenter);
        case kGuideRole: {
            if (column != Step) return {};
            const auto& steps = document_.wishes().steps;
            const auto values = stepValues(steps.at(static_cast<std::size_t>(number - 1)).wished, methods_);
            return values ? QVariant(guideKey("method", values->method)) : QVariant();
        }
        case Qt::AccessibleTextRole:
            return column == On ? tr("Step %1 on").arg(number) : text(row, column);
        case Qt::ToolTipRole:
            return column == Cost   ? explanation(row.cost)
                   : column == Step ? text(row, column)
                                    : headerData(column, Qt::Horizontal, Qt::ToolTipRole);
        default:
            return {};
    }
}

}  // namespace secateur
