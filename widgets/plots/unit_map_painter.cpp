// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map_painter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace secateur {

namespace {

constexpr double kFade = 0.62;        // of removed units towards the background
constexpr int kGapFromRowHeight = 9;  // rows at least this high (pixels) are set apart by a line

QRgb blend(QRgb a, QRgb b, double shareOfB) {
    const auto mix = [shareOfB](int x, int y) { return static_cast<int>(x + (y - x) * shareOfB + 0.5); };
    return qRgb(mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b)));
}

// One row of the picture: its colours, and the same with the hatch drawn everywhere it may appear.
struct Line {
    std::vector<QRgb> plain;
    std::vector<QRgb> hatched;
    bool anyHatched = false;
};

class LinePainter {
public:
    LinePainter(const UnitMapPicture& picture, int width, const QRectF& part)
        : picture_(picture), table_(colours(picture.map)), from_(part.left()), step_(part.width() / width) {
        level_ = picture.values->levelFor(step_);
        line_.plain.resize(static_cast<std::size_t>(width));
        line_.hatched.resize(static_cast<std::size_t>(width));
    }

    const Line& paint(int row) {
        line_.anyHatched = false;
        const double end = picture_.values->width(row);
        for (std::size_t x = 0; x < line_.plain.size(); ++x) {
            double left = from_ + static_cast<double>(x) * step_;
            double right = left + step_;
            if (step_ <= 1.0) {  // several pixels a unit: the unit under the pixel's middle alone
                left = std::floor(left + step_ / 2);
                right = left + 1;
            }
            paintPixel(row, x, left, right, left < end);
        }
        return line_;
    }

private:
    void paintPixel(int row, std::size_t x, double left, double right, bool inside) {
        const float value = inside ? picture_.values->sample(level_, row, left, right) : NAN;
        QRgb colour = picture_.background.rgb();
        if (!std::isnan(value)) colour = table_[static_cast<std::size_t>(stepOf(value))];
        QRgb hatched = colour;
        if (picture_.removed != nullptr && !std::isnan(value)) {
            const float share = picture_.removed->sample(level_, row, left, right);
            if (share > 0.0F) {
                const int grey = qGray(colour);
                const QRgb faded = blend(qRgb(grey, grey, grey), picture_.background.rgb(), kFade);
                colour = blend(colour, faded, share);
                hatched = share >= 0.5F ? picture_.hatch.rgb() : colour;
                line_.anyHatched = line_.anyHatched || share >= 0.5F;
            }
        }
        line_.plain[x] = colour;
        line_.hatched[x] = hatched;
    }

    [[nodiscard]] int stepOf(float value) const {
        const double place = picture_.scale.place(value);
        return static_cast<int>(std::clamp(place, 0.0, 1.0) * (kColourSteps - 1) + 0.5);
    }

    const UnitMapPicture& picture_;
    std::span<const QRgb, kColourSteps> table_;
    double from_;
    double step_;  // units a pixel
    int level_ = 0;
    Line line_;
};

void copyLine(QRgb* to, const Line& line, int y, int hatchWidth) {
    const std::size_t width = line.plain.size();
    std::memcpy(to, line.plain.data(), width * sizeof(QRgb));
    if (!line.anyHatched) return;
    const auto period = static_cast<std::size_t>(hatchWidth) * 6;
    const auto phase = static_cast<std::size_t>(y) % period;
    for (std::size_t start = 0; start < width + period; start += period) {
        for (std::size_t x = start; x < start + static_cast<std::size_t>(hatchWidth); ++x) {
            if (x >= phase && x - phase < width) to[x - phase] = line.hatched[x - phase];
        }
    }
}

}  // namespace

QImage paintUnitMap(const UnitMapPicture& picture, const QSize& pixels, const QRectF& part, int hatchWidth) {
    QImage image(pixels, QImage::Format_RGB32);
    if (image.isNull() || part.width() <= 0.0 || part.height() <= 0.0) return image;
    LinePainter painter(picture, pixels.width(), part);
    const double rowsPerPixel = part.height() / pixels.height();
    const bool gaps = 1.0 / rowsPerPixel >= kGapFromRowHeight;
    const Line* line = nullptr;
    int painted = -1;
    const auto rowAt = [&](int y) {
        return static_cast<int>(std::floor(part.top() + (y + 0.5) * rowsPerPixel));
    };
    for (int y = 0; y < pixels.height(); ++y) {
        const int row = rowAt(y);
        auto* to = reinterpret_cast<QRgb*>(image.scanLine(y));
        const bool gap = gaps && rowAt(y + 1) != row;
        if (row < 0 || row >= picture.values->rows() || gap) {
            std::fill_n(to, pixels.width(), picture.background.rgb());
            continue;
        }
        if (row != painted) {
            line = &painter.paint(row);
            painted = row;
        }
        copyLine(to, *line, y, std::max(1, hatchWidth));
    }
    return image;
}

}  // namespace secateur
