// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which channels and heads matter in each layer? A heat map of layer x unit, drawn from a pyramid at screen
// resolution, with what the plan removes hatched over it. The label under it (accessible name "Channel under
// cursor") says the exact value, rank and reason.
//
// Mouse: wheel zooms (Ctrl: units only, Shift: layers only), drag pans, click selects the layer, double click
// shows all. Keys: arrows move the cursor cell, Home/End to the ends of the layer, Enter selects the layer,
// +/- zoom, 0 shows all.
#pragma once

#include <QString>
#include <memory>

#include "core/data/score_table.h"
#include "core/planning/planner.h"  // KeptUnits, WidthDecision
#include "widgets/plots/colour_map.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/unit_map.h"

namespace secateur {

class ChannelMapView final : public PlotView {
    Q_OBJECT
public:
    explicit ChannelMapView(QWidget* parent = nullptr);
    ~ChannelMapView() override;

    // Null empties the view.
    void setData(std::shared_ptr<const ScoreTable> table);
    // What the plan keeps, indexed by ORIGINAL layer; null: no plan, nothing hatched.
    void setKept(std::shared_ptr<const KeptUnits> kept);
    // Copies the thresholds, for "kept because"; null when the plan has no width step. The scores drawn may
    // be of another metric.
    void setDecision(const WidthDecision* decision);

    [[nodiscard]] UnitKind unitKind() const;
    [[nodiscard]] UnitValues values() const;
    [[nodiscard]] UnitOrder order() const;
    [[nodiscard]] bool logScale() const;
    [[nodiscard]] ColourMap colourMap() const;
    [[nodiscard]] Reduction reduction() const;
    void setUnitKind(UnitKind kind);
    void setValues(UnitValues values);
    void setOrder(UnitOrder order);
    void setLogScale(bool on);
    void setColourMap(ColourMap map);
    void setReduction(Reduction reduction);  // what one pixel shows of the many units below it

    [[nodiscard]] int selectedLayer() const;
    // The text for one unit as the cursor would show it; empty when there is no such unit.
    [[nodiscard]] QString describeUnit(int originalLayer, int unit) const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayer(int originalLayer);  // -1 = none
    void showAll();

Q_SIGNALS:
    void layerSelected(int originalLayer);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    void resetView() override { showAll(); }
    void zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers modifiers) override;
    bool pressKey(int key) override;

private:
    void addOptions();
    void rebuild();
    void remark();
    void recolour();
    void say();
    void moveCursor(int rows, int columns);
    void placeMarkers();

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
