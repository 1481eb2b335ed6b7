// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing runs: what was done, how far it came, what it cost and what it brought.
#pragma once

#include <QColor>

#include "widgets/document/run_board.h"
#include "widgets/models/rows_model.h"

namespace secateur {

// A run without its curves.
struct RunRow {
    QString folder{};
    QString name{};
    QString method{};
    QString state{};
    QString explanation{};  // why it ended, or the protocol of its perplexities
    std::int64_t parameters = 0;
    std::int64_t bytes = 0;
    std::optional<double> before{};
    std::optional<double> beforeError{};  // standard error over the held-out windows
    std::optional<double> after{};
    std::optional<double> afterError{};
    std::int64_t tokens = 0;
    double seconds = 0.0;
    std::optional<double> fraction{};  // done, while it is under way
    QColor colour{};                   // of its curve
};

[[nodiscard]] RunRow runRow(const RunEntry& run, const QColor& colour);

class RunsModel final : public RowsModel<RunRow> {
    Q_OBJECT
public:
    enum Column { Name, Method, State, Parameters, Bytes, Before, After, Tokens, Time, ColumnCount };

    explicit RunsModel(QObject* parent = nullptr);
    void setRuns(std::vector<RunRow> rows) { replaceRows(std::move(rows)); }
    [[nodiscard]] int rowOf(const QString& folder) const;  // -1 when there is none

protected:
    [[nodiscard]] QVariant cell(const RunRow& row, int column, int role) const override;
};

}  // namespace secateur
