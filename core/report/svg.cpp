// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstdio>
#include <string>

#include "core/report/drawing.h"
#include "core/report/html.h"

namespace secateur::report {

namespace {

// printf's %g in the C locale, which this program never leaves.
std::string coordinate(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

std::string hex(Colour colour) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    return text.data();
}

std::string paint(Colour colour, SvgUse use) {
    if (use == SvgUse::Page) {
        if (colour == kInk || colour == Colour{}) return "currentColor";
        if (colour == kMuted) return "var(--muted)";
        if (colour == kGrid) return "var(--grid)";
        if (colour == kPaper) return "var(--paper)";
    }
    return hex(colour);
}

std::string element(const Polyline& line, SvgUse use) {
    std::string points;
    for (const Point& point : line.points)
        points += (points.empty() ? "" : " ") + coordinate(point.x) + "," + coordinate(point.y);
    return "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + paint(line.colour, use) +
           "\" stroke-width=\"" + coordinate(line.width) + "\" stroke-linejoin=\"round\"/>\n";
}

std::string element(const Disc& disc, SvgUse use) {
    return "<circle cx=\"" + coordinate(disc.centre.x) + "\" cy=\"" + coordinate(disc.centre.y) + "\" r=\"" +
           coordinate(disc.radius) + "\" fill=\"" + paint(disc.colour, use) + "\"/>\n";
}

std::string element(const Label& label, SvgUse use) {
    static constexpr std::array<const char*, 3> kAnchors{"start", "middle", "end"};
    const std::string x = coordinate(label.at.x);
    const std::string y = coordinate(label.at.y);
    const std::string turn = label.upward ? " transform=\"rotate(-90 " + x + " " + y + ")\"" : "";
    return "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + coordinate(label.size) +
           "\" text-anchor=\"" + kAnchors[static_cast<std::size_t>(label.anchor)] + "\" fill=\"" +
           paint(label.colour, use) + "\"" + turn + ">" + escaped(label.text) + "</text>\n";
}

}  // namespace

std::string toSvg(const Drawing& drawing, SvgUse use) {
    const std::string width = std::to_string(drawing.width);
    const std::string height = std::to_string(drawing.height);
    std::string text = "<svg ";
    if (use == SvgUse::File) text += "xmlns=\"http://www.w3.org/2000/svg\" ";
    text += "width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height +
            "\" font-family=\"sans-serif\">\n";
    if (use == SvgUse::File) text += "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    for (const Mark& mark : drawing.marks)
        text += std::visit([use](const auto& one) { return element(one, use); }, mark);
    return text + "</svg>\n";
}

}  // namespace secateur::report
