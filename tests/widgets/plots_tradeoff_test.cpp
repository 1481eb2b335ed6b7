// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/point_labels.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur::test {
namespace {

TradeoffPoint tradeoffPoint(TradeoffKind kind, const char* name, double parameters, double perplexity) {
    TradeoffPoint point;
    point.kind = kind;
    point.name = QLatin1String(name);
    point.parameters = parameters;
    point.bytes = 2.0 * parameters;
    point.macs = parameters;
    point.perplexity = perplexity;
    point.dense = 1.7165;
    return point;
}

// The dense model, two plans of which the smaller is the present one, and a plan that another beats.
std::vector<TradeoffPoint> somePoints() {
    std::vector<TradeoffPoint> points{tradeoffPoint(TradeoffKind::Dense, "dense", 5171904, 1.7165),
                                      tradeoffPoint(TradeoffKind::Plan, "layer 3 chopped", 4700000, 1.8),
                                      tradeoffPoint(TradeoffKind::Plan, "FLAP, 20 %", 4137523, 1.9063),
                                      tradeoffPoint(TradeoffKind::Plan, "magnitude", 4500000, 2.5)};
    points[2].standardError = 0.02;
    points[2].changeError = 0.004;
    points[2].current = true;
    return points;
}

// What a box says is read whole where there is room, and no box reaches beyond a narrow dock.
TEST(TradeoffBoxes, AreWholeOrAsWideAsTheDock) {
    TradeoffView view;
    const QString windows = QStringLiteral("sprout-eval.txt, 32 windows of 128 tokens after 32");
    view.setPoints(somePoints(), {windows, QStringLiteral("other.txt, 16 windows")}, 0);
    QComboBox* sets = nullptr;
    for (QComboBox* box : view.findChildren<QComboBox*>())
        if (box->currentText() == windows) sets = box;
    ASSERT_NE(sets, nullptr);
    show(view, {900, 500});
    EXPECT_GE(sets->width(), sets->fontMetrics().horizontalAdvance(windows));
    for (const int width : {420, 300}) {
        show(view, {width, 500});
        const QList<QComboBox*> boxes = view.findChildren<QComboBox*>();
        const auto fits = [&](const QComboBox* box) {
            return !box->isVisible() ||
                   (box->mapTo(&view, QPoint(box->width(), 0)).x() <= view.width() && box->width() > 60);
        };
        EXPECT_TRUE(QTest::qWaitFor([&] { return std::ranges::all_of(boxes, fits); })) << width;
    }
}

class Tradeoff : public ::testing::Test {
protected:
    Tradeoff() {
        view.setPoints(somePoints());
        show(view);
    }
    TradeoffView view;
};

TEST_F(Tradeoff, SaysExactValuesOfAPointWithItsError) {
    const QPoint place = findHover(view, "FLAP");
    EXPECT_EQ(view.hoverText(),
              QStringLiteral("FLAP, 20 %: 4.14 M parameters (80.0 % kept), perplexity 1.906 ± 0.020 "
                             "(+11.1 % ± 0.4 %), on the front"));
    QSignalSpy selected(&view, &TradeoffView::pointSelected);
    QSignalSpy chosen(&view, &TradeoffView::pointChosen);
    click(view, place);
    ASSERT_EQ(selected.size(), 1);
    EXPECT_EQ(selected[0][0].toInt(), 2);
    EXPECT_EQ(chosen.size(), 0) << "a click selects and changes nothing";
}

// What stands behind the names had the colour of the theme before.
TEST_F(Tradeoff, NamesTakeTheColoursOfANewTheme) {
    QPalette dark(QColor(0x31, 0x36, 0x3b));
    dark.setColor(QPalette::Base, QColor(0x1b1e21));
    view.setPalette(dark);
    TradeoffView other;
    other.setPalette(dark);
    other.setPoints(somePoints());
    show(other);
    EXPECT_EQ(picture(view), picture(other));
}

TEST_F(Tradeoff, KeysWalkOverThePoints) {
    QSignalSpy chosen(&view, &TradeoffView::pointChosen);
    QSignalSpy selected(&view, &TradeoffView::pointSelected);
    key(view, Qt::Key_Home);
    EXPECT_TRUE(view.hoverText().startsWith("FLAP, 20 %"));
    EXPECT_EQ(selected.size(), 1);
    key(view, Qt::Key_End);
    EXPECT_EQ(view.hoverText(), "dense: 5.17 M parameters, perplexity 1.716, on the front");
    key(view, Qt::Key_Left);
    key(view, Qt::Key_Return);
    ASSERT_EQ(chosen.size(), 1);
    EXPECT_EQ(chosen[0][0].toInt(), 1);
}

TEST_F(Tradeoff, TheFrontHoldsWhatNothingBeats) {
    EXPECT_TRUE(view.onFront(0));
    EXPECT_TRUE(view.onFront(1));
    EXPECT_TRUE(view.onFront(2));
    EXPECT_FALSE(view.onFront(3)) << "FLAP is smaller and better";
    std::vector<TradeoffPoint> points = somePoints();
    points[3].seconds = 0.0;
    for (int i : {0, 1, 2}) points[static_cast<std::size_t>(i)].seconds = 10.0;
    view.setPoints(points);
    const QImage before = picture(view);
    view.setAmounts(TradeoffAmount::Perplexity, TradeoffAmount::Seconds);
    EXPECT_TRUE(view.onFront(3)) << "what took no healing";
    EXPECT_FALSE(view.onFront(2));
    EXPECT_NE(picture(view), before);
}

TEST_F(Tradeoff, OtherWindowsAreHollowAndBeatNothing) {
    std::vector<TradeoffPoint> points = somePoints();
    points.push_back(tradeoffPoint(TradeoffKind::Run, "mended", 4000000, 1.5));
    const QStringList sets{QStringLiteral("a.txt, 8 windows"), QStringLiteral("b.txt, 4 windows")};
    view.setPoints(points, {sets[0]});
    EXPECT_TRUE(view.onFront(4)) << "on the same windows it beats all";
    const QImage same = picture(view);
    points[4].windows = 1;
    view.setPoints(points, sets);
    EXPECT_FALSE(view.onFront(4));
    EXPECT_TRUE(view.onFront(0)) << "it beats nothing";
    EXPECT_NE(picture(view), same);
    EXPECT_NE(findHover(view, "mended"), QPoint(-1, -1));
    EXPECT_TRUE(view.hoverText().endsWith(QStringLiteral("measured on other windows: b.txt, 4 windows")));
    EXPECT_TRUE(view.hoverText().startsWith(QStringLiteral("mended")));
    // The other windows can be chosen, and stay chosen.
    QComboBox* choice = nullptr;
    for (QComboBox* box : view.findChildren<QComboBox*>())
        if (box->accessibleName() == QStringLiteral("Windows that are compared")) choice = box;
    ASSERT_NE(choice, nullptr);
    EXPECT_TRUE(choice->isVisible());
    choice->setCurrentIndex(1);
    EXPECT_TRUE(view.onFront(4));
    EXPECT_FALSE(view.onFront(0));
    view.setPoints(points, sets);
    EXPECT_EQ(view.windowSet(), 1);
}

TEST_F(Tradeoff, NamesStandBesideTheirPointsAndNeverOverEachOther) {
    std::vector<TradeoffPoint> points = somePoints();
    for (int i = 0; i < 40; ++i)
        points.push_back(tradeoffPoint(TradeoffKind::Plan, "a plan with a long name", 4.0e6 + 2000.0 * i,
                                       1.9 + 0.001 * (i % 7)));
    points[1].pin = QStringLiteral("A");
    view.setPoints(points);
    for (const QSize& size : {QSize(900, 600), QSize(480, 360)}) {
        show(view, size);
        static_cast<void>(picture(view));
        const auto labels = view.labels();
        EXPECT_GE(labels.size(), 2U);
        EXPECT_LT(labels.size(), points.size()) << "there is no room for all";
        bool pinned = false;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            pinned = pinned || labels[i].first == QStringLiteral("A: layer 3 chopped");
            EXPECT_LE(labels[i].second.right(), canvasOf(view)->width());
            for (std::size_t k = i + 1; k < labels.size(); ++k)
                EXPECT_FALSE(labels[i].second.intersects(labels[k].second))
                    << labels[i].first.toStdString() << " and " << labels[k].first.toStdString();
        }
        EXPECT_TRUE(pinned) << "what is compared has its name";
    }
}

