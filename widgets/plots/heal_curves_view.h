// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast does healing win back what the cut lost? Training loss (or another quantity of every step) above,
// held-out perplexity below, of several runs over each other, with the dense and the unhealed perplexity as
// dashed lines; bars are standard errors over the held-out windows. Keys: left/right walk over the steps of
// the newest run.
#pragma once

#include <memory>
#include <vector>

#include "widgets/plots/curve_data.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class HealCurvesView final : public PlotView {
    Q_OBJECT
public:
    explicit HealCurvesView(QWidget* parent = nullptr);
    ~HealCurvesView() override;

    void setCurves(std::vector<HealCurve> curves);
    void setAxis(CurveAxis axis);
    [[nodiscard]] CurveAxis axis() const;
    void setQuantity(CurveQuantity quantity);
    [[nodiscard]] CurveQuantity quantity() const;
    void setSmoothing(int percent);  // 0..99
    [[nodiscard]] int smoothing() const;
    void setLogPerplexity(bool on);
    [[nodiscard]] bool logPerplexity() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void buildOptions();
    void buildRects();
    void rebuild();
    void addCurve(const HealCurve& curve);
    void addHeldOut(const HealCurve& curve, const QPen& pen);
    void markBest(const HealCurve& curve, const QColor& colour);
    void nameBest();
    void addLevels();
    void setRanges();
    void moveTo(int curve, int point);
    [[nodiscard]] QString describe(int curve, int point) const;
    [[nodiscard]] QString othersAt(int curve, double place) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
