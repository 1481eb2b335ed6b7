// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers does each strategy remove? A row a strategy, best first, and a column a layer; attention is
// the upper half of a cell, the MLP the lower. A click selects a row; keys: up/down walk, Enter selects.
#pragma once

#include <memory>

#include "core/data/reports.h"
#include "widgets/plots/chop_curves_view.h"  // StrategyNames, strategiesOf
#include "widgets/plots/plot_view.h"

namespace secateur {

class ChopMatrixView final : public PlotView {
    Q_OBJECT
public:
    explicit ChopMatrixView(QWidget* parent = nullptr);
    ~ChopMatrixView() override;

    void setNames(StrategyNames names);
    // What is removed where `count` layers go. `layers`: ORIGINAL numbers of those there are, in order. Null:
    // nothing to draw.
    void setReport(std::shared_ptr<const ChopSweepReport> report, std::vector<int> layers, int count);
    void setSelectedRow(int row);  // of the report; -1 = none

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void rowSelected(int row);  // of the report

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void rebuild();
    void addCells(int line, const ChopSweepRow& row, const QColor& colour);
    void moveTo(int line);
    void choose();
    [[nodiscard]] QString describe(int line) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
