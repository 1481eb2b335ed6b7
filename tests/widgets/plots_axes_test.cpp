// SPDX-License-Identifier: GPL-3.0-or-later
//
// What stands on and around the axes: true numbers that do not touch, names and legends that cover nothing.
#include <QApplication>
#include <QHash>
#include <cmath>

#include <gmock/gmock.h>

#include "tests/widgets/plots_fixture.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/plots/activation_view.h"
#include "widgets/plots/axis_ticks.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/layer_pair_view.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/similarity_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur::test {
namespace {

using ::testing::ElementsAre;

QCustomPlot& plotOf(const PlotView& view) {
    return *static_cast<QCustomPlot*>(canvasOf(view));
}

QList<QCPAxis*> labelledAxes(QCustomPlot& plot) {
    QList<QCPAxis*> axes;
    for (QCPAxisRect* rect : plot.axisRects()) {
        for (QCPAxis* axis : rect->axes()) {
            if (axis->visible() && axis->tickLabels()) axes << axis;
        }
    }
    for (QCPLayoutElement* element : plot.plotLayout()->elements(true)) {
        if (auto* bar = qobject_cast<QCPColorScale*>(element); bar != nullptr && !axes.contains(bar->axis()))
            axes << bar->axis();
    }
    return axes;
}

void expectLabelsApart(const PlotView& view, const char* what) {
    for (const QCPAxis* axis : labelledAxes(plotOf(view))) {
        const bool upright = axis->orientation() == Qt::Vertical;
        const QFontMetricsF metrics(axis->tickLabelFont());
        double end = -HUGE_VAL;
        std::vector<std::pair<double, QString>> labels;
        for (int i = 0; i < axis->tickVector().size(); ++i) {
            if (!axis->tickVectorLabels()[i].isEmpty())
                labels.emplace_back(axis->coordToPixel(axis->tickVector()[i]), axis->tickVectorLabels()[i]);
        }
        std::ranges::sort(labels);
        for (const auto& [place, label] : labels) {
            const double half = (upright ? metrics.height() : metrics.horizontalAdvance(label)) / 2.0;
            EXPECT_GT(place - half, end) << what << ": " << label.toStdString() << " at " << view.width();
            end = place + half;
        }
    }
}

double valueOf(const QString& label) {
    const auto power = QStringLiteral(" kMGTP").indexOf(label.back());
    return power > 0 ? label.chopped(2).toDouble() * std::pow(1000.0, power) : label.toDouble();
}

void expectTrueLabels(const QCPAxis& axis) {
    int labels = 0;
    for (int i = 0; i < axis.tickVector().size(); ++i) {
        const QString label = axis.tickVectorLabels()[i];
        if (label.isEmpty()) continue;
        ++labels;
        const double tick = axis.tickVector()[i];
        EXPECT_NEAR(valueOf(label), tick, 1e-8 * std::max(1e-4, std::abs(tick))) << label.toStdString();
    }
    EXPECT_GE(labels, 2);
}

std::unique_ptr<PlotView> healCurves() {
    auto view = std::make_unique<HealCurvesView>();
    view->setCurves({secateur::testing::healCurve("a", 0, 15)});
    return view;
}

// Runs that differ little, and plans with names and errors.
std::unique_ptr<PlotView> tradeoff() {
    std::vector<TradeoffPoint> points;
    for (const double share : {0.0, 0.4, 1.0}) {
        TradeoffPoint point;
        point.kind = share < 1.0 ? TradeoffKind::Run : TradeoffKind::Plan;
        point.name =
            share < 1.0 ? QStringLiteral("run") : QStringLiteral("layer 3 chopped, FLAP 20.0 % AL-AM");
        point.parameters = 3.46e6 + 0.01e6 * share;
        point.bytes = 2.0 * point.parameters;
        point.perplexity = 3.6 - 0.14 * share;
        point.standardError = 0.01;
        point.dense = 3.45;
        points.push_back(point);
    }
    auto view = std::make_unique<TradeoffView>();
    view->setPoints(points);
    return view;
}

std::unique_ptr<PlotView> wideMap() {
    auto table = std::make_shared<ScoreTable>();
    table->metric = "WIFV";
    table->structure = "AL-AM";
    for (int layer = 0; layer < 80; ++layer) {
        LayerScores scores;
        scores.layer = layer;
        for (int channel = 0; channel < 11008; ++channel)
            scores.channelScore.push_back(static_cast<float>((channel * 7919 + layer) % 1000) / 1e3F);
        scores.channelRaw = scores.channelScore;
        table->layers.push_back(std::move(scores));
    }
    auto view = std::make_unique<ChannelMapView>();
    view->setOrder(UnitOrder::Natural);  // numbers of channels, not ranks
    view->setData(table);
    return view;
}

std::unique_ptr<PlotView> profile() {
    ProfileSeries near{"block influence", "1 - cosine", {}, {}};
    ProfileSeries far{"leave-one-out", "perplexity", {}, {}};
    ProfileSeries small{"relative update", "norm ratio", {}, {}};
    for (int layer = 0; layer < 80; ++layer) {
        for (ProfileSeries* series : {&near, &far, &small}) series->layers.push_back(layer);
        near.values.push_back(0.0203F + 0.00001F * static_cast<float>(layer));
        far.values.push_back(layer == 0 ? 3009.0F : 1.6F + 0.001F * static_cast<float>(layer));
        small.values.push_back(1e-6F * static_cast<float>(layer + 1));
    }
    auto view = std::make_unique<ProfileView>();
    view->setSeries({near, far, small});
    return view;
}

std::unique_ptr<PlotView> distribution(const char* structure) {
    auto table = smallTable();
    table->structure = structure;
    WidthDecision decision = smallDecision();
    decision.scores = table;
    auto view = std::make_unique<DistributionView>();
    view->setData(table);
    view->setDecision(&decision);
    return view;
}

std::unique_ptr<PlotView> similarity() {
    constexpr std::size_t kPoints = 81;
    AngularDistances distances;
    distances.points = kPoints;
    for (std::size_t i = 0; i < kPoints * kPoints; ++i)
        distances.allTokens.push_back(0.001F * static_cast<float>(i % kPoints));
    distances.lastToken = distances.allTokens;
    std::vector<int> layers(kPoints - 1);
    for (std::size_t i = 0; i < layers.size(); ++i) layers[i] = static_cast<int>(i);
    auto view = std::make_unique<SimilarityView>();
    view->setData(distances, layers);
    return view;
}

std::unique_ptr<PlotView> chopCurves(int strategies) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = 12;
    report->densePerplexity = 1.7165;
    for (int i = 0; i < strategies; ++i) {
        for (int count : {2, 4, 6}) {
            ChopSweepRow row;
            row.strategy = "strategy-number-" + std::to_string(i);
            row.count = count;
            row.perplexity = 2.0 + i + count;
            report->rows.push_back(row);
        }
    }
    auto view = std::make_unique<ChopCurvesView>();
    view->setReport(report);
    return view;
}

