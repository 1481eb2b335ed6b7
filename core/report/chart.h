// SPDX-License-Identifier: GPL-3.0-or-later
//
// A line chart of named curves over common axes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/report/drawing.h"

namespace secateur::report {

struct Curve {
    std::string name;           // empty: it is not in the legend
    std::vector<Point> points;  // in the units of the axes; those that are not finite are left out
    bool joined = true;         // by a line
};

// A value over the whole width, e.g. of the network before any cut.
struct Level {
    std::string name;
    double value = 0.0;
};

struct Chart {
    std::string title;
    std::string note;  // small, under the title
    std::string xTitle;
    std::string yTitle;
    std::vector<Curve> curves;
    std::optional<Level> level = std::nullopt;
    bool wholeX = false;        // x counts things: no ticks between whole numbers
    bool legendBeside = false;  // however few the curves are
};

// The y axis is logarithmic when the values span more than a factor of five. The legend lies in the drawing,
// or beside it when there are many curves; marks of curves beyond the palette are hollow,
// and have a dot in the middle beyond that.
[[nodiscard]] Drawing draw(const Chart& chart);

// Round numbers that cover [low, high], about `count` of them.
[[nodiscard]] std::vector<double> linearTicks(double low, double high, int count);
// 1, 2 and 5 times powers of ten within [low, high].
[[nodiscard]] std::vector<double> logTicks(double low, double high);

}  // namespace secateur::report
