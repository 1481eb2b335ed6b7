// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two plans beside each other, as they are chosen, compared and taken; and two scores.
#include "widgets/panels/compare_panel.h"

#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

#include "core/base/units.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_plans.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/models/comparison_model.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/scatter_panel.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/scatter_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class ComparePanelTest : public ::testing::Test {
protected:
    ComparePanelTest()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          feed_(document_, engine_),
          board_(engine_, settings_),
          pins_(document_, feed_, board_),
          panel_(document_, feed_, board_, pins_, selection_, engine_.methods()) {
        settings_.setWorkspace(folder_.path());
        panel_.resize(800, 600);
        panel_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {.samples = 2});
    }
    // Chops the layer and previews; losses of the two windows.
    std::uint64_t preview(int layer, double perplexity, std::vector<double> losses) {
        document_.setPartRemoved(layer, LayerPart::Layer, true);
        feed_.runNow();
        PreviewReport report;
        report.denseWindowLoss = {1.0, 2.0};
        report.planWindowLoss = std::move(losses);
        engine_.finishPreview(std::exp(1.5), perplexity, report);
        return feed_.history().back().id;
    }
    // What is worked out a moment later.
    QString cell(const char* name, int row, int column) {
        QTest::qWait(120);
        return findNamed<QTableView>(panel_, name)->model()->index(row, column).data().toString();
    }
    QString verdict() {
        QTest::qWait(120);
        return panel_.findChild<QLabel*>(QStringLiteral("comparisonInWords"))->text();
    }
    QComboBox* box(const char* name) { return findNamed<QComboBox>(panel_, name); }
    void pick(const char* name, const QString& text) {
        QTest::qWait(120);
        const int index = box(name)->findText(text);
        ASSERT_GE(index, 0) << text.toStdString();
        box(name)->setCurrentIndex(index);
        Q_EMIT box(name)->activated(index);
    }

    QTemporaryDir folder_;
    PlanDocument document_;
    testing::FakeEngine engine_;
    Settings settings_;
    LayerSelection selection_;
    PreviewFeed feed_;
    RunBoard board_;
    PlanPins pins_;
    ComparePanel panel_;
};

constexpr int kPerplexityRow = 6;

TEST_F(ComparePanelTest, SaysWhatToDoBeforeThereIsAnything) {
    const auto labels = panel_.findChildren<QLabel*>();
    EXPECT_TRUE(std::ranges::any_of(labels, [](const QLabel* label) {
        return label->isVisible() && label->text() == QStringLiteral("Open a model to compare plans of it.");
    }));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take A")->isEnabled());
}

TEST_F(ComparePanelTest, DenseAndThePresentPlanAreComparedAtFirst) {
    open();
    EXPECT_EQ(box("Plan A")->currentText(), QStringLiteral("dense model"));
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("A and B have the same number of parameters")));
    document_.setPartRemoved(1, LayerPart::Layer, true);
    const ModelSummary& model = *document_.model();
    const double share = static_cast<double>(document_.result()->plan.accounting->parametersAfter) /
                             static_cast<double>(model.parameters) -
                         1.0;
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("B has %1 fewer parameters than A")
                                         .arg(QString::fromStdString(formatPercent(-share)))))
        << verdict().toStdString();
    EXPECT_EQ(cell("Numbers of A and B", 5, ComparisonModel::A), QStringLiteral("6"));
    EXPECT_EQ(cell("Numbers of A and B", 5, ComparisonModel::B), QStringLiteral("5"));
    EXPECT_EQ(cell("Numbers of A and B", 5, ComparisonModel::Difference), QStringLiteral("-1"));
    EXPECT_EQ(cell("Steps of A and B", 0, StepPairsModel::B), QStringLiteral("layer 1 chopped"));
    // One layer of six, all of whose units are gone in B alone.
    EXPECT_EQ(cell("Differences by layer", 1, LayerDifferenceModel::OnlyB),
              QString::number(testing::kChannels));
    EXPECT_EQ(cell("Differences by layer", 1, LayerDifferenceModel::Overlap), QStringLiteral("0.0 %"));
    EXPECT_EQ(cell("Differences by layer", 2, LayerDifferenceModel::Overlap), QStringLiteral("-"));
    EXPECT_TRUE(panel_.map()->csv().contains(QStringLiteral("\n1,32,0,0,32,0\n")));
    EXPECT_TRUE(panel_.widths()->csv().contains(QStringLiteral("\n1,4,4,0,32,32,0\n")));
}