std::unique_ptr<PlotView> layerPair() {
    LayerPairMetric metric{.name = "relative update", .unit = "norm ratio"};
    for (int layer = 0; layer < 24; ++layer) {
        metric.layers.push_back(layer);
        metric.a.push_back(0.2F + 0.011F * static_cast<float>(layer * layer));
        metric.b.push_back(0.3F + 0.013F * static_cast<float>(layer * (24 - layer)));
    }
    auto view = std::make_unique<LayerPairView>();
    view->setMetrics({metric}, QStringLiteral("leaves.txt"), QStringLiteral("roots.txt"));
    return view;
}

std::vector<std::pair<const char*, std::unique_ptr<PlotView>>> everyFilledView() {
    std::vector<std::pair<const char*, std::unique_ptr<PlotView>>> views;
    views.emplace_back("healing curves", healCurves());
    views.emplace_back("channel map", wideMap());
    views.emplace_back("profile", profile());
    views.emplace_back("distribution of z-scores", distribution("AL-AM"));
    views.emplace_back("distribution of raw scores", distribution("UL-UM"));
    views.emplace_back("similarity", similarity());
    views.emplace_back("trade-off", tradeoff());
    views.emplace_back("chops", chopCurves(3));
    views.emplace_back("layers of two", layerPair());
    return views;
}

