// SPDX-License-Identifier: GPL-3.0-or-later
//
// The channel map at the width of large networks: 80 layers of 28 672 channels, thousands of them to a pixel
// row.
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>
#include <cmath>

#include <gtest/gtest.h>

#include "tests/widgets/plots_fixture.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur::test {
namespace {

constexpr int kManyLayers = 80;
constexpr int kManyChannels = 28'672;

std::uint32_t scrambled(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x45d9f3bU;
    x = (x ^ (x >> 16)) * 0x45d9f3bU;
    return x ^ (x >> 16);
}

struct Wide {
    std::shared_ptr<ScoreTable> table = std::make_shared<ScoreTable>();
    std::shared_ptr<KeptUnits> kept = std::make_shared<KeptUnits>();
};

// Scores without any order along the layer; the lowest fifth is removed.
const Wide& wide() {
    static const Wide made = [] {
        Wide result;
        result.table->metric = "WIFV";
        result.table->structure = "AL-AM";
        result.table->statistics = "exact";
        for (int layer = 0; layer < kManyLayers; ++layer) {
            LayerScores scores;
            scores.layer = layer;
            UnitMask mask;
            for (int channel = 0; channel < kManyChannels; ++channel) {
                const auto draw =
                    scrambled(static_cast<std::uint32_t>(layer * kManyChannels + channel)) % 10'000;
                scores.channelScore.push_back(static_cast<float>(draw) / 2'500.0F - 2.0F);
                mask.push_back(draw >= 2'000);
            }
            scores.channelRaw = scores.channelScore;
            result.table->layers.push_back(std::move(scores));
            result.kept->layer.push_back(true);
            result.kept->channels.push_back(std::move(mask));
            result.kept->kvGroups.push_back({1});
        }
        return result;
    }();
    return made;
}

class WideMap : public testing::Test {
protected:
    WideMap() {
        view.setData(wide().table);
        view.setKept(wide().kept);
        show(view, {660, 420});
    }
    [[nodiscard]] QCustomPlot& plot() const { return *static_cast<QCustomPlot*>(canvasOf(view)); }
    [[nodiscard]] QRect cells() const { return plot().axisRect()->rect(); }
    void wheel(int steps, const QPoint& place) {
        QWidget* canvas = canvasOf(view);
        for (int i = 0; i < steps; ++i) {
            QWheelEvent event(place, canvas->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(canvas, &event);
        }
        QApplication::processEvents();
    }
    [[nodiscard]] QToolButton* button(const QString& name) const {
        for (QToolButton* found : view.findChildren<QToolButton*>()) {
            if (found->accessibleName() == name) return found;
        }
        ADD_FAILURE() << "no button " << name.toStdString();
        return nullptr;
    }
    // Share of the cells' pixels that are hatch lines.
    double hatched() {
        const QImage image = picture(view).copy(cells().adjusted(3, 3, -3, -3));  // without the axes
        const QColor hatch = PlotTheme::of(view.palette()).muted;
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) == hatch;
        }
        return count / static_cast<double>(image.width() * image.height());
    }
    void expectTicksApart(const char* when) const {
        for (const QCPAxis* axis : {plot().xAxis, plot().yAxis}) {
            const bool upright = axis->orientation() == Qt::Vertical;
            const QFontMetricsF metrics(axis->tickLabelFont());
            std::vector<std::pair<double, double>> spans;
            for (int i = 0; i < axis->tickVector().size(); ++i) {
                const QString label = axis->tickVectorLabels()[i];
                if (label.isEmpty()) continue;
                const double half = (upright ? metrics.height() : metrics.horizontalAdvance(label)) / 2.0;
                const double middle = axis->coordToPixel(axis->tickVector()[i]);
                spans.emplace_back(middle - half, middle + half);
            }
            std::ranges::sort(spans);
            EXPECT_GE(spans.size(), 2U) << when;
            for (std::size_t i = 1; i < spans.size(); ++i)
                EXPECT_GT(spans[i].first, spans[i - 1].second) << when << " at " << view.width();
        }
    }

    ChannelMapView view;
};

TEST_F(WideMap, IsRankedAndMeansArePooledAtFirst) {
    const ChannelMapView fresh;
    EXPECT_EQ(fresh.order(), UnitOrder::Ranked);
    EXPECT_EQ(fresh.reduction(), Reduction::Mean);
}

TEST_F(WideMap, TheRemovedShareShowsZoomedOutInEveryOrder) {
    const double all = [] {  // of a map of which everything is removed
        ChannelMapView gone;
        auto kept = std::make_shared<KeptUnits>(*wide().kept);
        for (UnitMask& mask : kept->channels) mask.assign(mask.size(), 0);
        gone.setData(wide().table);
        gone.setKept(kept);
        show(gone, {660, 420});
        const QImage image =
            picture(gone).copy(static_cast<QCustomPlot*>(canvasOf(gone))->axisRect()->rect());
        const QColor hatch = PlotTheme::of(gone.palette()).muted;
        int count = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, y) == hatch;
        }
        return count / static_cast<double>(image.width() * image.height());
    }();
    EXPECT_GT(all, 0.1);
    for (const UnitOrder order : {UnitOrder::Natural, UnitOrder::Ranked}) {
        view.setOrder(order);
        EXPECT_NEAR(hatched() / all, 0.2, 0.07) << static_cast<int>(order);
    }
    view.setKept(nullptr);
    EXPECT_LT(hatched(), 0.002);  // the few colours of the scale that are as grey
}

