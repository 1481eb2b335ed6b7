// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does only one of the plans remove? Layers against channels or KV groups, in four colours: kept by
// both, removed by A alone, by B alone, by both. Where several units fall on one pixel their colours mix by
// their shares. The wheel zooms across, dragging pans, a double click or `0` shows all; arrow keys move over
// the units, Enter selects the layer.
#pragma once

#include <memory>
#include <vector>

#include "core/planning/plan_difference.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class DifferenceMapView final : public PlotView {
    Q_OBJECT
public:
    explicit DifferenceMapView(QWidget* parent = nullptr);
    ~DifferenceMapView() override;

    struct Row {
        int layer = 0;  // ORIGINAL number
        std::vector<PairFate> channels;
        std::vector<PairFate> kvGroups;
    };
    void setRows(std::vector<Row> rows);
    // Instead of channels.
    void setShowGroups(bool on);
    [[nodiscard]] QString describeUnit(int row, int unit) const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayers(const std::vector<int>& layers);

Q_SIGNALS:
    void layerSelected(int originalLayer);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    void resetView() override;
    void zoomAt(const QPointF& position, double factor, Qt::KeyboardModifiers modifiers) override;
    bool grabAt(const QPointF& position) override;
    void dragTo(const QPointF& position) override;
    void dropAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void rebuild();
    void markSelected();
    void paint();
    void moveTo(int row, int unit);

    class Private;
    std::unique_ptr<Private> d_;
};

// Of every layer: how many units share each fate, and the overlap of what is removed.
[[nodiscard]] FateCount countFates(const std::vector<PairFate>& fates);

}  // namespace secateur
