// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the trade-off knows of its points and choices. Included by the view's own sources only.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <algorithm>
#include <optional>
#include <vector>

#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/point_labels.h"
#include "widgets/plots/point_marker.h"
#include "widgets/plots/tradeoff_amounts.h"

namespace secateur {

class TradeoffView::Private {
public:
    std::vector<TradeoffPoint> points;
    std::vector<int> known;  // that can be drawn, by the axis
    std::vector<int> order;  // of those, that are shown
    std::vector<int> front;
    QStringList sets;
    QString chosenSet;  // by the user; empty: the usual one
    QComboBox* acrossBox = nullptr;
    QComboBox* upBox = nullptr;
    QComboBox* set = nullptr;
    QWidget* setOption = nullptr;
    QCheckBox* log = nullptr;
    std::optional<PointMarker> marker;
    PointLabels* labels = nullptr;
    int at = -1;

    [[nodiscard]] const TradeoffPoint& point(int index) const {
        return points[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] TradeoffAmount across() const { return chosen(*acrossBox); }
    [[nodiscard]] TradeoffAmount up() const { return chosen(*upBox); }
    [[nodiscard]] bool logarithmic() const { return log->isChecked() && up() == TradeoffAmount::Perplexity; }
    [[nodiscard]] bool ofWindows() const { return isOfWindows(across()) || isOfWindows(up()); }
    [[nodiscard]] QPointF coordinates(int index) const {
        return {amountOf(point(index), across()), amountOf(point(index), up())};
    }
    [[nodiscard]] std::optional<double> error(int index) const { return errorOf(point(index), up()); }
    [[nodiscard]] bool comparable(int index) const {
        return sets.size() < 2 || !ofWindows() || point(index).windows == set->currentIndex();
    }
    [[nodiscard]] bool isOnFront(int index) const { return std::ranges::find(front, index) != front.end(); }
    void sort(CurveToggles& curves);

private:
    static TradeoffAmount chosen(const QComboBox& box) {
        return static_cast<TradeoffAmount>(box.currentData().toInt());
    }
};

}  // namespace secateur
