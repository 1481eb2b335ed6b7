// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every chop of a comparison of strategies as a row: the table that says what the curves show.
#pragma once

#include "core/data/reports.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class ChopRowsModel final : public RowsModel<ChopSweepRow> {
    Q_OBJECT
public:
    enum Column { Strategy, Kept, Removed, Parameters, Perplexity, ColumnCount };

    explicit ChopRowsModel(QObject* parent = nullptr);
    // In the report's order. `layers` of the network that is chopped.
    void setRows(const std::vector<ChopSweepRow>& rows, int layers);

protected:
    [[nodiscard]] QVariant cell(const ChopSweepRow& row, int column, int role) const override;

private:
    [[nodiscard]] QVariant sortValue(const ChopSweepRow& row, int column) const;

    int layers_ = 0;
};

}  // namespace secateur
