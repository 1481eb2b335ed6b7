// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every previewed plan and every healed run with its perplexity: the table beside the curve of perplexity
// against parameters. Names and notes are edited in it.
#pragma once

#include <QColor>
#include <cstdint>
#include <optional>

#include "widgets/models/rows_model.h"

namespace secateur {

struct PlanRow {
    std::uint64_t point = 0;  // of the list of previewed plans; 0: a run
    QString folder{};         // of the run
    QString name{};
    QString words{};  // what it removes, or the name of the run's folder
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;
    std::optional<double> removed{};  // fraction of the decoder's linear weights; of plans
    double perplexity = 0.0;
    std::optional<double> standardError{};
    std::optional<double> change{};  // against the dense model on the same windows
    std::optional<double> changeError{};
    QString windows{};  // what it was measured on
    bool comparable = true;
    QString protocol{};
    QString note{};
    QString pin{};  // "A", "B"
    QColor colour{};
    [[nodiscard]] bool isRun() const noexcept { return point == 0; }
};

class PlansModel final : public RowsModel<PlanRow> {
    Q_OBJECT
public:
    enum Column { Pin, Plan, Parameters, Weights, Removed, Perplexity, Change, Windows, Note, ColumnCount };

    explicit PlansModel(QObject* parent = nullptr);
    void setRows(std::vector<PlanRow> rows) { replaceRows(std::move(rows)); }

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void nameWished(int row, const QString& name);
    void noteWished(int row, const QString& note);

protected:
    [[nodiscard]] QVariant cell(const PlanRow& row, int column, int role) const override;
};

}  // namespace secateur
