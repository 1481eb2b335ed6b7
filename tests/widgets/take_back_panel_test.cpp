// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which cut, taken back, helps most? Over an engine of values.
#include "widgets/panels/take_back_panel.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QPushButton>

#include <gtest/gtest.h>

#include "core/planning/take_back.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/take_back.h"
#include "widgets/models/take_back_model.h"

namespace secateur {
namespace {

using testing::findNamed;

class TakeBackPanelTest : public ::testing::Test {
protected:
    TakeBackPanelTest()
        : preview_(document_, engine_),
          takeBack_(document_, preview_, engine_),
          panel_(document_, takeBack_, engine_) {
        preview_.setAutomatic(false);
        panel_.resize(900, 300);
        panel_.show();
    }
    void openCut() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
        document_.setPartRemoved(1, LayerPart::Layer, true);
        document_.setPartRemoved(3, LayerPart::Layer, true);
        WidthRequest width = document_.width();
        width.ratio = 0.2;
        document_.setWidth(QStringLiteral("ratio"), width);
    }
    // Rows as the engine would find them: the later in the plan, the more is won back.
    std::shared_ptr<TakeBackReport> report(std::size_t most = 99) {
        auto report = std::make_shared<TakeBackReport>();
        report->present.planPerplexity = 12.0;
        report->present.densePerplexity = 10.0;
        double won = 0.5;
        for (const LessenedPlan& less : lessenedPlans(takeBack_.planned())) {
            if (report->rows.size() == most) break;
            TakeBackRow row;
            row.what = less.what;
            row.plan = less.plan;
            row.wonBack = won += 0.5;
            row.wonBackError = 0.25;
            row.perplexity = 12.0 - won;
            row.parametersReturned = 1'000'000;
            report->rows.push_back(row);
        }
        rank(report->rows);
        return report;
    }
    void answer(const std::shared_ptr<TakeBackReport>& report, bool complete = true) {
        Q_EMIT engine_.tookBack(report, engine_.takeBackRequests.back().revision, complete);
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(panel_, name); }
    QTableView* table() { return findNamed<QTableView>(panel_, "Cuts to take back"); }
    QString cell(int row, int column) { return table()->model()->index(row, column).data().toString(); }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("takeBackState"))->text(); }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed preview_;
    TakeBack takeBack_;
    TakeBackPanel panel_;
};

TEST_F(TakeBackPanelTest, EmptyStatesSayWhatToDo) {
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    EXPECT_FALSE(button("Try each cut")->isEnabled());
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
    EXPECT_TRUE(state().contains(QStringLiteral("removes nothing"))) << state().toStdString();
    document_.setPartRemoved(1, LayerPart::Layer, true);
    EXPECT_TRUE(state().contains(QStringLiteral("Press Try each")));
    EXPECT_TRUE(button("Try each cut")->isEnabled());
    EXPECT_FALSE(button("Take back")->isEnabled());
}

TEST_F(TakeBackPanelTest, RowsGrowAndAreRanked) {
    openCut();
    button("Try each cut")->click();
    ASSERT_EQ(engine_.takeBackRequests.size(), 1U);
    EXPECT_EQ(engine_.takeBackRequests[0].plan, document_.result()->plan);
    EXPECT_EQ(engine_.takeBackRequests[0].text.textFile, "leaves.txt");
    EXPECT_FALSE(button("Try each cut")->isEnabled());
    answer(report(2), false);
    EXPECT_EQ(table()->model()->rowCount(), 2);
    EXPECT_TRUE(state().contains(QStringLiteral("2 of 4 tried"))) << state().toStdString();
    answer(report());
    const QAbstractItemModelTester tester(table()->model());
    ASSERT_EQ(table()->model()->rowCount(), 4);
    EXPECT_TRUE(cell(0, TakeBackModel::What).startsWith(QStringLiteral("FLAP 20")))
        << cell(0, 0).toStdString();
    EXPECT_EQ(cell(1, TakeBackModel::What), QStringLiteral("layer 3"));
    EXPECT_EQ(cell(1, TakeBackModel::Won), QString::fromUtf8("2 \u00B1 0.25"));
    EXPECT_TRUE(state().contains(QStringLiteral("Planned perplexity 12.00")));
}

