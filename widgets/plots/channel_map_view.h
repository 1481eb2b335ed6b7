// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which channels and heads matter in each layer? A heat map of layer x unit, drawn from a pyramid at screen
// resolution, with what the plan removes hatched over it, as densely as its share of a pixel. The label under
// it (accessible name "Channel under cursor") says the exact value, rank and reason. Zoomed in, an overview
// in the corner shows which part of the map is seen; its frame can be dragged.
//
// Mouse: wheel zooms (Ctrl: units only, Shift: layers only), drag pans, click chooses the cell and selects
// its layer, double click shows all. Keys: arrows move the cursor cell, Home/End to the ends of the layer,
// Enter selects the layer, P pins the cell for a closer look, +/- zoom, 0 shows all.
#pragma once

#include <QString>
#include <QVariantMap>
#include <memory>
#include <optional>

#include "core/data/score_table.h"
#include "core/data/unit_cell.h"
#include "core/planning/planner.h"  // KeptUnits, WidthDecision
#include "widgets/plots/channel_map_choices.h"
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

    [[nodiscard]] UnitKind unitKind() const { return choices_->kind(); }
    [[nodiscard]] UnitValues values() const { return choices_->values(); }
    [[nodiscard]] UnitOrder order() const { return choices_->order(); }
    [[nodiscard]] bool logScale() const { return choices_->logScale(); }
    [[nodiscard]] ColourMap colourMap() const { return choices_->colourMap(); }
    [[nodiscard]] Reduction reduction() const { return choices_->reduction(); }
    void setUnitKind(UnitKind kind) { choices_->setKind(kind); }
    void setValues(UnitValues values) { choices_->setValues(values); }
    void setOrder(UnitOrder order) { choices_->setOrder(order); }
    void setLogScale(bool on) { choices_->setLogScale(on); }
    void setColourMap(ColourMap map) { choices_->setColourMap(map); }
    // What one pixel shows of the many units below it.
    void setReduction(Reduction reduction) { choices_->setReduction(reduction); }
    // What stays from one start to the next: all choices but the kind of units.
    [[nodiscard]] QVariantMap choices() const { return choices_->kept(); }
    void setChoices(const QVariantMap& choices) { choices_->restore(choices); }
    // A further group of the menu View, before the others; the first of it is chosen.
    [[nodiscard]] QActionGroup* addChoice(const QString& title, const QStringList& texts) {
        return choices_->addGroup(title, texts);
    }

    [[nodiscard]] int selectedLayer() const;
    // The cell that P would pin: under the keyboard's or the mouse's cursor, else the one clicked last.
    [[nodiscard]] std::optional<UnitCell> chosenCell() const;
    // Marked on the map; nullopt: none.
    void setPinned(const std::optional<UnitCell>& cell);
    [[nodiscard]] bool zoomedIn() const;
    // The text for one unit as the cursor would show it; empty when there is no such unit.
    [[nodiscard]] QString describeUnit(int originalLayer, int unit) const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayer(int originalLayer);  // -1 = none
    void showAll();
    void togglePin();  // pins the chosen cell, or takes the pin away where it is pinned already

Q_SIGNALS:
    void layerSelected(int originalLayer);
    void pinWished(const secateur::UnitCell& cell);
    void unpinWished();
    void choicesChanged();

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    void resetView() override { showAll(); }
    void zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers modifiers) override;
    bool pressKey(int key) override;
    bool grabAt(const QPointF& position) override;
    void dragTo(const QPointF& position) override;

private:
    void addOptions();
    void rename();
    void rebuild();
    void remark();
    void recolour();
    void say();
    void moveCursor(int rows, int columns);
    void placeMarkers();
    void refreshButtons();
    [[nodiscard]] bool letsGo() const;  // togglePin() would unpin

    ChannelMapChoices* choices_;
    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
