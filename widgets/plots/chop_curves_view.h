// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers can go? Perplexity against layers kept, a curve for every chop strategy, and the dense network
// as a line. Keys: left/right walk over the points, Enter chooses one.
#pragma once

#include <memory>

#include "core/data/reports.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class ChopCurvesView final : public PlotView {
    Q_OBJECT
public:
    explicit ChopCurvesView(QWidget* parent = nullptr);
    ~ChopCurvesView() override;

    // Null: nothing to draw.
    void setReport(std::shared_ptr<const ChopSweepReport> report);
    void setLogPerplexity(bool on);
    [[nodiscard]] bool logPerplexity() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void rowChosen(int row);  // of the report; clicked, or Enter

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void rebuild();
    void addCurves();
    void addDense();
    void setAxes();
    void moveTo(int point);
    void choose();
    [[nodiscard]] int pointAt(const QPointF& position) const;
    [[nodiscard]] QString describe(const ChopSweepRow& row) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
