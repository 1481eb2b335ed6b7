// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two plans, models or measurements beside each other, as they are chosen, compared and taken.
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

#include <gtest/gtest.h>

#include "core/base/units.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_plans.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/models/comparison_model.h"
#include "widgets/models/measurement_model.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/score_difference_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class ComparePanelTest : public ::testing::Test {
protected:
    ComparePanelTest()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          feed_(document_, engine_),
          board_(engine_, settings_),
          pins_(document_, feed_, board_, shelf_),
          panel_(document_, feed_, board_, pins_, shelf_, settings_, selection_, engine_.methods()) {
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
    // The text that stands in the place of the comparison.
    QString hint() {
        QTest::qWait(120);
        for (const QLabel* label : panel_.findChildren<QLabel*>())
            if (label->isVisible() && label->alignment() == Qt::AlignCenter) return label->text();
        return {};
    }
    // The row of a quantity in the numbers.
    QStringList numbers(const QString& quantity) {
        QTest::qWait(120);
        const auto* model = findNamed<QTableView>(panel_, "Numbers of A and B")->model();
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->index(row, ComparisonModel::Quantity).data().toString() != quantity) continue;
            QStringList cells;
            for (const int column : {ComparisonModel::A, ComparisonModel::B, ComparisonModel::Difference})
                cells << model->index(row, column).data().toString();
            return cells;
        }
        ADD_FAILURE() << "no row " << quantity.toStdString();
        return {};
    }
    // What is worked out a moment later.
    QString cell(const char* name, int row, int column) {
        QTest::qWait(120);
        return findNamed<QTableView>(panel_, name)->model()->index(row, column).data().toString();
    }
    QString verdict() {
        QTest::qWait(120);
        EXPECT_TRUE(QTest::qWaitFor([&] { return panel_.settled(); }, 2000));
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
    ReferenceShelf shelf_{engine_};
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
    EXPECT_EQ(box("Side A")->currentText(), QStringLiteral("dense model"));
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
    pick("Side A", QStringLiteral("layer 1 chopped"));
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
    EXPECT_EQ(box("Side B")->currentText(), QStringLiteral("layer 1 chopped"));
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
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.side(PlanPins::A) != nullptr; }, 2000));
    EXPECT_EQ(pins_.side(PlanPins::A)->title, QStringLiteral("two.json"));
    QTest::qWait(120);
    EXPECT_EQ(box("Side A")->currentText(), QStringLiteral("two.json"));
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
        [&] { return pins_.side(PlanPins::B) && pins_.side(PlanPins::B)->title == QStringLiteral("healed"); },
        2000));
    EXPECT_EQ(cell("Numbers of A and B", kPerplexityRow, ComparisonModel::B),
              QStringLiteral("3.000 (healed, continued)"));
    EXPECT_EQ(cell("Steps of A and B", 0, StepPairsModel::Same), QStringLiteral("yes"));
}

TEST_F(ComparePanelTest, WhatCannotBeReadIsSaid) {
    open();
    pins_.pin(PlanPins::A, {PinSource::File, 0, folder_.filePath(QStringLiteral("gone.json"))});
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return !pins_.side(PlanPins::A) && !pins_.reading(PlanPins::A); }, 2000));
    EXPECT_TRUE(verdict().contains(QStringLiteral("gone.json"))) << verdict().toStdString();
}

// The same network on other text: the order of the channels of the first layer turns round.
std::shared_ptr<const Analysis> onOtherText() {
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration = {"roots.txt", "def", 4, 32, 7, "random", false};
    std::ranges::reverse(other->layers[0].downProj.fluctuation);
    std::ranges::reverse(other->residual.cosine);
    return other;
}

TEST_F(ComparePanelTest, TwoMeasurementsAreHeldAgainstEachOther) {
    open();
    const QString file = QStringLiteral("/texts/roots.h5");
    pick("Side A", QStringLiteral("present measurement"));
    EXPECT_TRUE(hint().contains(QStringLiteral("Choose another measurement as B"))) << hint().toStdString();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    ASSERT_EQ(engine_.analysesRead, std::vector<QString>{file});
    EXPECT_TRUE(verdict().contains(QStringLiteral("B is being read"))) << verdict().toStdString();
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    // Of six layers five have the same order.
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("A and B put channels in ")));
    EXPECT_TRUE(verdict().contains(QStringLiteral("least in layer 0: -"))) << verdict().toStdString();
    EXPECT_TRUE(
        verdict().contains(QStringLiteral("Of the channels that FLAP WIFV, AL-AM, at 20.0 % removes")));
    EXPECT_TRUE(verdict().endsWith(QStringLiteral("They differ in: text, windows, sampling.")))
        << verdict().toStdString();
    EXPECT_EQ(box("Side B")->currentText(), QStringLiteral("measurement roots.h5"));
    EXPECT_EQ(
        numbers(QStringLiteral("Text")),
        (QStringList{QStringLiteral("leaves.txt"), QStringLiteral("roots.txt"), QStringLiteral("another")}));
    EXPECT_EQ(numbers(QStringLiteral("Sampling")),
              (QStringList{QStringLiteral("sequential"), QStringLiteral("random, seed 7"),
                           QStringLiteral("another")}));
    EXPECT_EQ(numbers(QStringLiteral("Model")).last(), QStringLiteral("the same"));
    EXPECT_EQ(numbers(QStringLiteral("Order of layers")),
              (QStringList{QStringLiteral("block influence"), QStringLiteral("block influence"),
                           QStringLiteral("Spearman -1.00")}));
    EXPECT_EQ(cell("Agreement by layer", 1, LayerAgreementModel::Channels), QStringLiteral("1.00"));
    EXPECT_TRUE(cell("Agreement by layer", 0, LayerAgreementModel::Channels).startsWith(QLatin1Char('-')));
    EXPECT_EQ(cell("Agreement by layer", 5, LayerAgreementModel::InfluenceA), QStringLiteral("0.3500"));
    EXPECT_EQ(cell("Agreement by layer", 5, LayerAgreementModel::InfluenceB), QStringLiteral("0.1000"));
    EXPECT_FALSE(panel_.scoreMap()->isEmpty());
    EXPECT_TRUE(panel_.map()->isEmpty());
    EXPECT_FALSE(panel_.widths()->isEmpty());
    EXPECT_FALSE(findNamed<QTableView>(panel_, "Steps of A and B")->isVisible());
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take A")->isEnabled());
}

