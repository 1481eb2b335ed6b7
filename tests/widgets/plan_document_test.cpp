// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_document.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/widgets/sample_network.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

class PlanDocumentTest : public ::testing::Test {
protected:
    PlanDocumentTest() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    void setRatio(double ratio, int gesture = 0) {
        WidthRequest width = document_.width();
        width.ratio = ratio;
        document_.setWidth(QStringLiteral("ratio"), width, gesture);
    }
    double removed() const { return document_.result()->plan.accounting->removedFraction; }

    PlanDocument document_;
};

TEST_F(PlanDocumentTest, NewModelHasAPlanThatRemovesNothing) {
    ASSERT_TRUE(document_.valid());
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    EXPECT_DOUBLE_EQ(removed(), 0.0);
    EXPECT_FALSE(document_.undoStack()->canUndo());
}

TEST_F(PlanDocumentTest, RatioRemovesThatMuchAndUndoBringsItBack) {
    setRatio(0.3);
    EXPECT_NEAR(removed(), 0.3, 0.03);
    document_.undoStack()->undo();
    EXPECT_DOUBLE_EQ(removed(), 0.0);
    document_.undoStack()->redo();
    EXPECT_NEAR(removed(), 0.3, 0.03);
}

TEST_F(PlanDocumentTest, OneDragIsOneStepOfTheHistory) {
    const int drag = document_.beginGesture();
    setRatio(0.1, drag);
    setRatio(0.2, drag);
    setRatio(0.3, drag);
    const int second = document_.beginGesture();
    setRatio(0.4, second);
    EXPECT_EQ(document_.undoStack()->count(), 2);
    document_.undoStack()->undo();
    EXPECT_DOUBLE_EQ(document_.width().ratio, 0.3);
    document_.undoStack()->undo();
    EXPECT_DOUBLE_EQ(document_.width().ratio, 0.0);
}

TEST_F(PlanDocumentTest, DragBackToTheStartLeavesNoStep) {
    const int drag = document_.beginGesture();
    setRatio(0.1, drag);
    setRatio(0.0, drag);
    EXPECT_FALSE(document_.undoStack()->canUndo());
}

TEST_F(PlanDocumentTest, ChoppingTakesTheLayerAndItsPartsTogether) {
    document_.setPartRemoved(2, LayerPart::Attention, true);
    EXPECT_TRUE(document_.kept().kvGroups[2].empty());
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_THAT(document_.chop().layers, ElementsAre(2));
    EXPECT_TRUE(document_.chop().attention.empty());
    EXPECT_FALSE(document_.kept().layer[2]);
    document_.setPartRemoved(2, LayerPart::Layer, false);
    EXPECT_TRUE(document_.kept().layer[2]);
}

TEST_F(PlanDocumentTest, StrategyChoiceBecomesAListWhenOneLayerIsRestored) {
    ChopRequest chop;
    chop.count = 2;
    chop.strategy = "block-influence";
    document_.setChop(QStringLiteral("chop"), chop);
    EXPECT_FALSE(document_.kept().layer[0]);  // the least influence comes first in the sample
    EXPECT_FALSE(document_.kept().layer[1]);
    document_.setPartRemoved(0, LayerPart::Layer, false);
    EXPECT_THAT(document_.chop().layers, ElementsAre(1));
    EXPECT_EQ(document_.chop().count, 0);
}

TEST_F(PlanDocumentTest, WishWithoutAPlanSaysWhyAndKeepsTheLastPlan) {
    setRatio(0.2);
    ChopRequest all;
    for (int layer = 0; layer < testing::kLayers; ++layer) all.layers.push_back(layer);
    document_.setChop(QStringLiteral("all"), all);
    EXPECT_FALSE(document_.valid());
    EXPECT_FALSE(document_.problem().isEmpty());
    ASSERT_NE(document_.result(), nullptr);
    document_.undoStack()->undo();
    EXPECT_TRUE(document_.valid());
}

TEST_F(PlanDocumentTest, RevisionGrowsOnlyWhenThePlanDoes) {
    setRatio(0.2);
    const auto revision = document_.revision();
    document_.setAnalysis(testing::sampleAnalysis(true));  // the same measurement, with more in it
    EXPECT_EQ(document_.revision(), revision);
    setRatio(0.3);
    EXPECT_GT(document_.revision(), revision);
}

TEST_F(PlanDocumentTest, MethodThatNeedsTextAsksTheEngine) {
    QSignalSpy asked(&document_, &PlanDocument::planningNeeded);
    WidthRequest width = document_.width();
    width.method = "wanda-sp";
    width.ratio = 0.2;
    document_.setWidth(QStringLiteral("method"), width);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_TRUE(document_.waiting());
    WidthRequest narrow = width;
    narrow.method = "flap";
    const PlanResult answer = makePlan(*document_.model(), document_.analysis().get(), requestOf({}, narrow));
    document_.acceptPlanned(answer, document_.revision() + 7);  // of another request
    EXPECT_TRUE(document_.waiting());
    document_.acceptPlanned(answer, document_.revision());
    EXPECT_TRUE(document_.valid());
    EXPECT_GT(removed(), 0.1);
}

TEST_F(PlanDocumentTest, SavedPlanLoadsWithTheSameUnits) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("plan.json"));
    setRatio(0.3);
    document_.setPartRemoved(1, LayerPart::Layer, true);
    const KeptUnits kept = document_.kept();
    document_.save(file);
    EXPECT_TRUE(document_.undoStack()->isClean());

    PlanDocument other;
    other.setModel(testing::sampleModel());
    EXPECT_TRUE(other.load(file).isEmpty());
    EXPECT_EQ(other.kept().channels, kept.channels);
    EXPECT_EQ(other.kept().kvGroups, kept.kvGroups);
    EXPECT_EQ(other.kept().layer, kept.layer);
    other.undoStack()->undo();
    EXPECT_TRUE(isIdentity(other.result()->plan));
}

TEST_F(PlanDocumentTest, LayerChoppedAfterLoadingLosesItsMasks) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("plan.json"));
    setRatio(0.4);
    document_.save(file);
    PlanDocument other;
    other.setModel(testing::sampleModel());
    static_cast<void>(other.load(file));
    other.setPartRemoved(0, LayerPart::Layer, true);
    EXPECT_TRUE(other.valid()) << other.problem().toStdString();
    EXPECT_FALSE(other.kept().layer[0]);
}

TEST_F(PlanDocumentTest, BadPlanFilesAreRefusedByNameAndChangeNothing) {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("broken.json"));
    QFile broken(file);
    ASSERT_TRUE(broken.open(QIODevice::WriteOnly));
    broken.write("{\"format\": \"secateur-plan\"");
    broken.close();
    for (const QString& path : {file, folder.filePath(QStringLiteral("absent.json"))}) {
        try {
            static_cast<void>(document_.load(path));
            FAIL() << "loaded " << path.toStdString();
        } catch (const Error& error) {
            EXPECT_NE(error.message().find(path.toStdString()), std::string::npos) << error.message();
        }
    }
    EXPECT_EQ(document_.undoStack()->count(), 0);
}

TEST_F(PlanDocumentTest, UnwritablePlanFileIsRefusedByName) {
    try {
        document_.save(QStringLiteral("/nowhere/plan.json"));
        FAIL() << "saved";
    } catch (const Error& error) {
        EXPECT_NE(error.message().find("/nowhere/plan.json"), std::string::npos);
        EXPECT_EQ(error.code(), ErrorCode::OutOfDisk);
    }
}

}  // namespace
}  // namespace secateur
