// SPDX-License-Identifier: GPL-3.0-or-later
//
// The cuts of a plan, ranked by what taking each back wins.
#pragma once

#include "core/data/take_back.h"
#include "widgets/models/rows_model.h"

namespace secateur {

struct TakeBackLine {
    TakeBackRow row;
    QString what;
    double largest = 0.0;  // won back, of all rows, for bars
};

class TakeBackModel final : public RowsModel<TakeBackLine> {
    Q_OBJECT
public:
    enum Column { What, Perplexity, Won, Parameters, Weights, PerMillion, ColumnCount };

    explicit TakeBackModel(QObject* parent = nullptr);
    void setLines(std::vector<TakeBackLine> lines) { replaceRows(std::move(lines)); }

protected:
    [[nodiscard]] QVariant cell(const TakeBackLine& line, int column, int role) const override;

private:
    [[nodiscard]] QVariant sortValue(const TakeBackRow& row, int column) const;
};

}  // namespace secateur