TEST_F(WideMap, TheRemovedShareShowsAtEveryZoomInNaturalOrder) {
    view.setOrder(UnitOrder::Natural);
    view.setChoices({{"overview", false}});
    for (int step = 0; step < 12; ++step) {
        EXPECT_GT(hatched(), 0.015) << "after " << 3 * step << " steps of the wheel";
        wheel(3, cells().center());
    }
}

TEST_F(WideMap, TicksNeverTouch) {
    for (const UnitOrder order : {UnitOrder::Natural, UnitOrder::Ranked}) {
        view.setOrder(order);
        for (const QSize& size : {QSize(300, 260), QSize(420, 300), QSize(660, 420), QSize(1500, 900)}) {
            view.resize(size);
            QApplication::processEvents();
            static_cast<void>(picture(view));
            expectTicksApart("whole");
            for (int step = 0; step < 8; ++step) {
                wheel(4, cells().center() + QPoint(37, 11));
                static_cast<void>(picture(view));
                expectTicksApart("zoomed");
            }
            view.showAll();
        }
    }
}

TEST_F(WideMap, ControlsStandInOneRow) {
    QSet<int> rows;
    int controls = 0;
    for (QWidget* control : view.findChildren<QWidget*>()) {
        if (!control->isVisible() || control->parentWidget() != &view) continue;
        if (qobject_cast<QComboBox*>(control) == nullptr && qobject_cast<QToolButton*>(control) == nullptr)
            continue;
        ++controls;
        rows.insert(control->geometry().center().y() / 8);
    }
    EXPECT_EQ(controls, 5);
    EXPECT_EQ(rows.size(), 1);
}

TEST_F(WideMap, ResetZoomIsThereWhenItIsOfUse) {
    QToolButton* reset = button(QStringLiteral("Reset zoom"));
    EXPECT_FALSE(reset->isEnabled());
    wheel(5, cells().center());
    EXPECT_TRUE(view.zoomedIn());
    EXPECT_TRUE(reset->isEnabled());
    QTest::mouseClick(reset, Qt::LeftButton);
    EXPECT_FALSE(view.zoomedIn());
    EXPECT_FALSE(reset->isEnabled());
}

TEST_F(WideMap, TheOverviewMovesWhatIsSeen) {
    const QImage whole = picture(view);
    wheel(8, cells().center());
    const QImage zoomed = picture(view);
    view.setChoices({{"overview", false}});
    EXPECT_NE(picture(view), zoomed);
    view.setChoices({{"overview", true}});
    EXPECT_EQ(picture(view), zoomed);
    const double before = plot().xAxis->range().center();
    // In the corner at the lower right; its own middle is the middle of the map.
    const QPoint corner = cells().bottomRight() - QPoint(12, 12);
    press(view, corner);
    EXPECT_GT(plot().xAxis->range().center(), before + kManyChannels / 4.0);
    EXPECT_GT(plot().yAxis->range().center(), kManyLayers / 2.0 + 10.0);
    drag(view, corner - QPoint(120, 0));
    EXPECT_LT(plot().xAxis->range().center(), before);
    release(view, corner - QPoint(120, 0));
    EXPECT_TRUE(view.zoomedIn());
    view.showAll();
    EXPECT_EQ(picture(view), whole);
}

