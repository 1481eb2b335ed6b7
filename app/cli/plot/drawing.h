// SPDX-License-Identifier: GPL-3.0-or-later
//
// A picture as a list of marks, in pixels from the upper left corner; written as SVG or rendered as PNG.
// Later marks lie on top.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace secateur::cli {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
};

struct Point {
    double x = 0.0;
    double y = 0.0;
};

struct Polyline {
    std::vector<Point> points;
    Colour colour;
    double width = 1.0;
};

struct Disc {
    Point centre;
    double radius = 1.0;
    Colour colour;
};

struct Label {
    enum class Anchor { Start, Middle, End };
    Point at;  // on the baseline
    std::string text;
    double size = 12.0;  // height of a line
    Anchor anchor = Anchor::Start;
    bool upward = false;  // turned by 90 degrees, reading from bottom to top
    Colour colour;
};

using Mark = std::variant<Polyline, Disc, Label>;

struct Drawing {
    int width = 0;
    int height = 0;
    std::vector<Mark> marks;  // on white
};

[[nodiscard]] std::string toSvg(const Drawing& drawing);
// `scale` pixels of the image to one of the drawing. Text is drawn in strokes (stroke_font.h), ASCII alone.
[[nodiscard]] std::string toPng(const Drawing& drawing, int scale = 2);

}  // namespace secateur::cli
