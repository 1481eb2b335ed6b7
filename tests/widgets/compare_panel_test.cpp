// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two plans or models beside each other, as they are chosen, compared and taken.
#include "widgets/panels/compare_panel.h"

#include <QDir>
#include <QFile>
#include <QPushButton>

#include "core/base/units.h"
#include "tests/widgets/compare_fixture.h"
#include "tests/widgets/sample_plans.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"

namespace secateur {
namespace {

using testing::findNamed;

class ComparePanelTest : public testing::CompareFixture {};

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
    settle();
    const int edits = document_.undoStack()->count();
    findNamed<QPushButton>(panel_, "Take A")->click();
    EXPECT_EQ(document_.undoStack()->count(), edits + 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Take A: layer 1 chopped"));
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, std::vector<int>{1});
    document_.undoStack()->undo();
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, (std::vector<int>{1, 2}));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Take B")->isEnabled()) << "it is the present plan";
    findNamed<QPushButton>(panel_, "Swap")->click();
    settle();
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
    settle();
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

TEST_F(ComparePanelTest, AnotherModelOfTheSameOriginalCanBeASide) {
    open();
    const QString folder = folder_.filePath(QStringLiteral("twig-5"));
    settings_.addRecentModel(folder);
    pick("Side B", QStringLiteral("model twig-5"));
    ASSERT_EQ(engine_.modelsRead, std::vector<QString>{folder});
    pins_.pin(PlanPins::A, {PinSource::Dense});
    Q_EMIT engine_.modelRead(testing::choppedModel(folder), folder, {});
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
    auto written = std::make_shared<ModelSummary>(*testing::choppedModel(folder));
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
