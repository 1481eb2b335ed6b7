// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every chop of a comparison of strategies as a row: the table that says what the curves show.
#pragma once

#include <memory>

#include "core/data/reports.h"
#include "widgets/models/rows_model.h"

namespace secateur {

class ChopRowsModel final : public RowsModel<ChopSweepRow> {
    Q_OBJECT
public:
    enum Column { Strategy, Count, Perplexity, Change, Removed, Parameters, ColumnCount };

    explicit ChopRowsModel(QObject* parent = nullptr);
    // In the report's order; null: none.
    void setReport(const std::shared_ptr<const ChopSweepReport>& report);
    // The strategy that the pointer is on elsewhere; its rows are set off. Empty: none.
    void setPointed(const std::string& strategy);

protected:
    [[nodiscard]] QVariant cell(const ChopSweepRow& row, int column, int role) const override;

private:
    [[nodiscard]] QVariant sortValue(const ChopSweepRow& row, int column) const;

    std::shared_ptr<const ChopSweepReport> report_;
    std::string pointed_;
};

}  // namespace secateur
