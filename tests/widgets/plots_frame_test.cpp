// SPDX-License-Identifier: GPL-3.0-or-later
//
// What every view has, whatever it draws.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/scatter_view.h"
#include "widgets/plots/similarity_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur::test {
namespace {

std::unique_ptr<ChannelMapView> filledMap() {
    auto view = std::make_unique<ChannelMapView>();
    view->setData(smallTable());
    view->setKept(smallKept());
    view->setProvenance("sample.txt, 24 windows of 128 tokens, exact statistics, float32");
    show(*view);
    return view;
}

template <typename View>
class EveryView : public testing::Test {};
using Views = testing::Types<ChannelMapView, ProfileView, DistributionView, SimilarityView, TradeoffView,
                             HealCurvesView, ChopCurvesView, KeptWidthsView, DifferenceMapView, ScatterView>;
TYPED_TEST_SUITE(EveryView, Views);

TYPED_TEST(EveryView, AsksAQuestionAndSaysWhatToDoWhenEmpty) {
    TypeParam view;
    show(view);
    EXPECT_TRUE(view.title().endsWith('?'));
    EXPECT_EQ(view.accessibleName(), view.title());
    EXPECT_TRUE(view.isEmpty());
    EXPECT_GT(view.emptyText().size(), 30);
    EXPECT_EQ(view.accessibleDescription(), view.emptyText());
    EXPECT_TRUE(view.csv().isEmpty());
    EXPECT_FALSE(canvasOf(view)->isVisible());
    bool visible = false;
    for (const QLabel* label : view.template findChildren<QLabel*>())
        visible |= label->isVisible() && label->text() == view.emptyText();
    EXPECT_TRUE(visible);
    EXPECT_GT(colourCount(view.toImage()), 3);
}

TYPED_TEST(EveryView, OffersItsImageAndNumbersInTheMenu) {
    TypeParam view;
    QStringList texts;
    for (const QAction* action : view.actions()) texts.append(action->text());
    for (const char* text :
         {"Copy image", "Copy numbers as CSV", "Save PNG...", "Save SVG...", "Save CSV..."}) {
        EXPECT_TRUE(texts.contains(text)) << text;
    }
}

// Asks a widget for its context menu and tells what the menu that opens says.
QStringList menuOf(QWidget& widget, QContextMenuEvent::Reason reason) {
    const QPoint place = widget.rect().center();
    QContextMenuEvent event(reason, place, widget.mapToGlobal(place));
    QApplication::sendEvent(&widget, &event);
    QStringList texts;
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    if (menu == nullptr) return texts;
    for (const QAction* action : menu->actions()) texts << action->text();
    menu->close();
    QApplication::processEvents();
    return texts;
}

TYPED_TEST(EveryView, OpensItsMenuOnTheDrawingAndWhereThereIsNone) {
    TypeParam view;
    show(view);
    for (const auto reason : {QContextMenuEvent::Mouse, QContextMenuEvent::Keyboard})
        EXPECT_TRUE(menuOf(*canvasOf(view), reason).contains("Save CSV..."));
    for (QLabel* label : view.template findChildren<QLabel*>()) {
        if (!label->isVisible() || label->text() != view.emptyText()) continue;
        EXPECT_TRUE(menuOf(*label, QContextMenuEvent::Mouse).contains("Copy image"));
    }
}

TEST(PlotFrame, TheMapsMenuHoldsItsOwnChoice) {
    const auto view = filledMap();
    const QStringList texts = menuOf(*canvasOf(*view), QContextMenuEvent::Mouse);
    EXPECT_TRUE(texts.contains("Reset zoom"));
    EXPECT_TRUE(texts.contains("Copy image"));
}

TYPED_TEST(EveryView, FollowsThePalette) {
    TypeParam view;
    show(view);
    QPalette dark = view.palette();
    dark.setColor(QPalette::Base, QColor(20, 20, 24));
    dark.setColor(QPalette::Text, QColor(230, 230, 230));
    view.setPalette(dark);
    QApplication::processEvents();
    EXPECT_EQ(QColor(view.toImage().pixel(1, 1)), QColor(20, 20, 24));
}

TEST(PlotFrame, DarkPaletteChangesTheDrawing) {
    const auto view = filledMap();
    const QImage light = picture(*view);
    EXPECT_EQ(QColor(light.pixel(1, 1)), view->palette().color(QPalette::Base));
    QPalette dark = view->palette();
    dark.setColor(QPalette::Base, QColor(20, 20, 24));
    dark.setColor(QPalette::Text, QColor(230, 230, 230));
    view->setPalette(dark);
    EXPECT_EQ(QColor(picture(*view).pixel(1, 1)), QColor(20, 20, 24));
}

TEST(PlotFrame, SavesWhatItShows) {
    const auto view = filledMap();
    QSignalSpy messages(view.get(), &PlotView::messageRaised);
    const QTemporaryDir folder;
    ASSERT_TRUE(view->savePng(folder.filePath("map.png")));
    const QImage png(folder.filePath("map.png"));
    EXPECT_EQ(png.size(), view->size() * 2);
    EXPECT_GT(colourCount(png), 20);
    ASSERT_TRUE(view->saveSvg(folder.filePath("map.svg")));
    EXPECT_TRUE(QSvgRenderer(folder.filePath("map.svg")).isValid());
    QFile svg(folder.filePath("map.svg"));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QByteArray text = svg.readAll();
    EXPECT_TRUE(text.contains("Which MLP channels matter"));
    EXPECT_TRUE(text.contains("24 windows of 128 tokens"));
    ASSERT_TRUE(view->saveCsv(folder.filePath("map.csv")));
    QFile csv(folder.filePath("map.csv"));
    ASSERT_TRUE(csv.open(QIODevice::ReadOnly));
    EXPECT_EQ(QString::fromUtf8(csv.readAll()), view->csv());
    EXPECT_EQ(messages.size(), 3);
}

TEST(PlotFrame, SavesPagesAndPicturesOfAnySize) {
    const auto view = filledMap();
    const QTemporaryDir folder;
    const QString pdf = folder.filePath("map.pdf");
    ASSERT_TRUE(view->savePdf(pdf, {960, 480}));
    QFile page(pdf);
    ASSERT_TRUE(page.open(QIODevice::ReadOnly));
    const QByteArray bytes = page.readAll();
    EXPECT_TRUE(bytes.startsWith("%PDF"));
    const double points = 72.0 / view->logicalDpiX();
    const QByteArray box = "/MediaBox [0 0 " + QByteArray::number(qRound(960 * points));
    EXPECT_TRUE(bytes.contains(box)) << box.toStdString();
    const QString svg = folder.filePath("map.svg");
    ASSERT_TRUE(view->saveSvg(svg, {700, 300}));
    EXPECT_EQ(QSvgRenderer(svg).viewBox(), QRect(0, 0, 700, 300));
    const QString png = folder.filePath("map.png");
    ASSERT_TRUE(view->savePng(png, 2.0, {300, 200}));
    EXPECT_EQ(QImage(png).size(), QSize(600, 400));
    EXPECT_FALSE(view->savePdf(folder.filePath("nowhere/map.pdf")));
}

TEST(PlotFrame, LinesAndPointsGrowWithTheText) {
    ProfileView view;
    view.setSeries({{"kept", "%", {0, 1, 2}, {40, 50, 60}}});
    show(view);
    auto* canvas = static_cast<QCustomPlot*>(canvasOf(view));
    ASSERT_GT(canvas->graphCount(), 0);
    const auto widths = [&] {
        canvas->replot();
        return std::pair(canvas->graph(0)->pen().widthF(), canvas->graph(0)->scatterStyle().size());
    };
    const auto [line, point] = widths();
    QFont large = view.font();
    large.setPointSizeF(2.0 * large.pointSizeF());
    view.setFont(large);
    const auto [thick, big] = widths();
    EXPECT_NEAR(thick, 2.0 * line, 0.1 * line);
    EXPECT_NEAR(big, 2.0 * point, 0.1 * point);
    const auto [again, still] = widths();
    EXPECT_DOUBLE_EQ(again, thick);
    EXPECT_DOUBLE_EQ(still, big);
    large.setPointSizeF(large.pointSizeF() / 2.0);
    view.setFont(large);
    EXPECT_NEAR(widths().first, line, 0.05 * line);
}

TEST(PlotFrame, SaysWhichFileCouldNotBeWritten) {
    const auto view = filledMap();
    QSignalSpy messages(view.get(), &PlotView::messageRaised);
    const QString path = QStringLiteral("/no/such/folder/map.");
    EXPECT_FALSE(view->savePng(path + "png"));
    EXPECT_FALSE(view->saveSvg(path + "svg"));
    EXPECT_FALSE(view->saveCsv(path + "csv"));
    ASSERT_EQ(messages.size(), 3);
    EXPECT_TRUE(messages.first().first().toString().startsWith("Could not write /no/such/folder/map.png: "));
}

TEST(PlotFrame, CopiesImageAndNumbers) {
    const auto view = filledMap();
    view->copyCsv();
    EXPECT_EQ(QApplication::clipboard()->text(), view->csv());
    view->copyImage();
    EXPECT_EQ(QApplication::clipboard()->image().size(), view->size() * 2);
}

TEST(PlotFrame, FitsANarrowDock) {
    const auto view = filledMap();
    EXPECT_LT(view->minimumSizeHint().width(), 320);
    view->resize(view->minimumSizeHint().expandedTo({240, 320}));
    QApplication::processEvents();
    EXPECT_GT(colourCount(picture(*view)), 10);
}

TEST(PlotFrame, TheDrawingStaysWhereItIsWhateverIsSaidUnderIt) {
    for (const QSize& size : {QSize(300, 420), QSize(420, 420), QSize(900, 420)}) {
        const auto view = filledMap();
        show(*view, size);
        const QRect before = canvasOf(*view)->geometry();
        movePointer(*view, findHover(*view, "layer 0"));
        QApplication::processEvents();
        EXPECT_FALSE(view->hoverText().isEmpty());
        EXPECT_EQ(canvasOf(*view)->geometry(), before) << size.width();
        const auto* line = view->findChild<QLabel*>(QStringLiteral("readout"));
        ASSERT_NE(line, nullptr);
        EXPECT_GE(line->height(), line->heightForWidth(line->width())) << size.width();
        EXPECT_EQ(line->toolTip(), view->hoverText());
    }
}

TEST(PlotFrame, GoesBackToEmpty) {
    const auto view = filledMap();
    movePointer(*view, findHover(*view, "layer 0"));
    view->setData(nullptr);
    EXPECT_TRUE(view->isEmpty());
    EXPECT_EQ(view->hoverText(), "");
    EXPECT_TRUE(view->csv().isEmpty());
    view->setEmptyText("Measuring the demo.");
    EXPECT_EQ(view->emptyText(), "Measuring the demo.");
}

// The number of ticks goes by a height that is known only after the first drawing.
TEST(PlotCanvasTest, TicksFitTheHeightAfterAResize) {
    PlotCanvas canvas;
    canvas.yAxis->setTicker(wholeNumberTicker(*canvas.yAxis, 32));
    const auto labels = [&canvas] { return canvas.yAxis->tickVectorLabels().size(); };
    canvas.yAxis->setRange(-0.5, 31.5);
    canvas.resize(400, 900);
    canvas.show();
    ASSERT_TRUE(QTest::qWaitFor([&] { return labels() >= 32; }, 3000));
    for (const int height : {160, 900, 160}) {
        canvas.resize(400, height);
        QTest::qWait(100);
    }
    EXPECT_LE(labels(), canvas.axisRect()->height() / canvas.fontMetrics().height() + 2);
    EXPECT_GE(labels(), 2);
}

}  // namespace
}  // namespace secateur::test
