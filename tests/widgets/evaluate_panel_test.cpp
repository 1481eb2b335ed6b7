// SPDX-License-Identifier: GPL-3.0-or-later
//
// Is it still right? Over an engine of values.
#include "widgets/panels/evaluate_panel.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "tests/widgets/drop_files.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/settings.h"
#include "widgets/models/evaluation_model.h"

namespace secateur {
namespace {

using testing::findNamed;

class EvaluatePanelTest : public ::testing::Test {
protected:
    EvaluatePanelTest()
        : preview_(document_, engine_), feed_(document_, preview_, engine_), panel_(document_, feed_) {
        preview_.setAutomatic(false);
        panel_.resize(1000, 400);
        panel_.show();
    }
    void openCut() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
        document_.setPartRemoved(1, LayerPart::Layer, true);
    }
    void drop(const QStringList& files) { testing::dropFiles(panel_, files); }
    // 200 questions, of which the dense network answers 120 and the plan's `planned`.
    static TaskResult choice(int planned, const Flips& flips) {
        TaskResult result;
        result.first.questions = 200;
        result.first.measures = {{"acc", {0.6, 0.0347}}, {"acc_norm", {0.62, 0.0344}}};
        result.second.emplace(result.first);
        result.second->measures = {{"acc", {planned / 200.0, 0.035}}, {"acc_norm", {0.5, 0.035}}};
        result.flips = flips;
        result.change = MeanScore{planned / 200.0 - 0.6, 0.02};
        return result;
    }
    static std::shared_ptr<EvaluationReport> report(std::vector<TaskResult> tasks) {
        auto report = std::make_shared<EvaluationReport>();
        report->tasks = std::move(tasks);
        report->requests = 800;
        report->seconds = 2.0;
        return report;
    }
    void answer(const std::shared_ptr<EvaluationReport>& report, bool complete = true) {
        Q_EMIT engine_.evaluated(report, engine_.evaluations.back().id, complete);
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(panel_, name); }
    QTableView* table() { return findNamed<QTableView>(panel_, "Tasks"); }
    QString cell(int row, int column) { return table()->model()->index(row, column).data().toString(); }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("evaluateState"))->text(); }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed preview_;
    EvaluationFeed feed_;
    EvaluatePanel panel_;
};

TEST_F(EvaluatePanelTest, EmptyStatesSayWhatToDo) {
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    EXPECT_FALSE(button("Start evaluating")->isEnabled());
    document_.setModel(testing::sampleModel());
    EXPECT_TRUE(state().contains(QStringLiteral("drop them here: arc, choice"))) << state().toStdString();
    EXPECT_FALSE(button("Start evaluating")->isEnabled());
    EXPECT_FALSE(button("Copy evaluation as command")->isEnabled());
    drop({QStringLiteral("/q/piqa-validation.jsonl")});
    EXPECT_TRUE(state().contains(QStringLiteral("the dense network answers alone"))) << state().toStdString();
    EXPECT_TRUE(button("Start evaluating")->isEnabled());
}

TEST_F(EvaluatePanelTest, FilesThatAreDroppedAreTheTasksThatTheirNamesTell) {
    openCut();
    drop({QStringLiteral("/q/piqa.jsonl"), QStringLiteral("/q/ARC-Easy.jsonl"),
          QStringLiteral("/q/piqa/test.jsonl.gz"), QStringLiteral("/q/mine.jsonl")});
    const QAbstractItemModelTester tester(table()->model());
    ASSERT_EQ(table()->model()->rowCount(), 4);
    EXPECT_EQ(cell(0, EvaluationModel::Task), QStringLiteral("piqa"));
    EXPECT_EQ(cell(1, EvaluationModel::Task), QStringLiteral("arc"));
    EXPECT_EQ(cell(2, EvaluationModel::Task), QStringLiteral("piqa")) << "of the folder";
    EXPECT_EQ(cell(3, EvaluationModel::Task), QStringLiteral("which?"));
    EXPECT_TRUE(state().contains(QStringLiteral("Which task is mine.jsonl?"))) << state().toStdString();
    EXPECT_FALSE(button("Start evaluating")->isEnabled());
    table()->selectRow(3);
    auto* task = findNamed<QComboBox>(panel_, "Task of the chosen files");
    ASSERT_TRUE(task->isEnabled());
    task->setCurrentText(QStringLiteral("choice"));
    Q_EMIT task->activated(task->currentIndex());
    EXPECT_EQ(cell(3, EvaluationModel::Task), QStringLiteral("choice"));
    EXPECT_TRUE(button("Start evaluating")->isEnabled());
    drop({QStringLiteral("/q/piqa.jsonl")});
    EXPECT_EQ(table()->model()->rowCount(), 4) << "it is there already";
    table()->selectRow(1);
    button("Remove task files")->click();
    ASSERT_EQ(table()->model()->rowCount(), 3);
    EXPECT_EQ(cell(1, EvaluationModel::File), QStringLiteral("test.jsonl.gz"));
}

