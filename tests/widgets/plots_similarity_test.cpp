// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <numeric>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/similarity_view.h"

namespace secateur::test {
namespace {

// Four measured layers, 3 to 6; the block 4-6 has the distance 0.213 over all tokens and 0.4 over the last
// ones.
AngularDistances distances() {
    AngularDistances result;
    result.points = 5;
    result.allTokens.assign(25, 0.0F);
    result.lastToken.assign(25, 0.0F);
    const auto set = [&](int from, int to, float value) {
        for (auto [a, b] : {std::pair{from, to}, std::pair{to, from}}) {
            result.allTokens[static_cast<std::size_t>(a * 5 + b)] = value;
            result.lastToken[static_cast<std::size_t>(a * 5 + b)] = 0.613F - value;
        }
    };
    set(0, 1, 0.30F);
    set(1, 2, 0.10F);
    set(2, 3, 0.08F);
    set(3, 4, 0.12F);
    set(0, 2, 0.35F);
    set(1, 3, 0.15F);
    set(2, 4, 0.17F);
    set(0, 3, 0.40F);
    set(1, 4, 0.213F);
    set(0, 4, 0.45F);
    return result;
}

class Similarity : public testing::Test {
protected:
    Similarity() {
        view.setData(distances(), {3, 4, 5, 6});
        show(view);
    }
    SimilarityView view;
};

TEST_F(Similarity, SaysTheDistanceOfABlock) {
    EXPECT_EQ(view.describeBlock(4, 3), "layers 4-6 (3 layers): 0.213");
    EXPECT_EQ(view.describeBlock(5, 1), "layer 5: 0.08");
    EXPECT_EQ(view.describeBlock(5, 3), "");
    EXPECT_EQ(view.describeBlock(0, 1), "");
    view.setTokens(SimilarityView::Tokens::Last);
    EXPECT_EQ(view.describeBlock(4, 3), "layers 4-6 (3 layers): 0.4");
}

TEST_F(Similarity, KnowsTheBestBlockOfEverySize) {
    EXPECT_EQ(view.bestBlock(1), 5);
    EXPECT_EQ(view.bestBlock(2), 4);
    EXPECT_EQ(view.bestBlock(3), 4);
    EXPECT_EQ(view.bestBlock(4), 3);
    EXPECT_EQ(view.bestBlock(5), -1);
}

TEST_F(Similarity, ClickSelectsTheBlock) {
    QSignalSpy chosen(&view, &SimilarityView::blockSelected);
    QSignalSpy selected(&view, &SimilarityView::layerSelected);
    EXPECT_EQ(view.selectedBlock(), (std::pair{-1, 0}));
    const QImage before = picture(view);
    click(view, findHover(view, "layers 4-6 (3 layers): 0.213, the least for its size"));
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 4);
    EXPECT_EQ(chosen[0][1].toInt(), 3);
    EXPECT_EQ(selected.size(), 1);
    EXPECT_EQ(view.selectedBlock(), (std::pair{4, 3}));
    movePointer(view, {1, 1});
    EXPECT_NE(picture(view), before);  // it stays framed when the pointer is gone
    view.setData({}, {});
    EXPECT_EQ(view.selectedBlock(), (std::pair{-1, 0}));
    EXPECT_EQ(chosen.size(), 2);
}

// The dots of 80 sizes made a chain over the cells.
TEST_F(Similarity, DotsOfManyLayersStayApart) {
    constexpr int kMany = 80;
    AngularDistances many;
    many.points = kMany + 1;
    many.allTokens.assign(static_cast<std::size_t>(many.points) * many.points, 0.3F);
    many.lastToken = many.allTokens;
    std::vector<int> layers(kMany);
    std::iota(layers.begin(), layers.end(), 0);
    view.setData(many, layers);
    const int height = picture(view).height();
    const std::vector<int> dotted = view.dottedSizes();
    ASSERT_GT(dotted.size(), 3U);
    EXPECT_LT(dotted.size(), static_cast<std::size_t>(height / 14 + 2));
    for (std::size_t i = 1; i < dotted.size(); ++i)
        EXPECT_GE((dotted[i] - dotted[i - 1]) * height / kMany, 12) << dotted[i];
    view.setData(distances(), {3, 4, 5, 6});
    static_cast<void>(picture(view));
    EXPECT_EQ(view.dottedSizes(), (std::vector<int>{1, 2, 3, 4}));
}

TEST_F(Similarity, KeysMoveAndSelect) {
    QSignalSpy proposed(&view, &SimilarityView::blockSelected);
    key(view, Qt::Key_Right);
    EXPECT_TRUE(view.hoverText().startsWith("layer 3: 0.3"));
    key(view, Qt::Key_Right);
    key(view, Qt::Key_Up);
    EXPECT_TRUE(view.hoverText().startsWith("layers 4-5 (2 layers): 0.15"));
    key(view, Qt::Key_Return);
    ASSERT_EQ(proposed.size(), 1);
    EXPECT_EQ(proposed[0][0].toInt(), 4);
    EXPECT_EQ(proposed[0][1].toInt(), 2);
}

TEST_F(Similarity, DrawsTheTriangleAlone) {
    const QImage all = picture(view);
    EXPECT_GT(colourCount(all), 10);
    const QPoint first = findHover(view, "layers 3-6 (4 layers)");
    const QPoint last = findHover(view, "layer 6:");
    movePointer(view, {1, 1});
    const QImage image = picture(view);
    EXPECT_EQ(QColor(image.pixel(last.x() + 20, first.y() + 9)), view.palette().color(QPalette::Base));
    view.setTokens(SimilarityView::Tokens::Last);
    EXPECT_NE(picture(view), all);
}

TEST_F(Similarity, NumbersAndSummary) {
    const QString csv = view.csv();
    EXPECT_EQ(csv.count('\n'), 11);
    EXPECT_TRUE(csv.contains("\n4,6,3,0.213,1\n"));
    EXPECT_TRUE(csv.contains("\n3,5,3,0.400000006,0\n"));
    EXPECT_TRUE(view.textSummary().contains("layers 4-5 (2 layers): 0.15"));
}

TEST_F(Similarity, DataOfTheWrongSizeIsRefused) {
    view.setData(distances(), {0, 1, 2});
    EXPECT_TRUE(view.isEmpty());
}

}  // namespace
}  // namespace secateur::test
