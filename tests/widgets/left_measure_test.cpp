// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measuring what the plan leaves: widths after a chop are scored on it, edits of the chop and undo find the
// right measurement, and there is a way back.
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/workflow.h"

namespace secateur {
namespace {

class LeftMeasure : public ::testing::Test {
protected:
    LeftMeasure() : settings_(folder_.filePath(QStringLiteral("s.ini"))), workflow_(engine_, settings_) {
        workflow_.openDemo();
        engine_.finishOpen();
        engine_.finishMeasure();
        engine_.finishMeasure(true);
    }
    PlanDocument& document() { return workflow_.document(); }
    void narrow(double ratio) {
        WidthRequest width = document().width();
        width.ratio = ratio;
        document().setWidth(QStringLiteral("ratio"), width);
    }
    void finishLeft(int chopped) {
        auto left = std::make_shared<Analysis>(*testing::sampleAnalysis());
        std::erase_if(left->layers, [&](const LayerAnalysis& layer) { return layer.layer == chopped; });
        left->choppedLayers = {chopped};
        Q_EMIT engine_.analysisChanged(left);
    }
    bool warned() {
        for (const std::string& warning : document().result()->warnings)
            if (warning.find("measure again") != std::string::npos) return true;
        return false;
    }

    QTemporaryDir folder_;
    testing::FakeEngine engine_;
    Settings settings_;
    Workflow workflow_;
};

TEST_F(LeftMeasure, IsOfferedOnlyWhereWidthsWereScoredBeforeAChop) {
    EXPECT_FALSE(document().measuredAfter().has_value());
    narrow(0.2);
    EXPECT_FALSE(document().measuredAfter().has_value());
    document().setPartRemoved(2, LayerPart::Layer, true);
    ASSERT_TRUE(document().measuredAfter().has_value());
    EXPECT_TRUE(warned());
    narrow(0.0);
    EXPECT_FALSE(document().measuredAfter().has_value());
    EXPECT_FALSE(warned());
}

TEST_F(LeftMeasure, AsksForTheNetworkThatTheChopsLeave) {
    document().setPartRemoved(2, LayerPart::Layer, true);
    narrow(0.2);
    const std::size_t before = engine_.measured.size();
    workflow_.measureLeft();
    ASSERT_EQ(engine_.measured.size(), before + 1);
    const auto& plan = engine_.measured.back().plan;
    ASSERT_TRUE(plan.has_value());
    ASSERT_EQ(plan->steps.size(), 1U);
    EXPECT_EQ(std::get<ChopStep>(plan->steps.front()).layers, std::vector<int>{2});
    EXPECT_FALSE(engine_.measured.back().leaveOneOut);
}

TEST_F(LeftMeasure, ScoresThePlanUntilItsChopsAreOthers) {
    const auto whole = document().analysis();
    document().setPartRemoved(2, LayerPart::Layer, true);
    narrow(0.2);
    const std::uint64_t revision = document().revision();
    workflow_.measureLeft();
    finishLeft(2);
    EXPECT_TRUE(document().ofWhatIsLeft());
    EXPECT_NE(document().analysis(), whole);
    EXPECT_EQ(document().wholeAnalysis(), whole);
    EXPECT_FALSE(warned());
    EXPECT_GT(document().revision(), revision);  // so that it is previewed again
    EXPECT_TRUE(document().result()->plan.calibration->chopped);
    // Another ratio keeps it.
    narrow(0.3);
    EXPECT_TRUE(document().ofWhatIsLeft());
    // Another chop does not, and undoing that brings it back.
    document().setPartRemoved(4, LayerPart::Layer, true);
    EXPECT_FALSE(document().ofWhatIsLeft());
    EXPECT_TRUE(document().leftIsStale());
    EXPECT_EQ(document().analysis(), whole);
    EXPECT_TRUE(warned());
    EXPECT_TRUE(document().problem().isEmpty());
    document().undoStack()->undo();
    EXPECT_TRUE(document().ofWhatIsLeft());
    workflow_.forgetLeft();
    EXPECT_EQ(document().analysis(), whole);
    EXPECT_TRUE(warned());
    EXPECT_TRUE(document().measuredAfter().has_value());
}

TEST_F(LeftMeasure, ChopsByAScoreAreChosenOnTheWholeNetworkStill) {
    ChopRequest chop;
    chop.count = 1;
    chop.strategy = "leave-one-out";
    document().setChop(QStringLiteral("chop"), chop);
    narrow(0.2);
    ASSERT_TRUE(document().measuredAfter().has_value());
    const auto chops = *document().measuredAfter();
    const int gone = std::get<ChopStep>(chops.front()).layers.front();
    workflow_.measureLeft();
    finishLeft(gone);
    EXPECT_TRUE(document().ofWhatIsLeft());
    EXPECT_EQ(document().result()->plan.steps.front(), chops.front());
    // Leave-one-out that comes later joins the whole network's.
    engine_.finishMeasure(true);
    EXPECT_TRUE(document().wholeAnalysis()->leaveOneOut.has_value());
}

TEST_F(LeftMeasure, GoesWithTheTextThatItWasMeasuredOn) {
    document().setPartRemoved(2, LayerPart::Layer, true);
    narrow(0.2);
    workflow_.measureLeft();
    finishLeft(2);
    ASSERT_TRUE(document().ofWhatIsLeft());
    auto other = std::make_shared<Analysis>(*testing::sampleAnalysis());
    other->calibration.sha256 = "another text";
    Q_EMIT engine_.analysisChanged(other);
    EXPECT_FALSE(document().ofWhatIsLeft());
    EXPECT_FALSE(document().leftIsStale());
}

TEST_F(LeftMeasure, AFailureLeavesThePlanAsItWas) {
    document().setPartRemoved(2, LayerPart::Layer, true);
    narrow(0.2);
    workflow_.measureLeft();
    engine_.fail(EngineTask::Measure, QStringLiteral("No memory."));
    finishLeft(2);  // nobody waits for it any more
    EXPECT_FALSE(document().ofWhatIsLeft());
    EXPECT_TRUE(document().valid());
}

TEST_F(LeftMeasure, TheAppliedPlanCarriesThePreview) {
    narrow(0.2);
    workflow_.preview().runNow();
    PreviewReport report;
    report.planStandardError = 0.5;
    report.overlaps = {{TextPurpose::Training, "leaves.txt", 2, 8}};
    engine_.finishPreview(10.0, 12.0, report);
    workflow_.apply(QStringLiteral("/nowhere/out"), QStringLiteral("hf"), false);
    ASSERT_EQ(engine_.appliedRequests.size(), 1U);
    const auto& measured = engine_.appliedRequests.back().measured;
    ASSERT_TRUE(measured.has_value());
    EXPECT_EQ(measured->planPerplexity, 12.0);
    EXPECT_EQ(measured->planStandardError, 0.5);
    EXPECT_EQ(measured->overlaps.size(), 1U);
}

}  // namespace
}  // namespace secateur
