// SPDX-License-Identifier: GPL-3.0-or-later
//
// How did a value change, edit by edit? A small line without axes: the last value is a dot, what it is held
// against a dashed level. Its numbers are in the tool tip and for screen readers. Heights are logarithms, so
// that one bad try does not flatten the rest. GUI thread only.
#pragma once

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

namespace secateur {

class Sparkline final : public QWidget {
    Q_OBJECT
public:
    struct Point {
        double value = 0.0;  // above 0
        QString words{};     // what it is the value of
    };

    explicit Sparkline(const QString& name, QWidget* parent = nullptr);
    // Oldest first; values that are not finite or not above 0 are passed over.
    void setPoints(std::vector<Point> points, const std::optional<double>& level);
    [[nodiscard]] const std::vector<Point>& points() const noexcept { return points_; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] double heightOf(double value) const;  // pixels from the top

    std::vector<Point> points_;
    std::optional<double> level_;
};

}  // namespace secateur
