// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all maps of A against B share: layers against channels or KV groups, each unit in one of a few shades.
// Where several units fall on one pixel their colours mix by their shares. The wheel zooms across, dragging
// pans, a double click or `0` shows all; arrow keys move over the units, Enter selects the layer.
#pragma once

#include <QColor>
#include <QString>
#include <cstdint>
#include <memory>
#include <vector>

#include "widgets/plots/plot_view.h"

namespace secateur {

class PairMapView : public PlotView {
    Q_OBJECT
public:
    ~PairMapView() override;

    // Instead of channels.
    void setShowGroups(bool on);
    [[nodiscard]] virtual QString describeUnit(int row, int unit) const = 0;

public Q_SLOTS:
    void setSelectedLayers(const std::vector<int>& layers);

Q_SIGNALS:
    void layerSelected(int originalLayer);

protected:
    // `unitsName`: what the choice of channels or KV groups is called, for there may be two such maps.
    PairMapView(const QString& unitsName, QWidget* parent);

    struct Line {
        int layer = 0;                     // ORIGINAL number
        std::vector<std::uint8_t> shades;  // one a unit: which of shades()
    };
    struct Key {
        QString text{};
        QColor colour{};
    };
    [[nodiscard]] bool groups() const;
    // What is drawn, of channels or of KV groups; asked for at every rebuild().
    [[nodiscard]] virtual std::vector<Line> lines() = 0;
    [[nodiscard]] virtual std::vector<QColor> shades(const PlotTheme& theme) const = 0;
    [[nodiscard]] virtual std::vector<Key> keys(const PlotTheme& theme) const = 0;
    // Another drawing: a view calls it when it is made and when what it shows changes.
    void rebuild();
    // Beside what is removed by nobody, or scored alike.
    [[nodiscard]] static QColor neutral(const PlotTheme& theme);

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
    void markSelected();
    void paint();
    void moveTo(int row, int unit);

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