TEST_F(EvaluatePanelTest, AsksBothNetworksAndShowsWhatEachAnswered) {
    openCut();
    drop({QStringLiteral("/q/piqa.jsonl"), QStringLiteral("/q/arc.jsonl")});
    findNamed<QSpinBox>(panel_, "Questions of each task")->setValue(200);
    button("Start evaluating")->click();
    ASSERT_EQ(engine_.evaluations.size(), 1U);
    const EvaluateRequest& asked = engine_.evaluations[0];
    EXPECT_EQ(asked.tasks, (std::vector<TaskFile>{{"piqa", QStringLiteral("/q/piqa.jsonl")},
                                                  {"arc", QStringLiteral("/q/arc.jsonl")}}));
    EXPECT_EQ(asked.limit, 200);
    EXPECT_TRUE(asked.divergence);
    ASSERT_TRUE(asked.planned);
    EXPECT_EQ(asked.planned->plan, document_.result()->plan);
    EXPECT_FALSE(button("Start evaluating")->isEnabled());
    EXPECT_TRUE(button("Stop evaluating")->isEnabled());
    answer(report({choice(100, {44, 30, 10})}), false);
    EXPECT_TRUE(state().contains(QStringLiteral("1 of 2 tasks"))) << state().toStdString();
    EXPECT_EQ(cell(0, EvaluationModel::Questions), QStringLiteral("200"));
    EXPECT_EQ(cell(1, EvaluationModel::Dense), QStringLiteral("-")) << "not known yet";
    auto whole = report({choice(100, {44, 30, 10}), choice(118, {9, 5, 3})});
    whole->divergence = Divergence{{0.25, 0.01}, {0.875, 0.004}, 4096, "chunked, 8 windows of 32 tokens"};
    answer(whole);
    EXPECT_EQ(cell(0, EvaluationModel::Dense), QString::fromUtf8("60.0 % \u00B1 3.5 %"));
    EXPECT_EQ(cell(0, EvaluationModel::Planned), QString::fromUtf8("50.0 % \u00B1 3.5 %"));
    EXPECT_EQ(cell(0, EvaluationModel::Change), QString::fromUtf8("-10.0 % \u00B1 2.0 %"));
    EXPECT_EQ(cell(1, EvaluationModel::Change), QString::fromUtf8("-1.0 % \u00B1 2.0 %, within error"));
    EXPECT_EQ(cell(0, EvaluationModel::Normed), QStringLiteral("62.0 % -> 50.0 %"));
    EXPECT_EQ(cell(0, EvaluationModel::Flipped), QStringLiteral("44 (30 lost, 10 won)"));
    EXPECT_EQ(testing::valueOf(panel_, "KL divergence"),
              QString::fromUtf8("0.250 \u00B1 0.010 nats a token"));
    EXPECT_EQ(testing::valueOf(panel_, "Same likeliest token"), QString::fromUtf8("87.5 % \u00B1 0.4 %"));
    EXPECT_EQ(panel_.findChild<QLabel*>(QStringLiteral("divergenceProtocol"))->text(),
              QStringLiteral("chunked, 8 windows of 32 tokens"));
    EXPECT_TRUE(button("Start evaluating")->isEnabled());
    EXPECT_FALSE(button("Stop evaluating")->isEnabled());
}

TEST_F(EvaluatePanelTest, WholeTextsShowPerplexities) {
    openCut();
    drop({QStringLiteral("/q/documents.jsonl")});
    button("Start evaluating")->click();
    TaskResult result;
    result.first.questions = 3;
    result.first.measures = {{"word_perplexity", {12.0, 0.5}, false}};
    result.second.emplace(result.first);
    result.second->measures = {{"word_perplexity", {15.0, 0.6}, false}};
    result.change = MeanScore{0.25, 0.05};
    answer(report({result}));
    EXPECT_EQ(cell(0, EvaluationModel::Planned), QString::fromUtf8("15.00 \u00B1 0.60"));
    EXPECT_EQ(cell(0, EvaluationModel::Change), QString::fromUtf8("+25.0 % \u00B1 5.0 %"));
    EXPECT_EQ(cell(0, EvaluationModel::Flipped), QStringLiteral("-"));
}

TEST_F(EvaluatePanelTest, OldResultsSayThatTheyAreOfAnEarlierPlan) {
    openCut();
    drop({QStringLiteral("/q/piqa.jsonl")});
    button("Start evaluating")->click();
    document_.setPartRemoved(3, LayerPart::Layer, true);
    EXPECT_TRUE(button("Stop evaluating")->isEnabled()) << "what takes long goes on";
    answer(report({choice(100, {})}));
    EXPECT_TRUE(state().startsWith(QStringLiteral("Of an earlier plan"))) << state().toStdString();
    EXPECT_TRUE(cell(0, EvaluationModel::Dense).startsWith(QStringLiteral("60.0")));
    document_.undoStack()->undo();
    EXPECT_FALSE(state().contains(QStringLiteral("earlier plan"))) << "it is the present one again";
    button("Start evaluating")->click();
    EXPECT_EQ(cell(0, EvaluationModel::Dense), QStringLiteral("-"));
    answer(report({choice(100, {})}));
    EXPECT_FALSE(state().contains(QStringLiteral("earlier plan")));
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(cell(0, EvaluationModel::Dense), QStringLiteral("-")) << "another model";
    EXPECT_EQ(table()->model()->rowCount(), 1) << "its tasks stay";
}

