// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rates, times and memory of the dense network and of what a plan leaves, a row each.
#pragma once

#include "core/planning/bench_rows.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class BenchModel final : public RowsModel<BenchRow> {
    Q_OBJECT
public:
    enum Column { What, Dense, Planned, Change, ColumnCount };

    explicit BenchModel(QObject* parent = nullptr);
    void setReport(const BenchReport* report);  // null: empty

protected:
    [[nodiscard]] QVariant cell(const BenchRow& row, int column, int role) const override;
};

}  // namespace secateur