TEST_F(WideMap, TheColourBarSaysItsMetricWhenThereIsNoRoom) {
    const auto label = [this] {
        for (QCPLayoutElement* element : plot().plotLayout()->elements(true)) {
            if (auto* bar = qobject_cast<QCPColorScale*>(element)) return bar->axis()->label();
        }
        return QString();
    };
    static_cast<void>(picture(view));
    EXPECT_TRUE(label() == "z of WIFV" || label().startsWith("WIFV as z-score")) << label().toStdString();
    view.resize(420, 260);
    QApplication::processEvents();
    static_cast<void>(picture(view));
    EXPECT_EQ(label(), "z of WIFV");
    view.resize(900, 900);
    QApplication::processEvents();
    static_cast<void>(picture(view));
    EXPECT_EQ(label(), "WIFV as z-score in its layer; colours span 2-98 %");
}

TEST_F(WideMap, AClickedCellIsPinnedByKeyAndButton) {
    QSignalSpy pins(&view, &ChannelMapView::pinWished);
    QSignalSpy unpins(&view, &ChannelMapView::unpinWished);
    QToolButton* pin = button(QStringLiteral("Pin"));
    EXPECT_FALSE(pin->isEnabled());
    click(view, cells().center());
    ASSERT_TRUE(view.chosenCell().has_value());
    const UnitCell cell = *view.chosenCell();
    EXPECT_EQ(view.hoverText(), view.describeUnit(cell.layer, cell.unit));
    movePointer(view, {1, 1});  // on the way to the button
    EXPECT_EQ(view.chosenCell(), cell);
    EXPECT_TRUE(pin->isEnabled());
    QTest::mouseClick(pin, Qt::LeftButton);
    ASSERT_EQ(pins.size(), 1);
    EXPECT_EQ(pins[0][0].value<UnitCell>(), cell);
    const QImage before = picture(view);
    view.setPinned(cell);
    EXPECT_NE(picture(view), before);
    EXPECT_EQ(pin->text(), "Unpin");
    key(view, Qt::Key_P);
    EXPECT_EQ(unpins.size(), 1);
    view.setPinned(std::nullopt);
    movePointer(view, cells().center() + QPoint(60, 30));
    key(view, Qt::Key_P);
    ASSERT_EQ(pins.size(), 2);
    EXPECT_NE(pins[1][0].value<UnitCell>(), cell);
}

TEST_F(WideMap, ChoicesAreKept) {
    view.setOrder(UnitOrder::Natural);
    view.setReduction(Reduction::Maximum);
    view.setValues(UnitValues::Raw);
    view.setColourMap(secateur::ColourMap::Batlow);
    view.setLogScale(true);
    view.setUnitKind(UnitKind::Heads);
    ChannelMapView other;
    QSignalSpy changed(&other, &ChannelMapView::choicesChanged);
    other.setChoices(view.choices());
    EXPECT_GT(changed.size(), 3);
    EXPECT_EQ(other.order(), UnitOrder::Natural);
    EXPECT_EQ(other.reduction(), Reduction::Maximum);
    EXPECT_EQ(other.values(), UnitValues::Raw);
    EXPECT_EQ(other.colourMap(), secateur::ColourMap::Batlow);
    EXPECT_TRUE(other.logScale());
    EXPECT_EQ(other.unitKind(), UnitKind::Channels);
    other.setChoices({{"order", 99}, {"pixel", "?"}, {"colours", -3}});
    EXPECT_EQ(other.order(), UnitOrder::Natural);
    EXPECT_EQ(other.colourMap(), secateur::ColourMap::Batlow);
}

}  // namespace
}  // namespace secateur::test