TEST(PointLabels, GoWhereThereIsRoom) {
    const QRectF area(0, 0, 200, 100);
    const QSizeF size(60, 14);
    const auto placed =
        placeLabels({{20, 50}, {190, 50}, {60, 20}, {80, 20}}, {size, size, size, {}}, area, 8);
    ASSERT_TRUE(placed[0] && placed[1] && placed[2]);
    EXPECT_GT(placed[0]->left(), 20) << "to the right";
    EXPECT_LT(placed[1]->right(), 190) << "to the left: the drawing ends at its right";
    EXPECT_FALSE(placed[2]->intersects(QRectF(73, 13, 14, 14))) << "not over the point beside it";
    EXPECT_FALSE(placed[3]) << "without a text";
    const auto none = placeLabels({{20, 8}}, {QSizeF(300, 14)}, area, 8);
    EXPECT_FALSE(none[0]) << "longer than the drawing";
}

TEST_F(Tradeoff, ShowsTheChangeAgainstDense) {
    const QImage points = picture(view);
    view.setLogPerplexity(true);
    const QImage log = picture(view);
    EXPECT_NE(log, points);
    view.setAmounts(TradeoffAmount::Change, TradeoffAmount::Parameters);
    EXPECT_NE(picture(view), log);
    std::vector<TradeoffPoint> all = somePoints();
    all[3].dense.reset();
    view.setPoints(all);
    EXPECT_FALSE(view.csv().contains("magnitude")) << "a change needs the dense perplexity";
}

