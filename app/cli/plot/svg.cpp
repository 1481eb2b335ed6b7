// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstdio>

#include "app/cli/plot/drawing.h"

namespace secateur::cli {

namespace {

// printf's %g in the C locale, which this program never leaves.
std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.6g", value);
    return text.data();
}

std::string hex(Colour colour) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "#%02x%02x%02x", colour.red, colour.green, colour.blue);
    return text.data();
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&') {
            out += "&amp;";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else {
            out += c;
        }
    }
    return out;
}

std::string element(const Polyline& line) {
    std::string points;
    for (const Point& point : line.points)
        points += (points.empty() ? "" : " ") + number(point.x) + "," + number(point.y);
    return "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + hex(line.colour) +
           "\" stroke-width=\"" + number(line.width) + "\" stroke-linejoin=\"round\"/>\n";
}

std::string element(const Disc& disc) {
    return "<circle cx=\"" + number(disc.centre.x) + "\" cy=\"" + number(disc.centre.y) + "\" r=\"" +
           number(disc.radius) + "\" fill=\"" + hex(disc.colour) + "\"/>\n";
}

std::string element(const Label& label) {
    static constexpr std::array<const char*, 3> kAnchors{"start", "middle", "end"};
    const std::string x = number(label.at.x);
    const std::string y = number(label.at.y);
    const std::string turn = label.upward ? " transform=\"rotate(-90 " + x + " " + y + ")\"" : "";
    return "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + number(label.size) + "\" text-anchor=\"" +
           kAnchors[static_cast<std::size_t>(label.anchor)] + "\" fill=\"" + hex(label.colour) + "\"" + turn +
           ">" + escaped(label.text) + "</text>\n";
}

}  // namespace

std::string toSvg(const Drawing& drawing) {
    const std::string width = std::to_string(drawing.width);
    const std::string height = std::to_string(drawing.height);
    std::string text =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height +
        "\" viewBox=\"0 0 " + width + " " + height +
        "\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n";
    for (const Mark& mark : drawing.marks) {
        text += std::visit([](const auto& one) { return element(one); }, mark);
    }
    return text + "</svg>\n";
}

}  // namespace secateur::cli