TEST_F(ComparePanelTest, MeasurementsThatWereKeptAreOfferedByWhatTheyAreOf) {
    open();
    EXPECT_EQ(engine_.analysesAsked, 1) << "when the model opened";
    const QString file = QStringLiteral("/cache/0abc.h5");
    auto other = std::make_shared<Analysis>(*onOtherText());
    other->layers.clear();
    auto foreign = std::make_shared<Analysis>(*other);
    foreign->originalLayers = 99;
    Q_EMIT engine_.analysesListed({{file, other},
                                   {QStringLiteral("/cache/1.h5"), testing::sampleAnalysis()},
                                   {QStringLiteral("/cache/2.h5"), foreign}});
    const QString text = QStringLiteral("measurement roots.txt, 4 windows of 32 tokens, of twig-6");
    pick("Side B", text);
    EXPECT_EQ(engine_.analysesRead, std::vector<QString>{file});
    const auto measurements = [&] {
        int count = 0;
        for (int i = 0; i < box("Side A")->count(); ++i)
            count += box("Side A")->itemText(i).startsWith(QStringLiteral("measurement")) ? 1 : 0;
        return count;
    };
    EXPECT_EQ(measurements(), 1) << "neither the present one nor one of another shape";
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("A and B put channels in "))) << verdict().toStdString();
    EXPECT_EQ(box("Side B")->currentText(), text);
}

TEST_F(ComparePanelTest, WhatThePlanWouldRemoveByEachFollowsThePlan) {
    open();
    const QString file = QStringLiteral("/texts/roots.h5");
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    EXPECT_EQ(pins_.choice(PlanPins::A), PinChoice{PinSource::Measurement}) << "the other side follows";
    Q_EMIT engine_.analysisRead(onOtherText(), file, {});
    WidthRequest width = document_.width();
    width.ratio = 0.5;
    width.structure = "UL-UM";
    document_.setWidth(QStringLiteral("ratio"), width);
    EXPECT_TRUE(verdict().contains(QStringLiteral("FLAP WIFV, UL-UM, at 50.0 %"))) << verdict().toStdString();
    // Half of the 32 channels of a layer. In layer 0 the reverse order has another half.
    for (const int row : {0, 1}) {
        EXPECT_EQ(cell("Agreement by layer", row, LayerAgreementModel::RemovedA), QStringLiteral("16"));
        EXPECT_EQ(cell("Agreement by layer", row, LayerAgreementModel::RemovedB), QStringLiteral("16"));
    }
    EXPECT_EQ(cell("Agreement by layer", 1, LayerAgreementModel::Shared), QStringLiteral("100.0 %"));
    EXPECT_NE(cell("Agreement by layer", 0, LayerAgreementModel::Shared), QStringLiteral("100.0 %"));
    // Back to plans: choosing one brings the other.
    pick("Side A", QStringLiteral("dense model"));
    QTest::qWait(120);
    EXPECT_EQ(box("Side B")->currentText(), QStringLiteral("present plan"));
    EXPECT_TRUE(panel_.scoreMap()->isEmpty());
    EXPECT_TRUE(findNamed<QTableView>(panel_, "Steps of A and B")->isVisible());
}

TEST_F(ComparePanelTest, AMeasurementOfAnotherShapeOrThatCannotBeReadSaysSo) {
    open();
    const QString file = QStringLiteral("/texts/short.h5");
    auto shorter = std::make_shared<Analysis>(*testing::sampleAnalysis());
    shorter->layers.pop_back();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, file});
    Q_EMIT engine_.analysisRead(shorter, file, {});
    static_cast<void>(verdict());
    EXPECT_TRUE(hint().contains(QStringLiteral("another shape"))) << hint().toStdString();
    pins_.pin(PlanPins::B, {PinSource::AnalysisFile, 0, QStringLiteral("/texts/gone.h5")});
    Q_EMIT engine_.analysisRead(nullptr, QStringLiteral("/texts/gone.h5"),
                                QStringLiteral("gone.h5 is missing."));
    EXPECT_EQ(verdict(), QStringLiteral("B: gone.h5 is missing."));
}

