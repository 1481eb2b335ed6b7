// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? Perplexity against layers removed, a curve for every chop strategy with its name at
// its end, the dense network as a line, and above it a band that names the best strategy of every count. A
// click selects a point; keys: left/right walk over the points, Enter selects one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/data/reports.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class DirectLabels;

// Strategies of a report in the order of their first row; a strategy's colour goes by its place here.
[[nodiscard]] std::vector<std::string> strategiesOf(const ChopSweepReport& report);

// A strategy's name as people read it.
using StrategyNames = std::function<QString(const std::string&)>;

class ChopCurvesView final : public PlotView {
    Q_OBJECT
public:
    explicit ChopCurvesView(QWidget* parent = nullptr);
    ~ChopCurvesView() override;

    void setNames(StrategyNames names);
    // Null: nothing to draw.
    void setReport(std::shared_ptr<const ChopSweepReport> report);
    void setLogPerplexity(bool on);
    [[nodiscard]] bool logPerplexity() const;
    void setSelectedRow(int row);  // of the report; -1 = none
    // The strategy that is pointed at, here or elsewhere: its curve comes forward. Empty: none.
    void setPointed(const std::string& strategy);
    [[nodiscard]] const DirectLabels& labels() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void rowSelected(int row);  // of the report; clicked, or Enter
    void strategyPointed(const std::string& strategy);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void rebuild();
    void addCurves(const std::vector<int>& points);
    [[nodiscard]] bool hidden(const std::string& strategy) const;
    void addDense();
    void addBest();
    void setAxes();
    void moveTo(int point);
    void choose();
    [[nodiscard]] QString bestText() const;
    [[nodiscard]] int pointAt(const QPointF& position) const;
    [[nodiscard]] QString describe(const ChopSweepRow& row) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