TEST_F(ComparePanelTest, PerplexitiesOfTheSameWindowsHaveAPairedError) {
    open();
    const std::uint64_t first = preview(1, 8.0, {1.5, 2.5});
    const std::uint64_t second = preview(2, 8.0 * std::exp(0.2), {1.6, 2.8});
    pins_.pin(PlanPins::A, {PinSource::Previewed, first});
    pins_.pin(PlanPins::B, {PinSource::Previewed, second});
    // Differences 0.1 and 0.3: exp(0.2) - 1 = 22.1 %, and an error of exp(0.2) * 0.1 = 12.2 %.
    EXPECT_EQ(cell("Numbers of A and B", kPerplexityRow, ComparisonModel::Difference),
              QStringLiteral("+1.771 (+22.1 % ± 12.2 %)"));
    EXPECT_TRUE(
        verdict().contains(QStringLiteral("its perplexity changes by +22.1 % ± 12.2 %, on the same windows")))
        << verdict().toStdString();
    pins_.pin(PlanPins::A, {PinSource::Dense});
    EXPECT_EQ(cell("Numbers of A and B", kPerplexityRow, ComparisonModel::A),
              QString::fromStdString(formatPerplexity(std::exp(1.5))));
}

TEST_F(ComparePanelTest, PerplexitiesOfOtherWindowsAreNotCompared) {
    open();
    const std::uint64_t first = preview(1, 8.0, {1.5, 2.5});
    feed_.setText(textSource(QStringLiteral("other.txt")), {.samples = 2});
    const std::uint64_t second = preview(2, 9.0, {1.6, 2.8});
    pins_.pin(PlanPins::A, {PinSource::Previewed, first});
    pins_.pin(PlanPins::B, {PinSource::Previewed, second});
    EXPECT_EQ(
        cell("Numbers of A and B", kPerplexityRow, ComparisonModel::Difference),
        QStringLiteral("cannot be compared: A was measured on leaves.txt, 2 windows of 128 tokens, B on "
                       "other.txt, 2 windows of 128 tokens"));
}

TEST_F(ComparePanelTest, TakingAPlanIsOneEdit) {
    open();
    preview(1, 8.0, {});
    preview(2, 9.0, {});
    pick("Plan A", QStringLiteral("layer 1 chopped"));
    QTest::qWait(120);
    const int edits = document_.undoStack()->count();
    findNamed<QPushButton>(panel_, "Take A")->click();
    EXPECT_EQ(document_.undoStack()->count(), edits + 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Take A: layer 1 chopped"));
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, std::vector<int>{1});
    document_.undoStack()->undo();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{1, 2}));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take B")->isEnabled()) << "it is the present plan";
    findNamed<QPushButton>(panel_, "Swap")->click();
    QTest::qWait(120);
    EXPECT_EQ(box("Plan B")->currentText(), QStringLiteral("layer 1 chopped"));
    EXPECT_TRUE(findNamed<QPushButton>(panel_, "Take B")->isEnabled());
}

TEST_F(ComparePanelTest, APlanFileAndAHealedRunCanBeASide) {
    open();
    const auto write = [&](const QString& path) {
        QFile file(path);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(testing::kTwoChops);
    };
    const QString file = folder_.filePath(QStringLiteral("two.json"));
    write(file);
    pins_.pin(PlanPins::A, {PinSource::File, 0, file});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.plan(PlanPins::A) != nullptr; }, 2000));
    EXPECT_EQ(pins_.plan(PlanPins::A)->title, QStringLiteral("two.json"));
    QTest::qWait(120);
    EXPECT_EQ(box("Plan A")->currentText(), QStringLiteral("two.json"));
    EXPECT_EQ(cell("Numbers of A and B", 5, ComparisonModel::A), QStringLiteral("4"));

    const QString start = folder_.filePath(QStringLiteral("start"));
    ASSERT_TRUE(QDir().mkpath(start));
    write(start + QStringLiteral("/secateur-plan.json"));
    RunRecord run = testing::sampleRun("healed", RunState::Complete, 20);
    run.request.model = start.toStdString();
    run.evalPerplexity = 3.0;
    Q_EMIT engine_.runsListed(folder_.path(), {run});
    pins_.pin(PlanPins::B, {PinSource::Run, 0, QStringLiteral("/runs/healed")});
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return pins_.plan(PlanPins::B) && pins_.plan(PlanPins::B)->title == QStringLiteral("healed"); },
        2000));
    EXPECT_EQ(cell("Numbers of A and B", kPerplexityRow, ComparisonModel::B),
              QStringLiteral("3.000 (healed, continued)"));
    EXPECT_EQ(cell("Steps of A and B", 0, StepPairsModel::Same), QStringLiteral("yes"));
}

TEST_F(ComparePanelTest, WhatCannotBeReadIsSaid) {
    open();
    pins_.pin(PlanPins::A, {PinSource::File, 0, folder_.filePath(QStringLiteral("gone.json"))});
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return !pins_.plan(PlanPins::A) && !pins_.reading(PlanPins::A); }, 2000));
    EXPECT_TRUE(verdict().contains(QStringLiteral("gone.json"))) << verdict().toStdString();
}

