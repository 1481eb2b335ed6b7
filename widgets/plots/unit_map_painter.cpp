// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map_painter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

namespace secateur {

namespace {

constexpr int kFade = 180;                   // of 256: of removed units towards one grey
constexpr int kPixelsPerThread = 1'000'000;  // below, a thread costs more than it saves
constexpr int kMostThreads = 4;
constexpr int kGapFromRowHeight = 9;  // rows at least this high (pixels) are set apart by a line

// `shareOfB` of 256. In whole numbers: this runs for every pixel of what is removed.
QRgb blend(QRgb a, QRgb b, int shareOfB) {
    const auto mix = [shareOfB](int x, int y) { return x + ((y - x) * shareOfB + 128) / 256; };
    return qRgb(mix(qRed(a), qRed(b)), mix(qGreen(a), qGreen(b)), mix(qBlue(a), qBlue(b)));
}

// Of so many hatch lines next to each other, as many are drawn as the share of removed units asks for, at
// least one: so much is seen of what is removed however many units share a pixel.
constexpr int kHatchLines = 16;
// The lines in the order in which they appear as the share grows: spread as evenly as can be.
constexpr std::array<std::uint8_t, kHatchLines> kHatchOrder{0, 8, 4, 12, 2, 10, 6, 14,
                                                            1, 9, 5, 13, 3, 11, 7, 15};

// One row of the picture: its colours, and how many of the hatch lines are drawn over each pixel.
struct Line {
    std::vector<QRgb> plain;
    std::vector<std::uint8_t> hatch;
    bool anyHatched = false;
};

class LinePainter {
public:
    LinePainter(const UnitMapPicture& picture, int width, const QRectF& part)
        : picture_(picture), table_(colours(picture.map)) {
        const double step = part.width() / width;  // units a pixel
        level_ = picture.values->levelFor(step);
        const double cell = std::ldexp(1.0, level_);
        for (int x = 0; x < width; ++x) {
            double left = part.left() + x * step;
            double right = left + step;
            if (step <= 1.0) {  // several pixels a unit: the unit under the pixel's middle alone
                left = std::floor(left + step / 2);
                right = left + 1;
            }
            pixels_.push_back({left, static_cast<long>(std::floor(left / cell)),
                               static_cast<long>(std::ceil(right / cell))});
        }
        line_.plain.resize(pixels_.size());
        line_.hatch.resize(pixels_.size());
    }

    const Line& paint(int row) {
        line_.anyHatched = false;
        const double end = picture_.values->width(row);
        const auto values = picture_.values->cells(level_, row);
        const auto removed =
            picture_.removed != nullptr ? picture_.removed->cells(level_, row) : std::span<const float>();
        for (std::size_t x = 0; x < pixels_.size(); ++x) {
            const Pixel& pixel = pixels_[x];
            const float value =
                pixel.left < end ? picture_.values->reduce(values, pixel.first, pixel.last) : NAN;
            const bool there = !std::isnan(value);
            line_.plain[x] = there ? table_[stepOf(value)] : picture_.background.rgb();
            line_.hatch[x] = 0;
            if (!there || removed.empty()) continue;
            const float share = picture_.removed->reduce(removed, pixel.first, pixel.last);
            if (share > 0.0F) markRemoved(x, share);
        }
        return line_;
    }

private:
    struct Pixel {
        double left;  // units
        long first;   // cells of the level
        long last;
    };

    void markRemoved(std::size_t x, float share) {
        const int grey = qGray(line_.plain[x]);
        const QRgb faded = blend(qRgb(grey, grey, grey), picture_.faded.rgb(), kFade);
        line_.plain[x] = blend(line_.plain[x], faded, static_cast<int>(share * 256.0F));
        line_.hatch[x] = static_cast<std::uint8_t>(std::ceil(std::min(share, 1.0F) * kHatchLines));
        line_.anyHatched = true;
    }

    [[nodiscard]] std::size_t stepOf(float value) const {
        const float place = std::clamp(picture_.scale.placeOf(value), 0.0F, 1.0F);
        return static_cast<std::size_t>(place * (kColourSteps - 1) + 0.5F);
    }

    const UnitMapPicture& picture_;
    std::span<const QRgb, kColourSteps> table_;
    int level_ = 0;
    std::vector<Pixel> pixels_;
    Line line_;
};

void copyLine(QRgb* to, const Line& line, int y, int hatchWidth, QRgb hatch) {
    const std::size_t width = line.plain.size();
    std::memcpy(to, line.plain.data(), width * sizeof(QRgb));
    if (!line.anyHatched) return;
    const auto period = static_cast<std::size_t>(hatchWidth) * 6;
    const auto phase = static_cast<std::size_t>(y) % period;
    std::size_t number = static_cast<std::size_t>(y) / period;
    for (std::size_t start = 0; start < width + period; start += period, ++number) {
        const std::uint8_t order = kHatchOrder[number % kHatchLines];
        for (std::size_t x = start; x < start + static_cast<std::size_t>(hatchWidth); ++x) {
            if (x >= phase && x - phase < width && line.hatch[x - phase] > order) to[x - phase] = hatch;
        }
    }
}

// The lines first..end-1 of an image whose memory begins at `bits`.
struct Band {
    uchar* bits;
    qsizetype bytesPerLine;
    QSize pixels;
    int first;
    int end;
};

void paintBand(const UnitMapPicture& picture, const Band& band, const QRectF& part, int hatchWidth) {
    const QSize pixels = band.pixels;
    LinePainter painter(picture, pixels.width(), part);
    const double rowsPerPixel = part.height() / pixels.height();
    const bool gaps = 1.0 / rowsPerPixel >= kGapFromRowHeight;
    const Line* line = nullptr;
    int painted = -1;
    const auto rowAt = [&](int y) {
        return static_cast<int>(std::floor(part.top() + (y + 0.5) * rowsPerPixel));
    };
    for (int y = band.first; y < band.end; ++y) {
        const int row = rowAt(y);
        auto* to = reinterpret_cast<QRgb*>(band.bits + y * band.bytesPerLine);
        const bool gap = gaps && rowAt(y + 1) != row;
        if (row < 0 || row >= picture.values->rows() || gap) {
            std::fill_n(to, pixels.width(), picture.background.rgb());
            continue;
        }
        if (row != painted) {
            line = &painter.paint(row);
            painted = row;
        }
        copyLine(to, *line, y, std::max(1, hatchWidth), picture.hatch.rgb());
    }
}

int bandsFor(const QSize& pixels) {
    const auto wanted = static_cast<int>(std::int64_t{pixels.width()} * pixels.height() / kPixelsPerThread);
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    return std::clamp(wanted, 1, std::clamp(cores, 1, kMostThreads));
}

}  // namespace

void paintUnitMap(const UnitMapPicture& picture, QImage& image, const QRectF& part, int hatchWidth) {
    if (image.isNull() || part.width() <= 0.0 || part.height() <= 0.0) return;
    const int bands = bandsFor(image.size());
    uchar* bits = image.bits();
    const auto paint = [&](int band) {
        const auto line = [&](int i) { return static_cast<int>(std::int64_t{image.height()} * i / bands); };
        paintBand(picture, {bits, image.bytesPerLine(), image.size(), line(band), line(band + 1)}, part,
                  hatchWidth);
    };
    std::vector<std::jthread> others;
    for (int band = 1; band < bands; ++band) others.emplace_back(paint, band);
    paint(0);
}

}  // namespace secateur
