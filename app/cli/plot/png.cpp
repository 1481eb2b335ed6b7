// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small rasteriser: every mark is a set of thick segments, and a pixel's coverage is how far it reaches
// into the nearest one.
#include "app/cli/plot/png.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <zlib.h>

#include "app/cli/plot/stroke_font.h"
#include "core/base/error.h"

namespace secateur::cli {

namespace {

class Image {
public:
    Image(int width, int height)
        : width_(width), height_(height), pixels_(static_cast<std::size_t>(width) * height * 3, 255) {}

    // A segment with round ends; from == to is a disc.
    void segment(Point from, Point to, double radius, Colour colour) {
        const double reach = radius + 1.0;
        const int left = std::max(0, static_cast<int>(std::floor(std::min(from.x, to.x) - reach)));
        const int right = std::min(width_ - 1, static_cast<int>(std::ceil(std::max(from.x, to.x) + reach)));
        const int top = std::max(0, static_cast<int>(std::floor(std::min(from.y, to.y) - reach)));
        const int bottom = std::min(height_ - 1, static_cast<int>(std::ceil(std::max(from.y, to.y) + reach)));
        for (int y = top; y <= bottom; ++y) {
            for (int x = left; x <= right; ++x) {
                const double coverage = radius + 0.5 - distance({x + 0.5, y + 0.5}, from, to);
                if (coverage > 0.0) blend(x, y, colour, std::min(coverage, 1.0));
            }
        }
    }

    [[nodiscard]] int width() const noexcept { return width_; }
    [[nodiscard]] int height() const noexcept { return height_; }
    [[nodiscard]] const std::uint8_t* row(int y) const {
        return pixels_.data() + static_cast<std::size_t>(y) * width_ * 3;
    }

private:
    static double distance(Point point, Point from, Point to) {
        const double dx = to.x - from.x;
        const double dy = to.y - from.y;
        const double length2 = dx * dx + dy * dy;
        const double along =
            length2 > 0.0 ? ((point.x - from.x) * dx + (point.y - from.y) * dy) / length2 : 0.0;
        const double t = std::clamp(along, 0.0, 1.0);
        return std::hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
    }

    void blend(int x, int y, Colour colour, double coverage) {
        std::uint8_t* pixel = pixels_.data() + (static_cast<std::size_t>(y) * width_ + x) * 3;
        const double channels[3] = {double(colour.red), double(colour.green), double(colour.blue)};
        for (int i = 0; i < 3; ++i) {
            pixel[i] = static_cast<std::uint8_t>(std::lround(pixel[i] + (channels[i] - pixel[i]) * coverage));
        }
    }

    int width_;
    int height_;
    std::vector<std::uint8_t> pixels_;  // RGB
};

void polyline(Image& image, const std::vector<Point>& points, double radius, Colour colour, double scale) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point& from = points[i == 0 ? 0 : i - 1];
        image.segment({from.x * scale, from.y * scale}, {points[i].x * scale, points[i].y * scale},
                      radius * scale, colour);
    }
}

void draw(Image& image, const Polyline& line, double scale) {
    polyline(image, line.points, line.width / 2.0, line.colour, scale);
}

void draw(Image& image, const Disc& disc, double scale) {
    polyline(image, {disc.centre}, disc.radius, disc.colour, scale);
}

void draw(Image& image, const Label& label, double scale) {
    const double width = strokeTextWidth(label.text, label.size);
    const double shift = label.anchor == Label::Anchor::Start    ? 0.0
                         : label.anchor == Label::Anchor::Middle ? width / 2.0
                                                                 : width;
    for (std::vector<Point> stroke : strokeText(label.text, label.size)) {
        for (Point& point : stroke) {
            const Point upright{point.x - shift, point.y};
            const Point turned = label.upward ? Point{upright.y, -upright.x} : upright;
            point = {label.at.x + turned.x, label.at.y + turned.y};
        }
        polyline(image, stroke, label.size / 24.0, label.colour, scale);
    }
}

void putBigEndian(std::string& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xFF);
}

void putChunk(std::string& out, const std::string& type, const std::string& data) {
    putBigEndian(out, static_cast<std::uint32_t>(data.size()));
    const std::string body = type + data;
    out += body;
    putBigEndian(out, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()),
                                                       static_cast<uInt>(body.size()))));
}

std::string encode(const Image& image) {
    std::string raw;
    for (int y = 0; y < image.height(); ++y) {
        raw += '\0';  // no filter
        raw.append(reinterpret_cast<const char*>(image.row(y)), static_cast<std::size_t>(image.width()) * 3);
    }
    uLongf size = compressBound(static_cast<uLong>(raw.size()));
    std::string packed(size, '\0');
    if (compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
                 static_cast<uLong>(raw.size())) != Z_OK) {
        throw Error(ErrorCode::OutOfMemory, "not enough memory to write a PNG");
    }
    packed.resize(size);
    std::string header;
    putBigEndian(header, static_cast<std::uint32_t>(image.width()));
    putBigEndian(header, static_cast<std::uint32_t>(image.height()));
    header += std::string("\x08\x02\x00\x00\x00", 5);  // 8 bits, RGB, deflate, no interlace
    std::string out = "\x89PNG\r\n\x1a\n";
    putChunk(out, "IHDR", header);
    putChunk(out, "IDAT", packed);
    putChunk(out, "IEND", {});
    return out;
}

}  // namespace

std::string toPng(const Drawing& drawing, int scale) {
    Image image(drawing.width * scale, drawing.height * scale);
    for (const Mark& mark : drawing.marks) {
        std::visit([&](const auto& one) { draw(image, one, scale); }, mark);
    }
    return encode(image);
}

}  // namespace secateur::cli
