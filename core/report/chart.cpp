// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/base/units.h"

namespace secateur::report {

namespace {

constexpr int kWidth = 760;
constexpr int kHeight = 480;
constexpr double kLeft = 80.0;
constexpr double kRight = 730.0;
constexpr double kTop = 70.0;
constexpr double kBottom = 420.0;
constexpr double kLogFrom = 5.0;
constexpr std::size_t kMostInside = 6;  // curves whose legend does not cover the drawing
constexpr int kLegendWidth = 190;

// Okabe and Ito's palette: told apart by colour-blind readers too.
constexpr std::array<Colour, 7> kColours{Colour{0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                         {230, 159, 0},       {86, 180, 233}, {0, 0, 0}};

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    void cover(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
};

bool drawable(const Point& point) {
    return std::isfinite(point.x) && std::isfinite(point.y);
}

// Where values lie on the paper.
class Axes {
public:
    explicit Axes(const Chart& chart) {
        for (const Curve& curve : chart.curves) {
            for (const Point& point : curve.points) {
                if (!drawable(point)) continue;
                x_.cover(point.x);
                y_.cover(point.y);
            }
        }
        if (chart.level && std::isfinite(chart.level->value)) y_.cover(chart.level->value);
        if (x_.low > x_.high) x_ = y_ = {0.0, 1.0};
        log_ = y_.low > 0.0 && y_.high / y_.low > kLogFrom;
        widen(x_, false);
        widen(y_, log_);
    }

    [[nodiscard]] Point place(Point value) const {
        const double x = (value.x - x_.low) / (x_.high - x_.low);
        const double y = log_ ? std::log(value.y / y_.low) / std::log(y_.high / y_.low)
                              : (value.y - y_.low) / (y_.high - y_.low);
        return {kLeft + x * (kRight - kLeft), kBottom - y * (kBottom - kTop)};
    }
    [[nodiscard]] std::vector<double> xTicks() const { return linearTicks(x_.low, x_.high, 7); }
    [[nodiscard]] std::vector<double> yTicks() const {
        return log_ ? logTicks(y_.low, y_.high) : linearTicks(y_.low, y_.high, 6);
    }
    [[nodiscard]] Range x() const noexcept { return x_; }
    [[nodiscard]] Range y() const noexcept { return y_; }

private:
    // A little air around the curves, and something to divide by when there is one value.
    static void widen(Range& range, bool log) {
        if (log) {
            const double air = std::pow(range.high / range.low, 0.06);
            range = {range.low / air, range.high * air};
            return;
        }
        const double span =
            range.high > range.low ? range.high - range.low : std::max(std::abs(range.high), 1.0);
        range = {range.low - 0.05 * span, range.high + 0.05 * span};
    }

    Range x_;
    Range y_;
    bool log_ = false;
};

void addTicks(Drawing& drawing, const Axes& axes, bool wholeX) {
    for (const double value : axes.xTicks()) {
        if (wholeX && value != std::floor(value)) continue;
        const double x = axes.place({value, axes.y().low}).x;
        drawing.marks.push_back(Polyline{{{x, kTop}, {x, kBottom}}, kGrid, 1.0});
        drawing.marks.push_back(
            Label{{x, kBottom + 18.0}, formatScore(value), 12.0, Label::Anchor::Middle, false, kInk});
    }
    for (const double value : axes.yTicks()) {
        const double y = axes.place({axes.x().low, value}).y;
        drawing.marks.push_back(Polyline{{{kLeft, y}, {kRight, y}}, kGrid, 1.0});
        drawing.marks.push_back(
            Label{{kLeft - 8.0, y + 4.0}, formatScore(value), 12.0, Label::Anchor::End, false, kInk});
    }
    drawing.marks.push_back(Polyline{{{kLeft, kTop}, {kLeft, kBottom}, {kRight, kBottom}}, kInk, 1.5});
}

void addTitles(Drawing& drawing, const Chart& chart) {
    const double middle = (kLeft + kRight) / 2.0;
    drawing.marks.push_back(Label{{kLeft, 30.0}, chart.title, 17.0, Label::Anchor::Start, false, kInk});
    drawing.marks.push_back(Label{{kLeft, 50.0}, chart.note, 11.0, Label::Anchor::Start, false, kMuted});
    drawing.marks.push_back(
        Label{{middle, kBottom + 44.0}, chart.xTitle, 13.0, Label::Anchor::Middle, false, kInk});
    drawing.marks.push_back(
        Label{{24.0, (kTop + kBottom) / 2.0}, chart.yTitle, 13.0, Label::Anchor::Middle, true, kInk});
}

struct LegendPlace {
    double x = kLeft + 16.0;
    double y = kTop + 16.0;
};

// Curves beyond the palette have a hole in their marks, and then a dot in the hole.
void addMark(Drawing& drawing, Point at, Colour colour, std::size_t cycle) {
    drawing.marks.push_back(Disc{at, cycle < 2 ? 4.0 : 5.0, colour});
    if (cycle > 0) drawing.marks.push_back(Disc{at, cycle < 2 ? 2.2 : 3.6, kPaper});
    if (cycle > 1) drawing.marks.push_back(Disc{at, 1.8, colour});
}

void addLegend(Drawing& drawing, const std::string& name, Colour colour, LegendPlace& place) {
    drawing.marks.push_back(Polyline{{{place.x, place.y}, {place.x + 24.0, place.y}}, colour, 2.0});
    drawing.marks.push_back(
        Label{{place.x + 32.0, place.y + 4.0}, name, 13.0, Label::Anchor::Start, false, kInk});
    place.y += 18.0;
}

void addCurve(Drawing& drawing, const Axes& axes, const Curve& curve, std::size_t number,
              LegendPlace& legend) {
    const Colour colour = kColours[number % kColours.size()];
    const std::size_t cycle = number / kColours.size();
    Polyline line{{}, colour, 2.0};
    for (const Point& point : curve.points) {
        if (drawable(point)) line.points.push_back(axes.place(point));
    }
    const std::vector<Point> points = line.points;
    if (curve.joined && points.size() > 1) drawing.marks.push_back(std::move(line));
    for (const Point& point : points) addMark(drawing, point, colour, cycle);
    if (curve.name.empty()) return;
    const Point mark{legend.x + 12.0, legend.y};
    addLegend(drawing, curve.name, colour, legend);
    addMark(drawing, mark, colour, cycle);
}

void addLevel(Drawing& drawing, const Axes& axes, const Level& level, LegendPlace& legend) {
    if (!std::isfinite(level.value)) return;
    constexpr Colour kLevel{119, 119, 119};
    const double y = axes.place({axes.x().low, level.value}).y;
    drawing.marks.push_back(Polyline{{{kLeft, y}, {kRight, y}}, kLevel, 1.5});
    if (!level.name.empty()) addLegend(drawing, level.name, kLevel, legend);
}

}  // namespace

Drawing draw(const Chart& chart) {
    const bool beside = chart.legendBeside || chart.curves.size() > kMostInside;
    Drawing drawing{beside ? kWidth + kLegendWidth : kWidth, kHeight, {}};
    const Axes axes(chart);
    addTicks(drawing, axes, chart.wholeX);
    addTitles(drawing, chart);
    LegendPlace legend;
    if (beside) legend.x = kRight + 16.0;
    if (chart.level) addLevel(drawing, axes, *chart.level, legend);
    for (std::size_t i = 0; i < chart.curves.size(); ++i) addCurve(drawing, axes, chart.curves[i], i, legend);
    return drawing;
}

std::vector<double> linearTicks(double low, double high, int count) {
    const double rough = (high - low) / std::max(count, 1);
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10.0 * power;
    for (const double factor : {5.0, 2.0, 1.0}) {
        if (factor * power >= rough) step = factor * power;
    }
    std::vector<double> ticks;
    for (double i = std::ceil(low / step); i * step <= high; i += 1.0)
        ticks.push_back(i * step + 0.0);  // no "-0"
    return ticks;
}

std::vector<double> logTicks(double low, double high) {
    std::vector<double> ticks;
    for (double power = std::pow(10.0, std::floor(std::log10(low))); power <= high; power *= 10.0) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (factor * power >= low && factor * power <= high) ticks.push_back(factor * power);
        }
    }
    return ticks;
}

}  // namespace secateur::report
