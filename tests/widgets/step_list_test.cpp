// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/step_list.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/models/step_list_model.h"
#include "widgets/panels/plan_panel.h"
#include "widgets/panels/preview_panel.h"

namespace secateur {
namespace {

using testing::findNamed;

class StepListTest : public ::testing::Test {
protected:
    StepListTest() : panel_(document_, engine_.registry), table_(*findNamed<QTableView>(panel_, "Steps")) {
        panel_.resize(380, 900);
        panel_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    QPushButton& button(const char* name) { return *findNamed<QPushButton>(panel_, name); }
    QMenu& group(const char* title) {
        for (QAction* action : button("Add step").menu()->actions())
            if (action->text() == QLatin1String(title)) return *action->menu();
        throw std::runtime_error("no such kind of step");
    }
    void add(const char* kind, const char* method) {
        for (QAction* action : group(kind).actions())
            if (action->text() == QLatin1String(method)) return action->trigger();
        ADD_FAILURE() << "no method " << method;
    }
    // Narrow by 20 %, chop one layer by its position, sparsify.
    void chain() {
        findNamed<QSlider>(panel_, "Ratio")->setValue(20);
        add("Chop layers", "LayerChop");
        add("Sparsify linears", "Twigs");
        ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    }
    QString step(int row) { return table_.model()->index(row, StepListModel::Step).data().toString(); }
    QString undoText() { return document_.undoStack()->undoText(); }
    int chosen() { return table_.currentIndex().row(); }

    testing::FakeEngine engine_;
    PlanDocument document_;
    PlanPanel panel_;
    QTableView& table_;
};

TEST_F(StepListTest, AnEmptyListSaysWhatToDoNext) {
    auto* hint = panel_.findChild<QLabel*>(QStringLiteral("stepsHint"));
    EXPECT_TRUE(hint->text().contains(QStringLiteral("Open a model")));
    EXPECT_FALSE(button("Add step").isEnabled());
    open();
    EXPECT_FALSE(hint->isVisible());
    button("Remove step").click();
    EXPECT_EQ(table_.model()->rowCount(), 0);
    EXPECT_TRUE(hint->text().contains(QStringLiteral("Add step")));
    EXPECT_FALSE(button("Remove step").isEnabled());
}

TEST_F(StepListTest, ThreeStepsAreChainedReorderedSwitchedOffAndUndone) {
    open();
    chain();
    ASSERT_EQ(table_.model()->rowCount(), 3);
    EXPECT_EQ(undoText(), QStringLiteral("Add Twigs"));
    EXPECT_EQ(chosen(), 2);
    EXPECT_EQ(document_.result()->plan.steps.size(), 3U);
    button("Move up").click();
    EXPECT_EQ(undoText(), QStringLiteral("Move step"));
    EXPECT_EQ(chosen(), 1);
    EXPECT_TRUE(step(1).startsWith(QStringLiteral("twigs")));
    EXPECT_TRUE(std::holds_alternative<RecipeStep>(document_.result()->plan.steps[1]));
    testing::clickCheckBox(table_, 0, StepListModel::On);
    EXPECT_EQ(undoText(), QStringLiteral("Switch off step 1"));
    EXPECT_EQ(document_.result()->plan.steps.size(), 2U);
    while (document_.undoStack()->canUndo()) document_.undoStack()->undo();
    EXPECT_EQ(table_.model()->rowCount(), 1);
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    while (document_.undoStack()->canRedo()) document_.undoStack()->redo();
    EXPECT_EQ(table_.model()->rowCount(), 3);
    EXPECT_TRUE(step(1).startsWith(QStringLiteral("twigs")));
}

TEST_F(StepListTest, ANarrowTableSaysWhatStepsAreBeforeWhatTheyWeigh) {
    open();
    chain();
    panel_.resize(320, 900);
    QTest::qWait(0);
    EXPECT_TRUE(table_.isColumnHidden(StepListModel::Weights));
    const int narrow = table_.columnWidth(StepListModel::Step);
    panel_.resize(800, 900);
    QTest::qWait(0);
    EXPECT_FALSE(table_.isColumnHidden(StepListModel::Weights));
    EXPECT_GT(table_.columnWidth(StepListModel::Step), narrow);
}

TEST_F(StepListTest, KeysMoveSwitchAndRemove) {
    open();
    chain();
    table_.setFocus();
    QTest::keyClick(&table_, Qt::Key_Up, Qt::ControlModifier);
    EXPECT_TRUE(step(1).startsWith(QStringLiteral("twigs")));
    QTest::keyClick(&table_, Qt::Key_Down, Qt::ControlModifier);
    EXPECT_TRUE(step(2).startsWith(QStringLiteral("twigs")));
    QTest::keyClick(&table_, Qt::Key_Space);
    EXPECT_EQ(undoText(), QStringLiteral("Switch off step 3"));
    QTest::keyClick(&table_, Qt::Key_Delete);
    EXPECT_EQ(undoText(), QStringLiteral("Remove step 3"));
    EXPECT_EQ(table_.model()->rowCount(), 2);
    EXPECT_EQ(chosen(), 1);
}

// As it is: by influence, which needs a measurement. Before a heal step: by position.
TEST_F(StepListTest, ANewChopIsForWhatFollows) {
    open();
    add("Chop layers", "LayerChop");
    const auto strategy = [this](std::size_t step) {
        return std::get<ChopRequest>(document_.wishes().steps[step].wished).strategy;
    };
    EXPECT_EQ(strategy(1), "block-influence");
    PlanWishes wishes = document_.wishes();
    ChopRequest nameless;
    nameless.count = 1;
    HealStep heal;
    heal.textSource = "train.txt";
    wishes.steps = {{nameless}, {heal}};
    document_.edit(QStringLiteral("Heal"), wishes);
    EXPECT_EQ(strategy(0), "max-gap");
    auto* proposed = findNamed<QComboBox>(panel_, "Chop strategy");
    EXPECT_EQ(proposed->currentText(), QStringLiteral("Max gap"));
    document_.undoStack()->undo();
    EXPECT_EQ(proposed->currentText(), QStringLiteral("Block influence"));
    // A choice is not overruled.
    proposed->setCurrentText(QStringLiteral("Top (baseline)"));
    document_.undoStack()->redo();
    EXPECT_EQ(proposed->currentText(), QStringLiteral("Top (baseline)"));
}

TEST_F(StepListTest, TheMenuOffersWhatTheRegistryKnows) {
    std::size_t offered = 0;
    for (QAction* kind : button("Add step").menu()->actions())
        offered += static_cast<std::size_t>(kind->menu()->actions().size());
    EXPECT_EQ(offered, engine_.registry.size());
}

TEST_F(StepListTest, AStepOfAnyMethodHasTheFormOfItsOptions) {
    open();
    chain();
    EXPECT_EQ(panel_.findChild<QSlider*>(), nullptr);  // neither twigs nor chops have a share
    auto* sparsity = findNamed<QDoubleSpinBox>(panel_, "Sparsity");
    ASSERT_TRUE(sparsity->isVisible());
    sparsity->setValue(0.75);
    EXPECT_EQ(undoText(), QStringLiteral("Set sparsity to 0.75"));
    const auto& recipe = std::get<RecipeStep>(document_.result()->plan.steps[2]);
    EXPECT_EQ(*recipe.options.find("sparsity"), OptionValue(0.75));
    EXPECT_EQ(findNamed<QDoubleSpinBox>(panel_, "Sparsity"), sparsity);  // edited in place
    findNamed<QComboBox>(panel_, "Pattern")->setCurrentText(QStringLiteral("2:4"));
    EXPECT_TRUE(step(2).contains(QStringLiteral("2:4")));
    document_.undoStack()->undo();
    document_.undoStack()->undo();
    EXPECT_DOUBLE_EQ(sparsity->value(), 0.5);
    table_.selectRow(0);
    EXPECT_EQ(findNamed<QSlider>(panel_, "Ratio")->value(), 20);
    table_.selectRow(1);
    EXPECT_EQ(findNamed<QSpinBox>(panel_, "Number of layers")->value(), 1);
}

TEST_F(StepListTest, AHealStepNamesItsTextAsItIsTyped) {
    open();
    add("Heal", "Healing");
    auto* text = findNamed<QLineEdit>(panel_, "Text");
    text->setFocus();
    QTest::keyClicks(text, QStringLiteral("my leaves.txt"));
    QTest::keyClick(text, Qt::Key_Return);
    EXPECT_EQ(std::get<HealStep>(document_.wishes().steps.back().wished).textSource, "my leaves.txt");
    EXPECT_EQ(text->text(), QStringLiteral("my leaves.txt"));
}

TEST_F(StepListTest, EveryWidthHasItsOwnRatio) {
    open();
    findNamed<QSlider>(panel_, "Ratio")->setValue(10);
    add("Narrow layers", "FLAP");
    findNamed<QSlider>(panel_, "Ratio")->setValue(20);
    table_.selectRow(0);
    EXPECT_EQ(findNamed<QSlider>(panel_, "Ratio")->value(), 10);
    findNamed<QSlider>(panel_, "Ratio")->setValue(15);
    const auto& first = std::get<WidthRequest>(document_.wishes().steps[0].wished);
    const auto& second = std::get<WidthRequest>(document_.wishes().steps[1].wished);
    EXPECT_DOUBLE_EQ(first.ratio, 0.15);
    EXPECT_DOUBLE_EQ(second.ratio, 0.2);
    EXPECT_TRUE(document_.valid()) << document_.problem().toStdString();
}

TEST_F(StepListTest, TheSelectedStepIsFollowedWhenAnotherComesBeforeIt) {
    open();
    findNamed<QSlider>(panel_, "Ratio")->setValue(10);
    ASSERT_EQ(chosen(), 0);
    document_.setPartRemoved(3, LayerPart::Layer, true);  // a chop that comes first
    ASSERT_EQ(table_.model()->rowCount(), 2);
    EXPECT_EQ(chosen(), 1);
}

TEST_F(StepListTest, CalibratedPlansArePreviewedAtAPressAndWithCalibrationText) {
    open();
    PreviewFeed feed(document_, engine_);
    feed.setDelay(5);
    PreviewPanel preview(document_, feed);
    feed.setCalibration(textSource(QStringLiteral("bark.txt")), {});
    feed.setText(textSource(QStringLiteral("leaves.txt")), {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() == 1; }, 2000));
    engine_.finishPreview(10.0, 10.0);
    const auto* state = preview.findChild<QLabel*>(QStringLiteral("previewState"));
    add("Sparsify linears", "Twigs");
    EXPECT_TRUE(feed.waitsForPress());
    QTest::qWait(60);
    EXPECT_EQ(engine_.previewed.size(), 1U);
    EXPECT_EQ(feed.state(), PreviewFeed::State::Pending);
    EXPECT_TRUE(state->text().contains(QStringLiteral("Preview now")));
    EXPECT_TRUE(state->text().contains(QStringLiteral("before healing")));
    findNamed<QPushButton>(preview, "Preview now")->click();
    ASSERT_EQ(engine_.previewed.size(), 2U);
    EXPECT_EQ(engine_.previewed.back().calibration.textFile, "bark.txt");
    engine_.finishPreview(10.0, 12.0);
    EXPECT_EQ(feed.state(), PreviewFeed::State::Current);
    feed.setCalibration(textSource(QStringLiteral("roots.txt")), {});
    EXPECT_EQ(feed.state(), PreviewFeed::State::Pending);
}

}  // namespace
}  // namespace secateur