TEST_F(EvaluatePanelTest, StopsAndKeepsWhatIsKnown) {
    openCut();
    drop({QStringLiteral("/q/piqa.jsonl"), QStringLiteral("/q/arc.jsonl")});
    button("Start evaluating")->click();
    answer(report({choice(100, {})}), false);
    button("Stop evaluating")->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::Evaluate});
    engine_.fail(EngineTask::Evaluate, QStringLiteral("cancelled"), {}, true);
    EXPECT_EQ(state(), QStringLiteral("Stopped."));
    EXPECT_TRUE(cell(0, EvaluationModel::Dense).startsWith(QStringLiteral("60.0")));
    EXPECT_TRUE(button("Start evaluating")->isEnabled());
}

TEST_F(EvaluatePanelTest, BadFilesAreTold) {
    openCut();
    drop({QStringLiteral("/q/piqa.jsonl")});
    button("Start evaluating")->click();
    engine_.fail(EngineTask::Evaluate, QStringLiteral("/q/piqa.jsonl, line 7 has no \"goal\""),
                 QStringLiteral("it looks like a line of arc"));
    EXPECT_TRUE(state().contains(QStringLiteral("line 7 has no \"goal\""))) << state().toStdString();
    EXPECT_TRUE(state().contains(QStringLiteral("looks like a line of arc")));
    table()->selectRow(0);
    auto* task = findNamed<QComboBox>(panel_, "Task of the chosen files");
    task->setCurrentText(QStringLiteral("arc"));
    Q_EMIT task->activated(task->currentIndex());
    EXPECT_FALSE(state().contains(QStringLiteral("line 7"))) << "that was of the other reading";
}

TEST_F(EvaluatePanelTest, WithoutACutTheDenseNetworkAnswersAlone) {
    document_.setModel(testing::sampleModel());
    preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
    drop({QStringLiteral("/q/piqa.jsonl")});
    button("Start evaluating")->click();
    ASSERT_EQ(engine_.evaluations.size(), 1U);
    EXPECT_FALSE(engine_.evaluations[0].planned);
    TaskResult result;
    result.first.questions = 200;
    result.first.measures = {{"acc", {0.6, 0.0347}}};
    answer(report({result}));
    EXPECT_EQ(cell(0, EvaluationModel::Planned), QStringLiteral("-"));
    EXPECT_EQ(cell(0, EvaluationModel::Change), QStringLiteral("-"));
    EXPECT_FALSE(findNamed<QLineEdit>(panel_, "KL divergence")->isVisible());
}

TEST_F(EvaluatePanelTest, ADivergenceCanBeAllThatIsAsked) {
    openCut();
    EXPECT_TRUE(button("Start evaluating")->isEnabled());
    auto* box = findNamed<QCheckBox>(panel_, "Divergence from the dense network");
    EXPECT_TRUE(box->isChecked());
    box->click();
    EXPECT_FALSE(button("Start evaluating")->isEnabled()) << "there is nothing to ask";
}

TEST(EvaluationChoices, AreKept) {
    const QTemporaryDir folder;
    Settings settings(folder.filePath(QStringLiteral("s.ini")));
    PlanDocument document;
    testing::FakeEngine engine;
    PreviewFeed preview(document, engine);
    EvaluationFeed first(document, preview, engine);
    first.keepChoicesIn(settings);
    EXPECT_TRUE(first.tasks().empty());
    EXPECT_TRUE(first.divergence());
    first.addFiles({QStringLiteral("/q/piqa.jsonl"), QStringLiteral("/q/mine.jsonl")});
    first.setLimit(50);
    first.setDivergence(false);
    EvaluationFeed second(document, preview, engine);
    second.keepChoicesIn(settings);
    EXPECT_EQ(second.tasks(), first.tasks());
    EXPECT_EQ(second.limit(), 50);
    EXPECT_FALSE(second.divergence());
}

TEST(TaskOfFile, IsAWordOfItsName) {
    const std::vector<std::string> names{"arc", "copa", "piqa"};
    EXPECT_EQ(taskOfFile(QStringLiteral("/a/search.jsonl"), names), "");
    EXPECT_EQ(taskOfFile(QStringLiteral("/a/super_copa_dev.jsonl"), names), "copa");
    EXPECT_EQ(taskOfFile(QStringLiteral("/arc/dev.jsonl"), names), "arc");
}

}  // namespace
}  // namespace secateur
