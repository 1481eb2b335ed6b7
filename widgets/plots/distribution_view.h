// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where does the threshold fall among the scores? Histograms of what the structure compares, MLP channels
// above KV groups, with the threshold as a line to drag (or to move with the arrow keys). AL-AM has one line,
// AL-MM one a panel; UL-* has one a layer, which can be looked at layer by layer but not dragged.
#pragma once

#include <QString>
#include <cstdint>
#include <memory>

#include "core/data/score_table.h"
#include "core/planning/planner.h"  // WidthDecision
#include "widgets/plots/plot_view.h"

namespace secateur {

class DistributionView final : public PlotView {
    Q_OBJECT
public:
    explicit DistributionView(QWidget* parent = nullptr);
    ~DistributionView() override;

    void setData(std::shared_ptr<const ScoreTable> table);  // null empties the view
    void setDecision(const WidthDecision* decision);        // copies the thresholds; null: none drawn
    // Why there is none, while there is no decision.
    void setNoThresholdText(const QString& text);
    // Weights that go with one unit (kvGroupParameters(), channelParameters()); without them shares are of
    // units.
    void setCosts(std::int64_t groupParameters, std::int64_t channelParameters);
    // All layers, or only the selected one.
    void setOnlySelectedLayer(bool on);
    [[nodiscard]] bool onlySelectedLayer() const;
    [[nodiscard]] int selectedLayer() const;

    // What a threshold at `value` for channels and groups alike would remove, of the layers in view; layers
    // that the decision leaves alone stay out of it.
    [[nodiscard]] double removedShareAt(double value) const;  // of the weights, 0..1
    [[nodiscard]] int removedChannelsAt(double value) const;
    [[nodiscard]] int removedGroupsAt(double value) const;
    [[nodiscard]] bool draggable() const;  // a structure with one threshold a module
    // The line's place; NaN when there is none.
    [[nodiscard]] double channelThreshold() const;
    [[nodiscard]] double groupThreshold() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayer(int originalLayer);  // -1 = none

Q_SIGNALS:
    // While dragging and at the end. AL-AM: the one threshold; AL-MM: that of the channels.
    void thresholdDragged(double value);
    void groupThresholdDragged(double value);  // AL-MM only
    void thresholdReleased(double value);  // the drag or key press is over; `value` of the line that moved

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    bool pressKey(int key) override;
    bool grabAt(const QPointF& position) override;
    void dragTo(const QPointF& position) override;
    void dropAt(const QPointF& position) override;

private:
    void rebuild();
    void moveLine(double value);
    void releaseLine();
    [[nodiscard]] QString thresholdText() const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
