// SPDX-License-Identifier: GPL-3.0-or-later
//
// The ring around the point of a plot that the pointer or the keys are on, and how they get there. GUI thread
// only.
#pragma once

#include <QFont>
#include <QPointF>
#include <functional>
#include <optional>

class QCPItemTracer;

namespace secateur {

class PlotCanvas;
struct PlotTheme;

class PointMarker {
public:
    explicit PointMarker(PlotCanvas& canvas);

    void setStyle(const PlotTheme& theme, const QFont& font);
    // Moves the ring to plot coordinates, or hides it, and draws the overlay again.
    void moveTo(std::optional<QPointF> coordinates);
    // The one of `count` points that is nearest to a pixel and within reach, -1 when none is; of equally near
    // ones the last. `coordinates` gives a point's place in the plot.
    [[nodiscard]] int nearest(const QPointF& pixel, int count,
                              const std::function<QPointF(int)>& coordinates) const;
    [[nodiscard]] const QCPItemTracer* item() const noexcept { return ring_; }

    // What a key does where `at` of `count` points is marked (-1: none yet): Left, Right, Home and End move,
    // Return and Enter choose. False for other keys.
    [[nodiscard]] static bool press(int key, int at, int count, const std::function<void(int)>& moveTo,
                                    const std::function<void()>& choose);

private:
    [[nodiscard]] static std::optional<int> stepped(int key, int at, int count);

    PlotCanvas& canvas_;
    QCPItemTracer* ring_;  // owned by the canvas
};

}  // namespace secateur
