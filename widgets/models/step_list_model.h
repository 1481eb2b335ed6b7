// SPDX-License-Identifier: GPL-3.0-or-later
//
// A row for each step that is wished for, in the order in which they are carried out: whether it is on, what
// it does, what it costs before its result is known, and what the network has after it. Every change is one
// undoable edit of the document; the rows follow the plan. GUI thread only.
#pragma once

#include <optional>

#include "core/data/method_info.h"
#include "core/data/plan.h"
#include "widgets/document/step_words.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class PlanDocument;

struct StepRow {
    QString step;  // in words
    bool on = true;
    StepCost cost = StepCost::Instant;
    std::optional<Accounting> after;  // none for a step that is off, and while there is no plan
};

class StepListModel final : public RowsModel<StepRow> {
    Q_OBJECT
public:
    enum Column { On, Step, Cost, Parameters, Weights, ColumnCount };

    // `methods`: the registry; both outlive the model.
    StepListModel(PlanDocument& document, const std::vector<MethodInfo>& methods, QObject* parent = nullptr);

    // The step comes to stand at `to`; false where that is no other place.
    bool moveStep(int from, int to);
    bool switchStep(int step, bool on);
    bool removeStep(int step);

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    bool moveRows(const QModelIndex& sourceParent, int source, int count, const QModelIndex& targetParent,
                  int target) override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
    [[nodiscard]] bool canDropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                                       const QModelIndex& parent) const override;
    bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                      const QModelIndex& parent) override;

Q_SIGNALS:
    void stepMoved(int from, int to);  // before the rows follow

protected:
    [[nodiscard]] QVariant cell(const StepRow& row, int column, int role) const override;

private:
    void refresh();

    PlanDocument& document_;
    const std::vector<MethodInfo>& methods_;
};

}  // namespace secateur
