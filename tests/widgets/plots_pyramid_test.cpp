// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "widgets/plots/colour_map.h"
#include "widgets/plots/histogram.h"
#include "widgets/plots/score_pyramid.h"
#include "widgets/plots/unit_map_painter.h"
#include "widgets/plots/value_scale.h"

namespace secateur {
namespace {

std::vector<std::vector<float>> raggedRows() {
    std::mt19937 random(7);
    std::normal_distribution<float> value;
    std::vector<std::vector<float>> rows;
    for (int width : {64, 0, 37, 1, 50}) {
        rows.emplace_back(static_cast<std::size_t>(width));
        for (float& cell : rows.back()) cell = value(random);
    }
    rows[2][5] = std::numeric_limits<float>::quiet_NaN();
    return rows;
}

float bruteForce(const std::vector<float>& row, std::size_t from, std::size_t to, Reduction reduction) {
    float most = -std::numeric_limits<float>::infinity();
    double sum = 0.0;
    int count = 0;
    for (std::size_t i = from; i < std::min(to, row.size()); ++i) {
        if (std::isnan(row[i])) continue;
        most = std::max(most, row[i]);
        sum += row[i];
        ++count;
    }
    return reduction == Reduction::Maximum ? most : static_cast<float>(sum / count);
}

class PyramidLevels : public testing::TestWithParam<Reduction> {};

TEST_P(PyramidLevels, EqualBruteForceAtEachLevel) {
    auto rows = raggedRows();
    if (GetParam() == Reduction::Mean) rows[2][5] = 0.0F;  // an absent unit changes later weights
    const ScorePyramid pyramid({rows.begin(), rows.end()}, GetParam());
    ASSERT_EQ(pyramid.rows(), 5);
    ASSERT_EQ(pyramid.levels(), 7);
    for (int level = 0; level < pyramid.levels(); ++level) {
        for (int row = 0; row < pyramid.rows(); ++row) {
            const auto& values = rows[static_cast<std::size_t>(row)];
            const std::size_t cell = std::size_t{1} << level;
            const auto cells = pyramid.cells(level, row);
            ASSERT_EQ(cells.size(), (values.size() + cell - 1) / cell);
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const float expected = bruteForce(values, i * cell, (i + 1) * cell, GetParam());
                if (level == 0 && std::isnan(values[i])) continue;
                EXPECT_NEAR(cells[i], expected, 1e-6) << "level " << level << " row " << row << " cell " << i;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Both, PyramidLevels, testing::Values(Reduction::Maximum, Reduction::Mean));

TEST(ScorePyramid, SampleOfWholeCellsIsTheirMaximum) {
    const auto rows = raggedRows();
    const ScorePyramid pyramid({rows.begin(), rows.end()}, Reduction::Maximum);
    EXPECT_EQ(pyramid.levelFor(0.5), 0);
    EXPECT_EQ(pyramid.levelFor(4.0), 2);
    EXPECT_EQ(pyramid.levelFor(7.9), 2);
    EXPECT_EQ(pyramid.levelFor(1e9), pyramid.levels() - 1);
    EXPECT_FLOAT_EQ(pyramid.sample(2, 0, 8.0, 16.0), bruteForce(rows[0], 8, 16, Reduction::Maximum));
}

TEST(ScorePyramid, HasNothingBeyondARow) {
    const auto rows = raggedRows();
    const ScorePyramid pyramid({rows.begin(), rows.end()}, Reduction::Maximum);
    EXPECT_TRUE(std::isnan(pyramid.sample(0, 1, 0.0, 1.0)));
    EXPECT_TRUE(std::isnan(pyramid.sample(0, 2, 37.0, 38.0)));
    EXPECT_TRUE(std::isnan(pyramid.sample(3, 2, 39.5, 48.0)));
    EXPECT_FALSE(std::isnan(pyramid.sample(3, 2, 36.0, 48.0)));
}

TEST(RankedOrder, EqualsAStableSort) {
    std::mt19937 random(3);
    std::vector<float> values(5000);
    for (float& value : values) value = static_cast<float>(static_cast<int>(random() % 400)) - 200.0F;
    values[10] = std::numeric_limits<float>::infinity();
    values[20] = -0.0F;
    std::vector<std::uint32_t> expected(values.size());
    std::iota(expected.begin(), expected.end(), 0U);
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return values[a] > values[b]; });
    const auto order = rankedOrder(values);
    EXPECT_EQ(order, expected);
    for (int rank : {0, 1, 17, 4999}) {
        EXPECT_EQ(rankOf(values, static_cast<int>(order[static_cast<std::size_t>(rank)])), rank + 1);
    }
}

TEST(RankedOrder, PutsNaNLast) {
    const std::vector<float> values{1.0F, std::numeric_limits<float>::quiet_NaN(), 2.0F, -1.0F};
    EXPECT_EQ(rankedOrder(values), (std::vector<std::uint32_t>{2, 0, 3, 1}));
}

TEST(ValueScale, RunsFromEndToEndInEveryKind) {
    for (auto kind : {ValueScale::Kind::Linear, ValueScale::Kind::Log, ValueScale::Kind::SignedLog}) {
        const double low = kind == ValueScale::Kind::Log ? 0.001 : -2.0;
        const ValueScale scale(kind, low, 20.0);
        EXPECT_NEAR(scale.place(low), 0.0, 1e-9);
        EXPECT_NEAR(scale.place(20.0), 1.0, 1e-9);
        EXPECT_NEAR(scale.placeOf(5.0F), scale.place(5.0), 1e-5);
        const auto ticks = scale.ticks();
        EXPECT_GE(ticks.size(), 4U);
        for (double tick : ticks) {
            EXPECT_GE(scale.place(tick), -1e-9);
            EXPECT_LE(scale.place(tick), 1.0 + 1e-9);
        }
    }
}

TEST(ValueScale, LeavesOutliersOutside) {
    std::vector<float> row(1000);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(i);
    row[500] = 1e9F;
    const ScorePyramid pyramid({std::span<const float>(row)}, Reduction::Maximum);
    EXPECT_LT(ValueScale::around(pyramid, false).high(), 1000.0);
    EXPECT_GT(ValueScale::around(pyramid, false).high(), 900.0);
    EXPECT_EQ(ValueScale::around(ScorePyramid(), true).kind(), ValueScale::Kind::Linear);
}

TEST(ColourMap, GetsLighterFromStepToStep) {
    for (ColourMap map : kColourMaps) {
        double before = -1.0;
        for (QRgb colour : colours(map)) {
            const double light = 0.2126 * qRed(colour) + 0.7152 * qGreen(colour) + 0.0722 * qBlue(colour);
            EXPECT_GT(light, before - 0.8) << name(map).toStdString();
            before = light;
        }
        EXPECT_GT(before, 180.0);
    }
}

// Share of the pixels of a picture with one unit a row that are hatched.
double hatchedShare(float removed) {
    const ScorePyramid values(std::vector<float>{0.5F}, {1}, Reduction::Mean);
    const ScorePyramid shares(std::vector<float>{removed}, {1}, Reduction::Mean);
    UnitMapPicture picture;
    picture.values = &values;
    picture.removed = &shares;
    picture.hatch = QColor(255, 0, 255);
    picture.background = picture.faded = Qt::gray;
    QImage image(960, 96, QImage::Format_RGB32);
    paintUnitMap(picture, image, QRectF(0.0, 0.0, 1.0, 0.999), 1);
    int hatched = 0;
    for (int y = 0; y < image.height() - 1; ++y) {
        for (int x = 0; x < image.width(); ++x) hatched += image.pixelColor(x, y) == picture.hatch;
    }
    return hatched / static_cast<double>(image.width() * (image.height() - 1));
}

TEST(UnitMapPainter, HatchLinesStandAsDenselyAsUnitsAreRemoved) {
    const double all = hatchedShare(1.0F);
    EXPECT_GT(all, 0.1);
    EXPECT_EQ(hatchedShare(0.0F), 0.0);
    double before = 0.0;
    for (const float share : {0.002F, 0.1F, 0.2F, 0.3F, 0.5F, 0.8F, 0.98F}) {
        const double hatched = hatchedShare(share);
        EXPECT_GT(hatched, before) << share;
        EXPECT_NEAR(hatched / all, share, 1.0 / 16.0 + 0.01) << share;
        before = hatched;
    }
}

TEST(Histogram, EndsTakeWhatLiesBeyond) {
    Histogram histogram(0.0, 10.0, 5);
    for (double value : {-3.0, 0.0, 1.9, 2.0, 9.9, 10.0, 400.0, HUGE_VAL}) histogram.add(value);
    EXPECT_EQ(histogram.counts, (std::vector<int>{3, 1, 0, 0, 4}));
}

}  // namespace
}  // namespace secateur