TEST_F(TakeBackPanelTest, TakingALayerBackIsOneEditWithThePreviewedPlan) {
    openCut();
    button("Try each cut")->click();
    answer(report());
    const Plan before = document_.result()->plan;
    const std::vector<PlanStep> expected = takeBack_.report()->rows[1].plan.steps;
    const int edits = document_.undoStack()->index();
    table()->selectRow(1);
    button("Take back")->click();
    EXPECT_EQ(document_.undoStack()->index(), edits + 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Take back layer 3"));
    EXPECT_TRUE(document_.kept().layer[3]);
    EXPECT_FALSE(document_.kept().layer[1]);
    const auto& steps = document_.result()->plan.steps;
    ASSERT_EQ(steps.size(), expected.size());
    EXPECT_EQ(std::get<WidthStep>(steps[1]).keep, std::get<WidthStep>(expected[1]).keep)
        << "the widths are those that were previewed";
    EXPECT_TRUE(state().contains(QStringLiteral("has changed since")));
    EXPECT_FALSE(button("Take back")->isEnabled());
    document_.undoStack()->undo();
    EXPECT_EQ(document_.result()->plan.steps, before.steps);
}

TEST_F(TakeBackPanelTest, TakingAStepBackLeavesTheOthersAsTheyAre) {
    openCut();
    button("Try each cut")->click();
    answer(report());
    Q_EMIT table()->activated(table()->model()->index(0, 0));
    ASSERT_EQ(document_.result()->plan.steps.size(), 1U);
    EXPECT_EQ(std::get<ChopStep>(document_.result()->plan.steps[0]).layers, (std::vector<int>{1, 3}));
}

TEST_F(TakeBackPanelTest, StopsWhenAskedAndWhenThePlanChanges) {
    openCut();
    button("Try each cut")->click();
    answer(report(1), false);
    button("Stop trying")->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::TakeBack});
    engine_.fail(EngineTask::TakeBack, QStringLiteral("cancelled"), {}, true);
    EXPECT_TRUE(state().contains(QStringLiteral("1 of 4 were tried"))) << state().toStdString();
    EXPECT_EQ(table()->model()->rowCount(), 1) << "what is known stays";
    button("Try each cut")->click();
    document_.setPartRemoved(4, LayerPart::Layer, true);
    EXPECT_EQ(engine_.stoppedTasks.size(), 2U);
    EXPECT_FALSE(takeBack_.running());
}

TEST_F(TakeBackPanelTest, RowsThatCannotBeSayWhy) {
    openCut();
    button("Try each cut")->click();
    const auto rows = report();
    rows->rows[0].problem = "there is no such network";
    rank(rows->rows);
    answer(rows);
    EXPECT_EQ(cell(3, TakeBackModel::Perplexity), QStringLiteral("not possible"));
    EXPECT_EQ(table()->model()->index(3, 0).data(Qt::ToolTipRole).toString(),
              QStringLiteral("there is no such network"));
    table()->selectRow(3);
    EXPECT_FALSE(button("Take back")->isEnabled());
}

TEST(LessenedWishes, KeepWhatIsOffWhereItIs) {
    PlanDocument document;
    document.setModel(testing::sampleModel());
    document.setAnalysis(testing::sampleAnalysis());
    document.setPartRemoved(1, LayerPart::Layer, true);
    WidthRequest width = document.width();
    width.ratio = 0.2;
    document.setWidth(QStringLiteral("ratio"), width);
    PlanWishes wishes = document.wishes();
    Wish off = wishes.steps.back();
    off.on = false;
    wishes.steps.insert(wishes.steps.begin(), off);
    const auto plans = lessenedPlans(document.result()->plan);
    ASSERT_EQ(plans.size(), 2U);
    const PlanWishes less = lessenedWishes(wishes, plans[0].what, plans[0].plan);
    ASSERT_EQ(less.steps.size(), 2U);
    EXPECT_FALSE(less.steps[0].on);
    EXPECT_TRUE(std::holds_alternative<WidthRequest>(less.steps[1].wished));
    EXPECT_TRUE(less.steps[1].settled);
}

}  // namespace
}  // namespace secateur
