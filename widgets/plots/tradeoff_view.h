// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does each cut cost in perplexity? Perplexity against parameters kept: the dense model, the plans
// previewed so far, the current plan, and curves of sweeps. Keys: left/right walk over the points, Enter
// chooses one.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/reports.h"  // SweepPoint
#include "widgets/plots/plot_view.h"

namespace secateur {

struct TradeoffPoint {
    double parameters = 0.0;  // of the whole model
    double perplexity = 0.0;
    QString label;  // what it is, e.g. "FLAP 20 %, layer 3 chopped"
};

class TradeoffView final : public PlotView {
    Q_OBJECT
public:
    explicit TradeoffView(QWidget* parent = nullptr);
    ~TradeoffView() override;

    void setDense(std::optional<TradeoffPoint> dense);
    void setHistory(std::vector<TradeoffPoint> points);  // oldest first
    void setCurrent(std::optional<TradeoffPoint> current);
    void setSweep(std::vector<SweepPoint> points);  // one curve a method
    void setLogPerplexity(bool on);
    [[nodiscard]] bool logPerplexity() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void historyPointChosen(int index);  // clicked, or Enter

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void addCurves();
    void rebuild();
    void setAxes();
    void moveTo(int point);
    void choose();
    [[nodiscard]] int pointAt(const QPointF& position) const;
    [[nodiscard]] QString describe(int point) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
