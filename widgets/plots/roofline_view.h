// SPDX-License-Identifier: GPL-3.0-or-later
//
// What holds the network up here, memory or arithmetic? The roofline of the machine, log-log: how many FLOPs
// a second it can do at most, against how many it does with each byte that it reads. Each kind of linear
// stands on it, for each pass that was measured, of the dense network and of what the plan leaves; below it
// what steps of decoding came to. Keys: left/right walk over the points.
#pragma once

#include <memory>

#include "core/data/bench.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class RooflineView final : public PlotView {
    Q_OBJECT
public:
    explicit RooflineView(QWidget* parent = nullptr);
    ~RooflineView() override;

    void setReport(std::shared_ptr<const BenchReport> report);  // null: empty

    struct Point {
        QString linear{};  // "q_proj"; of a measured step empty
        int rows = 1;      // of the pass
        bool planned = false;
        bool memoryBinds = true;
        double intensity = 0.0;  // FLOPs a byte
        double rate = 0.0;       // FLOPs a second: at most, or measured
        [[nodiscard]] bool measured() const { return linear.isEmpty(); }
    };
    // In the order in which keys walk over them, by intensity.
    [[nodiscard]] const std::vector<Point>& points() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void rebuild();
    void addRoof();
    void addPoints();
    void moveTo(int place);
    [[nodiscard]] QString describe(const Point& point) const;
    [[nodiscard]] QString passName(int rows) const;  // as the legend calls it

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