TEST_F(Tradeoff, NumbersAndSummary) {
    EXPECT_TRUE(view.csv().startsWith("point,kind,parameters,"));
    EXPECT_TRUE(view.csv().contains(
        "\"FLAP, 20 %\",plan,4137523,8275046,4137523,0,0,0,1.9063,0.02,1.7165,,,,,yes,yes\n"));
    EXPECT_TRUE(view.csv().contains("magnitude,plan,4500000,9000000,4500000,0,0,0,2.5,,1.7165,,,,,yes,no\n"));
    EXPECT_EQ(view.textSummary().count('\n'), 3);
}

TEST_F(Tradeoff, PointsThatAreNotNumbersAreLeftOut) {
    std::vector<TradeoffPoint> points = somePoints();
    points[2].perplexity = HUGE_VAL;
    view.setPoints(points);
    EXPECT_FALSE(view.csv().contains("FLAP"));
    view.setPoints({});
    EXPECT_TRUE(view.isEmpty());
}

// Dense 60 % and 40 tokens/s; chopped 59 % and 50; FLAP 50 % and 45; magnitude was not evaluated.
TEST_F(Tradeoff, DrawsAnyTwoAmounts) {
    std::vector<TradeoffPoint> points = somePoints();
    const double accuracies[] = {0.6, 0.59, 0.5};
    const double rates[] = {40.0, 50.0, 45.0};
    for (std::size_t i = 0; i < 3; ++i) {
        points[i].accuracy = accuracies[i];
        points[i].accuracyError = 0.02;
        points[i].rate = rates[i];
    }
    view.setPoints(points);
    QSignalSpy told(&view, &TradeoffView::choiceChanged);
    const auto choose = [this](const char* box, const char* amount) {
        for (QComboBox* combo : view.findChildren<QComboBox*>())
            if (combo->accessibleName() == QLatin1String(box)) combo->setCurrentText(QLatin1String(amount));
    };
    choose("Quantity shown", "accuracy, mean over tasks");
    choose("Shown against", "tokens a second, measured");
    EXPECT_EQ(told.size(), 2);
    EXPECT_EQ(view.up(), TradeoffAmount::Accuracy);
    EXPECT_EQ(view.across(), TradeoffAmount::Rate);
    EXPECT_TRUE(view.onFront(0)) << "most is right";
    EXPECT_TRUE(view.onFront(1)) << "fastest";
    EXPECT_FALSE(view.onFront(2)) << "the chopped one is faster and more is right";
    EXPECT_FALSE(view.csv().contains("magnitude"));
    EXPECT_EQ(
        view.missingInWords(),
        QStringLiteral("One point is not drawn: it has no accuracy: the panel Evaluate measures that of the "
                       "present plan, or no measured time: the panel Bench measures that of the present "
                       "plan."));
    EXPECT_TRUE(view.textSummary().contains(view.missingInWords()));
    EXPECT_NE(findHover(view, "FLAP"), QPoint(-1, -1));
    EXPECT_EQ(view.hoverText(), QStringLiteral("FLAP, 20 %: 45 tokens/s, accuracy 50.0 % ± 2.0 %"));
    choose("Quantity shown", "bytes of the weights");
    choose("Shown against", "perplexity");
    EXPECT_TRUE(view.onFront(2)) << "smallest";
    EXPECT_TRUE(view.onFront(0)) << "best";
    EXPECT_TRUE(view.missingInWords().isEmpty());
    EXPECT_TRUE(
        view.textSummary().contains(QStringLiteral("perplexity 1.906 ± 0.020 (+11.1 % ± 0.4 %), 8.28 MB")))
        << view.textSummary().toStdString();
}

// Windows matter to perplexities alone.
TEST_F(Tradeoff, AccuraciesOfOtherWindowsAreCompared) {
    std::vector<TradeoffPoint> points = somePoints();
    for (TradeoffPoint& point : points) point.accuracy = 0.5;
    points[2].windows = 1;
    view.setPoints(points, {QStringLiteral("a.txt"), QStringLiteral("b.txt")});
    EXPECT_TRUE(view.comparesWindows());
    EXPECT_FALSE(view.onFront(2));
    view.setAmounts(TradeoffAmount::Accuracy, TradeoffAmount::Parameters);
    EXPECT_FALSE(view.comparesWindows());
    EXPECT_TRUE(view.onFront(2)) << "as right, and smallest";
}

TEST_F(Tradeoff, WithoutAnyValueItSaysWhereTheyComeFrom) {
    view.setAmounts(TradeoffAmount::Rate, TradeoffAmount::Parameters);
    EXPECT_TRUE(view.isEmpty());
    EXPECT_TRUE(view.emptyText().contains(QStringLiteral("panel Bench"))) << view.emptyText().toStdString();
    view.setAmounts(TradeoffAmount::Perplexity, TradeoffAmount::Parameters);
    EXPECT_FALSE(view.isEmpty());
}

}  // namespace
}  // namespace secateur::test
