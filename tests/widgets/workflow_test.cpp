// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/workflow.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTemporaryFile>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"

namespace secateur {
namespace {

class WorkflowTest : public ::testing::Test {
protected:
    WorkflowTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))), workflow_(engine_, settings_) {}

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    Settings settings_;
    Workflow workflow_;
};

TEST_F(WorkflowTest, OpenedModelIsMeasuredThenLayersAreLeftOut) {
    workflow_.openDemo();
    ASSERT_EQ(engine_.opened.size(), 1U);
    engine_.finishOpen();
    ASSERT_EQ(engine_.measured.size(), 1U);
    EXPECT_FALSE(engine_.measured[0].leaveOneOut);
    EXPECT_EQ(engine_.measured[0].text.textFile, "/nowhere/leaves.txt");
    engine_.finishMeasure();
    EXPECT_NE(workflow_.document().analysis(), nullptr);
    ASSERT_EQ(engine_.measured.size(), 2U);
    EXPECT_TRUE(engine_.measured[1].leaveOneOut);
    EXPECT_TRUE(workflow_.leaveOneOutExpected());
    engine_.finishMeasure(true);
    EXPECT_EQ(engine_.measured.size(), 2U);
    EXPECT_FALSE(workflow_.leaveOneOutExpected());
    EXPECT_EQ(settings_.recentModels(), QStringList{QStringLiteral("/nowhere/twig-6")});
}

TEST_F(WorkflowTest, ChosenCalibrationTextIsUsedAndMeasuresAgain) {
    workflow_.openDemo();
    engine_.finishOpen();
    settings_.setCalibration({QStringLiteral("ids.safetensors:train"), 5, 16});
    ASSERT_EQ(engine_.measured.size(), 2U);
    EXPECT_EQ(engine_.measured[1].text.tokensFile, "ids.safetensors");
    EXPECT_EQ(engine_.measured[1].text.tokensName, "train");
    EXPECT_EQ(engine_.measured[1].windows.samples, 5);
    EXPECT_EQ(engine_.measured[1].windows.seqLen, 16);
}

TEST_F(WorkflowTest, PerplexityIsMeasuredOnWindowsThatCalibrationDidNotUse) {
    settings_.setCalibration({QString(), 8, 64});
    settings_.setEvaluation({QString(), 4, 32});
    workflow_.openModel(QStringLiteral("/nowhere/twig-6"));
    engine_.finishOpen();
    EXPECT_EQ(workflow_.judgedOn().windows.skip, 16);
    EXPECT_EQ(workflow_.preview().windows().skip, 16);
    engine_.finishMeasure();
    ASSERT_EQ(engine_.measured.size(), 2U);
    EXPECT_TRUE(engine_.measured[1].leaveOneOut);
    EXPECT_EQ(engine_.measured[1].windows.skip, 16) << "layers are left out on what is previewed on";
    EXPECT_EQ(engine_.measured[1].windows.samples, 4);
    settings_.setEvaluation({QStringLiteral("other.txt"), 4, 32});
    EXPECT_EQ(workflow_.preview().windows().skip, 0);
}

TEST_F(WorkflowTest, AHealedModelIsJudgedOnWhatItsRunHeldOut) {
    QTemporaryFile text;
    ASSERT_TRUE(text.open());
    auto run = std::make_shared<RunRecord>();
    run->request.text.textFile = run->request.evalText.textFile = text.fileName().toStdString();
    run->request.windows.samples = 100;
    run->request.evalWindows.samples = 12;
    auto model = std::make_shared<ModelSummary>(*testing::sampleModel());
    model->healedBy = run;
    Q_EMIT engine_.modelOpened(model);
    EXPECT_EQ(workflow_.preview().text().textFile, text.fileName().toStdString());
    EXPECT_EQ(workflow_.preview().windows().samples, 12);
    EXPECT_EQ(workflow_.preview().windows().skip, 88);
    settings_.setEvaluation({QStringLiteral("other.txt"), 4, 32});
    EXPECT_EQ(workflow_.preview().text().textFile, "other.txt") << "what the user chooses comes first";
}

TEST_F(WorkflowTest, MissingDemoIsSaid) {
    engine_.demo.clear();
    QSignalSpy raised(&workflow_, &Workflow::problemRaised);
    workflow_.openDemo();
    EXPECT_EQ(raised.count(), 1);
    EXPECT_TRUE(engine_.opened.empty());
}

TEST_F(WorkflowTest, FailedOpenKeepsTheModelAndItsMeasurement) {
    workflow_.openDemo();
    engine_.finishOpen();
    QSignalSpy raised(&workflow_, &Workflow::problemRaised);
    workflow_.openModel(QStringLiteral("/bad"));
    engine_.fail(EngineTask::Open, QStringLiteral("/bad: no config.json."),
                 QStringLiteral("Choose a checkpoint folder."));
    EXPECT_EQ(raised.count(), 1);
    EXPECT_EQ(workflow_.status(), QStringLiteral("Measuring twig-6 on leaves.txt..."));
    EXPECT_NE(workflow_.document().model(), nullptr);
    EXPECT_EQ(engine_.measured.size(), 2U);  // begun again
}

