// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tables of what a plan does to losses: the worst tokens, and windows or documents with their means.
#pragma once

#include <memory>

#include "core/data/token_losses.h"
#include "widgets/models/rows_model.h"

namespace secateur {

struct TokenRow {
    TokenLoss loss;
    QString text;
    QString context;  // the tokens before it
    int shownWindow = 0;
};

class TokensModel final : public RowsModel<TokenRow> {
    Q_OBJECT
public:
    enum Column { Token, Before, Window, Position, Dense, Planned, Change, ColumnCount };
    static constexpr int kMost = 200;

    explicit TokensModel(QObject* parent = nullptr);
    // The tokens whose loss grows most; none without a report.
    void setReport(const TokenLossReport* report);

protected:
    [[nodiscard]] QVariant cell(const TokenRow& row, int column, int role) const override;
};

struct SumRow {
    int number = 0;          // of the window or document in the text
    std::int64_t first = 0;  // its first token, counted over all windows
    LossSum sum;
    double largest = 0.0;  // change of all rows, for bars
};

class LossSumsModel final : public RowsModel<SumRow> {
    Q_OBJECT
public:
    enum Column { Number, Tokens, Dense, Planned, Change, ColumnCount };
    enum class Of { Windows, Documents };

    explicit LossSumsModel(Of of, QObject* parent = nullptr);
    void setReport(const TokenLossReport* report);

protected:
    [[nodiscard]] QVariant cell(const SumRow& row, int column, int role) const override;

private:
    Of of_;
};

}  // namespace secateur
