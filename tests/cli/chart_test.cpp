// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <zlib.h>

#include "app/cli/plot/png.h"
#include "app/cli/plot/stroke_font.h"

namespace secateur::cli {

using namespace report;

namespace {

Chart chartOf(std::vector<Point> points) {
    return {"demo", "protocol <a&b>", "removed [%]", "perplexity", {{"flap", std::move(points)}}};
}

std::uint32_t bigEndian(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
    return value;
}

// Pixels of a PNG as this program writes them: one IDAT chunk after IHDR, RGB, no filters.
std::string pixels(const std::string& png, std::uint32_t width, std::uint32_t height) {
    const std::size_t data = 8 + 25;
    EXPECT_EQ(png.substr(data + 4, 4), "IDAT");
    uLongf size = height * (1 + width * 3);
    std::string raw(size, '\0');
    EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(raw.data()), &size,
                         reinterpret_cast<const Bytef*>(png.data() + data + 8), bigEndian(png, data)),
              Z_OK);
    EXPECT_EQ(size, raw.size());
    return raw;
}

}  // namespace

TEST(LinearTicks, AreRoundAndInside) {
    EXPECT_THAT(linearTicks(0.0, 60.0, 7), testing::ElementsAre(0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0));
    EXPECT_FALSE(std::signbit(linearTicks(-0.03, 0.6, 6).at(0)));
    for (const double tick : linearTicks(1.73, 9.2, 6)) EXPECT_TRUE(tick >= 1.73 && tick <= 9.2) << tick;
}

TEST(LogTicks, AreOneTwoFive) {
    EXPECT_THAT(logTicks(1.5, 60.0), testing::ElementsAre(2.0, 5.0, 10.0, 20.0, 50.0));
}

TEST(Svg, EscapesTextAndDrawsEveryPoint) {
    const std::string svg = toSvg(draw(chartOf({{0, 2}, {10, 3}, {20, 4}})));
    EXPECT_EQ(svg.rfind("<svg ", 0), 0U);
    EXPECT_NE(svg.find("protocol &lt;a&amp;b&gt;"), std::string::npos);
    std::size_t circles = 0;
    for (auto at = svg.find("<circle"); at != std::string::npos; at = svg.find("<circle", at + 1)) ++circles;
    EXPECT_EQ(circles, 4U);  // and the legend's
}

TEST(Svg, ALevelIsALineAndManyCurvesPutTheLegendBeside) {
    Chart chart = chartOf({{0, 2}, {10, 3}});
    chart.level = Level{"dense", 1.5};
    const std::string few = toSvg(draw(chart));
    EXPECT_NE(few.find(">dense<"), std::string::npos);
    EXPECT_EQ(draw(chart).width, 760);
    for (int i = 0; i < 8; ++i) chart.curves.push_back({"s" + std::to_string(i), {{0, 2}, {10, 4}}});
    const Drawing many = draw(chart);
    EXPECT_GT(many.width, 760);
    // The eighth and ninth curve repeat colours and have holes in their marks: two points and the legend's.
    const auto holes = std::count_if(many.marks.begin(), many.marks.end(), [](const Mark& mark) {
        const auto* disc = std::get_if<Disc>(&mark);
        return disc != nullptr && disc->colour.red == 255;
    });
    EXPECT_EQ(holes, 2 * 3);
}

TEST(Svg, LeavesOutWhatIsNotFinite) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const std::string svg = toSvg(draw(chartOf({{0, 2}, {10, nan}, {20, infinity}})));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_EQ(svg.find("inf\""), std::string::npos);
}

TEST(Png, HasTheSizeAndInk) {
    const std::string png = toPng(draw(chartOf({{0, 2}, {10, 3}})), 1);
    ASSERT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
    const std::uint32_t width = bigEndian(png, 16);
    const std::uint32_t height = bigEndian(png, 20);
    EXPECT_EQ(width, 760U);
    EXPECT_EQ(height, 480U);
    EXPECT_EQ(bigEndian(png, 29), crc32(0, reinterpret_cast<const Bytef*>(png.data() + 12), 17));
    const std::string raw = pixels(png, width, height);
    EXPECT_EQ(static_cast<unsigned char>(raw.at(1)), 255);  // white corner
    const std::string blue{0, 114, static_cast<char>(178)};
    EXPECT_NE(raw.find(blue), std::string::npos);
}

TEST(StrokeText, IsAsWideAsItsLetters) {
    EXPECT_DOUBLE_EQ(strokeTextWidth("", 11.0), 0.0);
    EXPECT_DOUBLE_EQ(strokeTextWidth("ab", 11.0), 10.0);
    for (const auto& stroke : strokeText("Perplexity 0-9 (WIFV)", 11.0)) {
        for (const Point& point : stroke) {
            EXPECT_GE(point.x, 0.0);
            EXPECT_TRUE(point.y >= -6.0 && point.y <= 2.0);
        }
    }
}

}  // namespace secateur::cli