TEST(Axes, ATickSaysAsMuchAsItsStepNeeds) {
    EXPECT_EQ(tickText(3.5, 0.025), "3.500");
    EXPECT_EQ(tickText(3.475, 0.025), "3.475");
    EXPECT_EQ(tickText(2.5, 2.5), "2.5");
    EXPECT_EQ(tickText(-40.0, 20.0), "-40");
    EXPECT_EQ(tickText(-1e-17, 0.1), "0.0");
    EXPECT_EQ(tickText(3e-6, 1e-6), "3e-06");
    EXPECT_EQ(countTickText(2.5), "2.5");
    EXPECT_EQ(countTickText(20000.0), "20 k");
    EXPECT_EQ(countTickText(3.475e6), "3.475 M");
}

TEST(Axes, LabelsAreTrueNumbers) {
    const auto curves = healCurves();
    show(*curves);
    const QCPAxis& steps = *plotOf(*curves).axisRects().last()->axis(QCPAxis::atBottom);
    expectTrueLabels(steps);
    for (const double tick : steps.tickVector()) EXPECT_EQ(tick, std::floor(tick)) << "half a step";
    const auto plans = tradeoff();
    show(*plans);
    expectTrueLabels(*plotOf(*plans).xAxis);
    expectTrueLabels(*plotOf(*plans).yAxis);
    const auto layers = profile();
    show(*layers, {700, 900});
    for (const QCPAxisRect* rect : plotOf(*layers).axisRects())
        expectTrueLabels(*rect->axis(QCPAxis::atLeft));
}

TEST(Axes, LabelsNeverTouchAtAnySize) {
    for (const auto& [name, view] : everyFilledView()) {
        view->show();
        for (const QSize& size : {QSize(1400, 900), QSize(700, 460), QSize(430, 300), QSize(300, 340),
                                  QSize(240, 700), QSize(200, 260)}) {
            show(*view, size);
            expectLabelsApart(*view, name);
        }
        QFont large = view->font();
        large.setPointSizeF(2.0 * large.pointSizeF());
        view->setFont(large);
        show(*view, {500, 500});
        expectLabelsApart(*view, name);
    }
}

TEST(Axes, TitlesOfAxesAreNoLongerThanTheAxes) {
    for (const auto& [name, view] : everyFilledView()) {
        for (const QSize& size : {QSize(700, 460), QSize(320, 240), QSize(900, 600)}) {
            show(*view, size);
            for (const QCPAxisRect* rect : plotOf(*view).axisRects()) {
                const QCPAxis* up = rect->axis(QCPAxis::atLeft);
                EXPECT_LE(QFontMetrics(up->labelFont()).horizontalAdvance(up->label()),
                          std::max(0, rect->height()))
                    << name << ": " << up->label().toStdString();
            }
        }
    }
    const auto chops = chopCurves(2);
    show(*chops, {500, 260});
    show(*chops, {700, 600});  // what was cut comes back
    EXPECT_EQ(plotOf(*chops).yAxis->label(), "perplexity; before healing; log scale");
}

TEST(Axes, LabelsNeverTouchAtAnyZoom) {
    const auto view = wideMap();
    QCustomPlot& plot = plotOf(*view);
    for (const int width : {1000, 460, 300}) {
        show(*view, {width, 400});
        for (const auto& [from, to] : {std::pair{4250.0, 4750.0}, {0.0, 11007.0}, {10990.0, 11002.0}}) {
            plot.xAxis->setRange(from, to);
            plot.replot();
            expectLabelsApart(*view, "channel map");
            expectTrueLabels(*plot.xAxis);
        }
    }
}

TEST(Axes, LegendsStandOutsideOfTheDrawing) {
    for (auto& view : {healCurves(), tradeoff()}) {
        for (const QSize& size : {QSize(1100, 700), QSize(500, 400), QSize(300, 240)}) {
            show(*view, size);
            QCustomPlot& plot = plotOf(*view);
            if (!plot.legend->visible()) continue;
            for (const QCPAxisRect* rect : plot.axisRects())
                EXPECT_FALSE(plot.legend->outerRect().intersects(rect->rect())) << size.width();
            EXPECT_LE(plot.legend->outerRect().height(), plot.height() / 2);
        }
    }
    EXPECT_FALSE(plotOf(*chopCurves(18)).legend->visible());  // names stand at the curves' ends
}