class ScatterPanelTest : public ::testing::Test {
protected:
    ScatterPanelTest() : panel_(document_, selection_), layers_(document_, selection_) {
        panel_.resize(700, 500);
        panel_.show();
        layers_.show();
    }
    void settle() {
        ASSERT_TRUE(QTest::qWaitFor([&] { return panel_.settled(); }, 3000));
    }
    PlanDocument document_;
    LayerSelection selection_;
    ScatterPanel panel_;
    LayersPanel layers_;
};

TEST_F(ScatterPanelTest, LayersAreHeldAgainstLeavingThemOut) {
    EXPECT_TRUE(panel_.view()->isEmpty());
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis(true));
    settle();
    EXPECT_FALSE(panel_.view()->isEmpty());
    EXPECT_EQ(findNamed<QComboBox>(panel_, "Score across")->currentText(), QStringLiteral("block influence"));
    EXPECT_EQ(findNamed<QComboBox>(panel_, "Score up")->currentText(),
              QStringLiteral("leave-one-out perplexity"));
    EXPECT_TRUE(panel_.view()->agreementText().endsWith(QStringLiteral("over 6 layers")));
    EXPECT_TRUE(panel_.view()->provenance().contains(QStringLiteral("leaves.txt")));
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(panel_.view()->csv().section(QLatin1Char('\n'), 3, 3).endsWith(QStringLiteral(",1")))
        << panel_.view()->csv().toStdString();
}

TEST_F(ScatterPanelTest, ChannelsAreHeldAgainstEachOtherByAnyMetric) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    findNamed<QComboBox>(panel_, "Units of the scatter")->setCurrentText(QStringLiteral("MLP channels"));
    settle();
    EXPECT_TRUE(panel_.view()->agreementText().contains(QStringLiteral("over 192 channels")))
        << panel_.view()->agreementText().toStdString();
    findNamed<QComboBox>(panel_, "Score up")->setCurrentText(QStringLiteral("WIFV"));
    settle();
    EXPECT_EQ(panel_.view()->agreementText(), QStringLiteral("Spearman 1.00 over 192 channels"));
    WidthRequest width = document_.width();
    width.ratio = 0.5;
    document_.setWidth(QStringLiteral("ratio"), width);
    int removed = 0;
    for (const QString& line : panel_.view()->csv().split(QLatin1Char('\n')))
        removed += line.endsWith(QStringLiteral(",1")) ? 1 : 0;
    int gone = 0;
    for (const UnitMask& mask : document_.kept().channels) gone += testing::kChannels - countKept(mask);
    EXPECT_EQ(removed, gone);
    EXPECT_GT(removed, 0);
}

TEST_F(ScatterPanelTest, AnotherAnalysisIsHeldAgainstThisOne) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    auto* up = findNamed<QComboBox>(panel_, "Score up");
    const int offered = up->count();
    // The same network on other text, where the order of the layers turns round.
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    std::ranges::reverse(other->residual.cosine);
    panel_.setOther(other, QStringLiteral("/texts/roots.h5"));
    settle();
    EXPECT_EQ(up->count(), 2 * offered);
    EXPECT_EQ(up->currentText(), QStringLiteral("block influence, roots.h5"));
    EXPECT_EQ(panel_.view()->agreementText(), QStringLiteral("Spearman -1.00 over 6 layers"));
    // One of another shape is said to be that, and draws nothing.
    other = std::make_shared<Analysis>(*other);
    other->layers.pop_back();
    other->residual.cosine.pop_back();
    panel_.setOther(other, QStringLiteral("/texts/short.h5"));
    settle();
    EXPECT_TRUE(panel_.view()->isEmpty());
    EXPECT_TRUE(panel_.view()->provenance().contains(QStringLiteral("another shape")))
        << panel_.view()->provenance().toStdString();
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    EXPECT_EQ(up->count(), offered);
}

TEST_F(ScatterPanelTest, BrushedLayersAreSelectedEverywhereAndGivenBack) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    settle();
    selection_.setLayer(0);
    Q_EMIT panel_.view()->layersSelected({1, 4, 5});
    EXPECT_THAT(selection_.layers(), ::testing::ElementsAre(1, 4, 5));
    EXPECT_THAT(panel_.view()->selectedLayers(), ::testing::ElementsAre(1, 4, 5));
    auto* table = findNamed<QTableView>(layers_, "Layers");
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 3);
    selection_.stepBack();
    EXPECT_THAT(selection_.layers(), ::testing::ElementsAre(0));
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 1);
    selection_.setLayers({0, 3});
    selection_.stepBack();
    EXPECT_EQ(table->selectionModel()->selectedRows().size(), 1) << "the layer in front stayed";
}

}  // namespace
}  // namespace secateur