std::shared_ptr<const ModelSummary> choppedModel(const QString& folder) {
    auto model = std::make_shared<ModelSummary>(*testing::sampleModel());
    model->name = "twig-5";
    model->path = folder.toStdString();
    model->fingerprint = "sha256:twig-5";
    model->config.layers.erase(model->config.layers.begin() + 1);
    model->config.layers[0].intermediateSize = 8;
    model->parameters = totalParameters(model->config);
    model->bytes = 4 * model->parameters;
    return model;
}

TEST_F(ComparePanelTest, AnotherModelOfTheSameOriginalCanBeASide) {
    open();
    const QString folder = folder_.filePath(QStringLiteral("twig-5"));
    settings_.addRecentModel(folder);
    pick("Side B", QStringLiteral("model twig-5"));
    ASSERT_EQ(engine_.modelsRead, std::vector<QString>{folder});
    pins_.pin(PlanPins::A, {PinSource::Dense});
    Q_EMIT engine_.modelRead(choppedModel(folder), folder, {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.side(PlanPins::B) != nullptr; }, 2000));
    EXPECT_TRUE(verdict().startsWith(QStringLiteral("B has "))) << verdict().toStdString();
    EXPECT_TRUE(verdict().contains(QStringLiteral("fewer parameters than A; perplexity: not known: A, B.")))
        << verdict().toStdString();
    EXPECT_EQ(numbers(QStringLiteral("Layers")),
              (QStringList{QStringLiteral("6"), QStringLiteral("5"), QStringLiteral("-1")}));
    EXPECT_EQ(cell("Differences by layer", 0, LayerDifferenceModel::ChannelsB), QStringLiteral("8"));
    EXPECT_EQ(cell("Differences by layer", 1, LayerDifferenceModel::ChannelsB), QStringLiteral("0"));
    EXPECT_EQ(cell("Differences by layer", 0, LayerDifferenceModel::Overlap), QStringLiteral("-"));
    EXPECT_TRUE(panel_.widths()->csv().contains(QStringLiteral("\n0,4,4,4,32,32,8\n1,4,4,0,32,32,0\n")));
    EXPECT_TRUE(panel_.map()->isEmpty());
    EXPECT_TRUE(
        panel_.map()->emptyText().startsWith(QStringLiteral("Which units twig-5 keeps is not known")));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take B")->isEnabled());
}

TEST_F(ComparePanelTest, AModelThatAPlanOfTheOpenOneMadeIsKnownUnitByUnit) {
    open();
    document_.setPartRemoved(1, LayerPart::Layer, true);
    const QString folder = folder_.filePath(QStringLiteral("written"));
    ASSERT_TRUE(QDir().mkpath(folder));
    document_.save(folder + QStringLiteral("/secateur-plan.json"));
    auto written = std::make_shared<ModelSummary>(*choppedModel(folder));
    written->config.layers[0].intermediateSize = testing::kChannels;
    auto run = std::make_shared<RunRecord>(testing::sampleRun("healed", RunState::Complete, 20));
    run->evalPerplexity = 3.0;
    written->healedBy = run;
    pins_.pin(PlanPins::A, {PinSource::Dense});
    pins_.pin(PlanPins::B, {PinSource::Model, 0, folder});
    Q_EMIT engine_.modelRead(written, folder, {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.side(PlanPins::B) != nullptr; }, 2000));
    EXPECT_EQ(cell("Differences by layer", 1, LayerDifferenceModel::OnlyB),
              QString::number(testing::kChannels));
    EXPECT_EQ(cell("Steps of A and B", 0, StepPairsModel::B), QStringLiteral("layer 1 chopped"));
    EXPECT_EQ(numbers(QStringLiteral("Perplexity")).at(1), QStringLiteral("3.000 (healed, continued)"));
    EXPECT_TRUE(findNamed<QPushButton>(panel_, "Take B")->isEnabled());
}

TEST_F(ComparePanelTest, AModelOfAnotherShapeHasNumbersAlone) {
    open();
    auto wide = std::make_shared<ModelSummary>(*testing::sampleModel());
    wide->fingerprint = "sha256:wide";
    wide->config.hiddenSize = 128;
    pins_.pin(PlanPins::B, {PinSource::Model, 0, QStringLiteral("/nowhere/wide")});
    Q_EMIT engine_.modelRead(wide, QStringLiteral("/nowhere/wide"), {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return pins_.side(PlanPins::B) != nullptr; }, 2000));
    EXPECT_TRUE(verdict().contains(
        QStringLiteral("The layers of B are not those of the open model: hidden size 64 against 128.")))
        << verdict().toStdString();
    EXPECT_TRUE(panel_.widths()->isEmpty());
    EXPECT_FALSE(numbers(QStringLiteral("Parameters")).isEmpty());
}

}  // namespace
}  // namespace secateur