TEST(Axes, NamesOfLevelsStandBesideTheDrawing) {
    {
        const auto view = healCurves();
        show(*view);
        QCustomPlot& plot = plotOf(*view);
        int names = 0;
        for (int i = 0; i < plot.itemCount(); ++i) {
            const auto* text = qobject_cast<QCPItemText*>(plot.item(i));
            if (text == nullptr || text->text().startsWith(QStringLiteral("best ")))
                continue;  // at its point
            ++names;
            EXPECT_GE(text->left->pixelPosition().x(), plot.axisRects().last()->right())
                << text->text().toStdString();
            EXPECT_LE(text->right->pixelPosition().x(), plot.width()) << text->text().toStdString();
        }
        EXPECT_GE(names, 1);
    }
}

TEST(Axes, KeptAndRemovedStandAboveTheBars) {
    const auto view = distribution("AL-AM");
    show(*view);
    QCustomPlot& plot = plotOf(*view);
    int words = 0;
    for (int i = 0; i < plot.itemCount(); ++i) {
        const auto* text = qobject_cast<QCPItemText*>(plot.item(i));
        if (text == nullptr || !text->visible()) continue;
        words += text->text() == "kept" || text->text() == "removed";
        bool above = false;
        for (const QCPAxisRect* rect : plot.axisRects())
            above |= text->bottom->pixelPosition().y() <= rect->top() + 1 &&
                     text->top->pixelPosition().y() >= rect->outerRect().top() - 1;
        EXPECT_TRUE(above) << text->text().toStdString();
    }
    EXPECT_EQ(words, 4);
}

// Beside the line, above the bars or over them, but never missing and never over one another.
TEST(Axes, KeptAndRemovedAreThereAtAnyWidth) {
    const auto view = distribution("AL-AM");
    for (const int width : {700, 420, 320, 260, 220}) {
        show(*view, {width, 460});
        QCustomPlot& plot = plotOf(*view);
        QHash<QString, int> words;
        std::vector<QRectF> places;
        for (int i = 0; i < plot.itemCount(); ++i) {
            const auto* text = qobject_cast<QCPItemText*>(plot.item(i));
            if (text == nullptr || !text->visible()) continue;
            ++words[text->text()];
            const QRectF place(text->topLeft->pixelPosition(), text->bottomRight->pixelPosition());
            EXPECT_GE(place.left(), -1.0) << width << text->text().toStdString();
            EXPECT_LE(place.right(), plot.width() + 1.0) << width << text->text().toStdString();
            for (const QRectF& other : places)
                EXPECT_FALSE(other.adjusted(2, 2, -2, -2).intersects(place))
                    << width << text->text().toStdString();
            places.push_back(place);
        }
        EXPECT_EQ(words.value("removed"), 2) << width;
        EXPECT_EQ(words.value("kept"), 2) << width;
    }
}

TEST(Axes, HeadingsOfTheProfileClearTheTopTick) {
    const auto view = profile();
    for (const QSize& size : {QSize(700, 460), QSize(400, 420)}) {
        show(*view, size);
        QCustomPlot& plot = plotOf(*view);
        const int half = QFontMetrics(view->font()).height() / 2;
        for (int row = 0; row + 1 < plot.plotLayout()->rowCount(); row += 2) {
            const auto* heading = plot.plotLayout()->element(row, 0);
            const auto* rect = qobject_cast<QCPAxisRect*>(plot.plotLayout()->element(row + 1, 0));
            ASSERT_NE(rect, nullptr);
            EXPECT_GE(rect->top() - half, heading->outerRect().bottom()) << row;
            EXPECT_GE(heading->rect().height(), QFontMetrics(view->font()).height()) << row;
        }
    }
}

TEST(Axes, TheRawLossIsSeenWhole) {
    HealCurve spiky = secateur::testing::healCurve("a", 0, 30);
    spiky.points[20].loss = 0.001;
    spiky.points[25].loss = 9.0;
    HealCurvesView view;
    view.setCurves({spiky});
    view.setSmoothing(90);
    show(view);
    const QCPRange range = plotOf(view).axisRects().first()->axis(QCPAxis::atLeft)->range();
    EXPECT_LT(range.lower, 0.001);
    EXPECT_GT(range.upper, 9.0);
}