TEST_F(WorkflowTest, CancelledJobRaisesNoProblem) {
    workflow_.openDemo();
    engine_.finishOpen();
    QSignalSpy raised(&workflow_, &Workflow::problemRaised);
    engine_.fail(EngineTask::Measure, QStringLiteral("cancelled"), {}, true);
    EXPECT_EQ(raised.count(), 0);
    EXPECT_EQ(engine_.measured.size(), 1U);
}

TEST_F(WorkflowTest, ThePerplexityThatIsSaidIsThatOfThePresentPlan) {
    workflow_.preview().setDelay(0);
    workflow_.openDemo();
    engine_.finishOpen();
    engine_.finishMeasure();
    engine_.finishMeasure(true);
    workflow_.preview().runNow();
    engine_.finishPreview(10.0, 10.0);
    ASSERT_TRUE(workflow_.status().startsWith(QStringLiteral("Perplexity 10.000")));
    workflow_.document().setPartRemoved(1, LayerPart::Layer, true);
    EXPECT_EQ(workflow_.status(), QStringLiteral("Updating the perplexity..."));
    workflow_.preview().runNow();
    engine_.finishPreview(10.0, 12.0);
    EXPECT_TRUE(workflow_.status().contains(QStringLiteral("12.000")));
    workflow_.preview().setAutomatic(false);
    workflow_.document().undoStack()->undo();
    EXPECT_TRUE(workflow_.status().contains(QStringLiteral("press Preview now")))
        << workflow_.status().toStdString();
}

TEST_F(WorkflowTest, APlanThatCannotBeIsSaidUntilItIsPossibleAgain) {
    workflow_.openDemo();
    engine_.finishOpen();
    engine_.finishMeasure();
    WidthRequest width = workflow_.document().width();
    width.targetParameters = 10;
    workflow_.document().setWidth(QStringLiteral("Set target"), width);
    ASSERT_FALSE(workflow_.document().problem().isEmpty());
    EXPECT_EQ(workflow_.status(), workflow_.document().problem());
    workflow_.document().undoStack()->undo();
    EXPECT_NE(workflow_.status(), QString());
    EXPECT_FALSE(workflow_.status().contains(QStringLiteral("10 ")));
}

TEST_F(WorkflowTest, APreviewWaitsForTheMeasurementOnlyWhileThereIsOne) {
    workflow_.openDemo();
    engine_.finishOpen();
    EXPECT_TRUE(workflow_.preview().measuring());
    EXPECT_EQ(workflow_.preview().state(), PreviewFeed::State::Pending);
    engine_.fail(EngineTask::Measure, QStringLiteral("no tokenizer."));
    EXPECT_FALSE(workflow_.preview().measuring());
    EXPECT_EQ(workflow_.preview().state(), PreviewFeed::State::Failed);
    EXPECT_EQ(workflow_.preview().problem(), QStringLiteral("no tokenizer."));
    workflow_.measure();
    EXPECT_EQ(workflow_.preview().state(), PreviewFeed::State::Pending);
}

TEST_F(WorkflowTest, ApplyAnnouncesWhatWasWritten) {
    workflow_.openDemo();
    engine_.finishOpen();
    QSignalSpy written(&workflow_, &Workflow::resultWritten);
    workflow_.apply(QStringLiteral("/out/small"), QStringLiteral("hf"), false);
    ASSERT_EQ(engine_.appliedRequests.size(), 1U);
    engine_.finishApply();
    ASSERT_EQ(written.count(), 1);
    EXPECT_TRUE(workflow_.status().contains(QStringLiteral("/out/small")));
}

TEST_F(WorkflowTest, ForeignAnalysisIsIgnored) {
    workflow_.openDemo();
    engine_.finishOpen();
    auto foreign = std::make_shared<Analysis>();
    foreign->modelFingerprint = "sha256:other";
    Q_EMIT engine_.analysisChanged(foreign);
    EXPECT_EQ(workflow_.document().analysis(), nullptr);
}

TEST_F(WorkflowTest, PlanThatCannotBeSavedIsSaid) {
    workflow_.openDemo();
    engine_.finishOpen();
    QSignalSpy raised(&workflow_, &Workflow::problemRaised);
    EXPECT_FALSE(workflow_.savePlan(QStringLiteral("/nowhere/p.json")));
    EXPECT_FALSE(workflow_.loadPlan(QStringLiteral("/nowhere/p.json")));
    EXPECT_EQ(raised.count(), 2);
    EXPECT_TRUE(workflow_.savePlan(folder_.filePath(QStringLiteral("p.json"))));
}

}  // namespace
}  // namespace secateur
