// SPDX-License-Identifier: GPL-3.0-or-later
//
// A picture as a list of marks, in pixels from the upper left corner; written as SVG, or rendered as PNG by
// the program. Later marks lie on top.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace secateur::report {

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Colour&) const = default;
};
// What is not data: a page has its own of each.
inline constexpr Colour kInk{34, 34, 34};
inline constexpr Colour kMuted{102, 102, 102};
inline constexpr Colour kGrid{224, 224, 224};
inline constexpr Colour kPaper{255, 255, 255};

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

enum class SvgUse {
    File,  // black on white
    Page,  // inside a document of report.h, whose style gives ink, grid and paper: dark pages, print
};
[[nodiscard]] std::string toSvg(const Drawing& drawing, SvgUse use = SvgUse::File);

}  // namespace secateur::report