TEST(Axes, DotsOfTheSimilarityStayInTheirCells) {
    const auto view = similarity();
    for (const QSize& size : {QSize(900, 700), QSize(360, 300)}) {
        show(*view, size);
        QCustomPlot& plot = plotOf(*view);
        const double cell = plot.axisRect()->height() / plot.yAxis->range().size();
        EXPECT_LE(plot.graph(0)->scatterStyle().size(), std::max(1.5, 0.7 * cell));
    }
}

// Words beside and above the axes, as they are drawn.
QList<QCPItemText*> shownTexts(QCustomPlot& plot) {
    QList<QCPItemText*> texts;
    for (int i = 0; i < plot.itemCount(); ++i) {
        auto* text = qobject_cast<QCPItemText*>(plot.item(i));
        if (text != nullptr && text->visible()) texts << text;
    }
    return texts;
}
QRectF placeOfText(const QCPItemText& text) {
    return {text.topLeft->pixelPosition(), text.bottomRight->pixelPosition()};
}

TEST(Axes, ALowNarrowDistributionStillSaysWhatItsAxesAre) {
    for (const QSize& size : {QSize(700, 460), QSize(360, 260), QSize(300, 220)}) {
        const auto view = distribution("AL-AM");
        show(*view, size);
        QCustomPlot& plot = plotOf(*view);
        QStringList said;
        const auto texts = shownTexts(plot);
        for (const QCPItemText* text : texts) {
            said << text->text();
            const QRectF place = placeOfText(*text);
            EXPECT_GE(place.left(), 0.0) << text->text().toStdString();
            EXPECT_LE(place.right(), plot.viewport().width() + 1.0) << text->text().toStdString();
            for (const QCPItemText* other : texts) {
                EXPECT_FALSE(other != text && placeOfText(*other).intersects(place))
                    << text->text().toStdString() << " on " << other->text().toStdString();
            }
        }
        EXPECT_TRUE(said.contains("MLP channels")) << said.join(", ").toStdString();
        EXPECT_EQ(said.count("removed up to here, %"), 2) << said.join(", ").toStdString();
        for (const QCPAxis* axis : labelledAxes(plot)) {
            EXPECT_FALSE(axis->label().contains(QChar(0x2026))) << axis->label().toStdString();
        }
    }
}

TEST(Axes, ScoresHaveOneNotationOnAnAxisAndInItsReadout) {
    auto table = smallTable();
    table->structure = "UL-UM";
    for (LayerScores& layer : table->layers)
        for (std::size_t i = 0; i < layer.channelScore.size(); ++i)
            layer.channelScore[i] = 2e-6F * static_cast<float>(std::pow(4.0, static_cast<double>(i)));
    DistributionView view;
    view.setData(table);
    show(view);
    QCPAxis* axis = plotOf(view).axisRects().first()->axis(QCPAxis::atBottom);
    QStringList labels;
    for (const QString& label : axis->tickVectorLabels())
        if (!label.isEmpty()) labels << label;
    ASSERT_GT(labels.size(), 2);
    for (const QString& label : labels)
        EXPECT_TRUE(label.contains(QLatin1Char('e'))) << labels.join(", ").toStdString();
    movePointer(view, axis->axisRect()->rect().center());
    EXPECT_TRUE(view.hoverText().contains(QLatin1String("e-"))) << view.hoverText().toStdString();
    EXPECT_FALSE(view.hoverText().contains(QLatin1String(" 0.0"))) << view.hoverText().toStdString();
}

TEST(Axes, AMeanAtTheEdgeIsReadWhole) {
    for (const double mean : {-0.99, 0.0, 0.99}) {
        auto histogram = std::make_shared<ActivationHistogram>();
        histogram->values = 4;
        histogram->low = histogram->least = -1.0;
        histogram->high = histogram->most = 1.0;
        histogram->mean = mean;
        histogram->variance = 0.04;
        histogram->counts = {1, 2, 1};
        ActivationView view;
        view.setHistogram(histogram);
        show(view, {320, 260});
        QCustomPlot& plot = plotOf(view);
        const auto texts = shownTexts(plot);
        ASSERT_EQ(texts.size(), 1);
        EXPECT_TRUE(texts.first()->text().startsWith("mean ")) << texts.first()->text().toStdString();
        const QRectF place = placeOfText(*texts.first());
        EXPECT_GE(place.left(), -1.0) << mean;
        EXPECT_LE(place.right(), plot.viewport().width() + 1.0) << mean;
    }
}

}  // namespace
}  // namespace secateur::test
