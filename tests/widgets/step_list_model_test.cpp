// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/step_list_model.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QMimeData>
#include <QTemporaryDir>
#include <memory>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_plans.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

class StepListModelTest : public ::testing::Test {
protected:
    StepListModelTest()
        : model_(document_, methods_),
          tester_(&model_, QAbstractItemModelTester::FailureReportingMode::Fatal) {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    // A chop of the last layer, FLAP and a sparsifier.
    void chain() {
        PlanWishes wishes;
        ChopRequest chop;
        chop.layers = {5};
        WidthRequest width;
        width.ratio = 0.2;
        RecipeStep recipe{"sparsify", "twigs", {}, {}, {}};
        recipe.options.set("pattern", std::string("2:4"));
        wishes.steps = {{chop}, {width}, {recipe}};
        document_.edit(QStringLiteral("chain"), wishes);
        ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    }
    QStringList column(int column) const {
        QStringList cells;
        for (int row = 0; row < model_.rowCount(); ++row)
            cells << model_.index(row, column).data().toString();
        return cells;
    }

    std::vector<MethodInfo> methods_ = testing::registry();
    PlanDocument document_;
    StepListModel model_;
    QAbstractItemModelTester tester_;
};

TEST_F(StepListModelTest, NothingIsListedWithoutAModel) {
    PlanDocument closed;
    const StepListModel model(closed, methods_);
    EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(StepListModelTest, ARowSaysWhatAStepDoesAndWhatItCosts) {
    chain();
    EXPECT_EQ(column(StepListModel::Step),
              QStringList({QStringLiteral("layer 5 chopped"), QStringLiteral("FLAP 20.0 % AL-AM WIFV"),
                           QStringLiteral("twigs 2:4")}));
    EXPECT_EQ(column(StepListModel::Cost), QStringList({QStringLiteral("instant"), QStringLiteral("one pass"),
                                                        QStringLiteral("calibrated")}));
    WidthRequest refit = document_.width();
    refit.compensate = "refit";
    document_.setWidth(QStringLiteral("refit"), refit);
    EXPECT_EQ(column(StepListModel::Cost)[1], QStringLiteral("calibrated"));
    PlanWishes wishes = document_.wishes();
    wishes.steps.push_back({HealStep{}});
    document_.edit(QStringLiteral("heal"), wishes);
    EXPECT_EQ(column(StepListModel::Cost)[3], QStringLiteral("trains"));
}

TEST_F(StepListModelTest, TheAccountingIsThatAfterEachStep) {
    chain();
    const auto& after = document_.result()->afterStep;
    ASSERT_EQ(after.size(), 3U);
    EXPECT_GT(after[0].parametersAfter, after[1].parametersAfter);
    for (int row = 0; row < 3; ++row) EXPECT_EQ(*model_.row(row).after, after[static_cast<std::size_t>(row)]);
    ASSERT_TRUE(model_.switchStep(0, false));
    EXPECT_FALSE(model_.row(0).after.has_value());
    EXPECT_EQ(column(StepListModel::Parameters)[0], QStringLiteral("-"));
    EXPECT_EQ(*model_.row(1).after, document_.result()->afterStep[0]);
}

TEST_F(StepListModelTest, TheBoxSwitchesAStepOffWithoutRemovingIt) {
    chain();
    const QModelIndex box = model_.index(1, StepListModel::On);
    ASSERT_TRUE(model_.setData(box, int(Qt::Unchecked), Qt::CheckStateRole));
    EXPECT_EQ(box.data(Qt::CheckStateRole).toInt(), Qt::Unchecked);
    EXPECT_EQ(document_.result()->plan.steps.size(), 2U);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Switch off step 2"));
    document_.undoStack()->undo();
    EXPECT_EQ(document_.result()->plan.steps.size(), 3U);
}

TEST_F(StepListModelTest, DroppingARowBetweenOthersIsOneEdit) {
    chain();
    const int edits = document_.undoStack()->count();
    const std::unique_ptr<QMimeData> row(model_.mimeData({model_.index(2, 0)}));
    ASSERT_TRUE(model_.dropMimeData(row.get(), Qt::MoveAction, 0, 0, {}));
    EXPECT_EQ(document_.undoStack()->count(), edits + 1);
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Move step"));
    EXPECT_EQ(column(StepListModel::Step)[0], QStringLiteral("twigs 2:4"));
    EXPECT_TRUE(std::holds_alternative<RecipeStep>(document_.result()->plan.steps.front()));
    const std::unique_ptr<QMimeData> first(model_.mimeData({model_.index(0, 0)}));
    ASSERT_TRUE(model_.dropMimeData(first.get(), Qt::MoveAction, 3, 0, {}));  // behind the last
    EXPECT_EQ(column(StepListModel::Step)[2], QStringLiteral("twigs 2:4"));
    EXPECT_FALSE(model_.dropMimeData(first.get(), Qt::MoveAction, 0, 0, {}));  // it is there already
    document_.undoStack()->undo();
    document_.undoStack()->undo();
    EXPECT_EQ(column(StepListModel::Step)[0], QStringLiteral("layer 5 chopped"));
}

TEST_F(StepListModelTest, EveryCellSpeaks) {
    chain();
    EXPECT_EQ(model_.index(1, StepListModel::On).data(Qt::AccessibleTextRole).toString(),
              QStringLiteral("Step 2 on"));
    for (int row = 0; row < model_.rowCount(); ++row)
        for (int column = 0; column < StepListModel::ColumnCount; ++column)
            EXPECT_FALSE(model_.index(row, column).data(Qt::AccessibleTextRole).toString().isEmpty());
}

// Plans of every age open as steps, and are saved to the byte.
class PlanFiles : public StepListModelTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(PlanFiles, OpenAsStepsAndAreSavedToTheByte) {
    const QTemporaryDir folder;
    const QString from = folder.filePath(QStringLiteral("from.json"));
    const QString to = folder.filePath(QStringLiteral("to.json"));
    const QByteArray text(GetParam());
    QFile file(from);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    (void)document_.load(from);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    ASSERT_EQ(model_.rowCount(), static_cast<int>(document_.wishes().loaded->plan.steps.size()));
    for (const StepRow& row : model_.rows()) EXPECT_TRUE(row.after.has_value()) << row.step.toStdString();
    ASSERT_TRUE(model_.switchStep(0, false));
    document_.undoStack()->undo();
    document_.save(to);
    QFile saved(to);
    ASSERT_TRUE(saved.open(QIODevice::ReadOnly));
    EXPECT_EQ(saved.readAll(), text);
}

INSTANTIATE_TEST_SUITE_P(All, PlanFiles,
                         ::testing::Values(testing::kTwoChops, testing::kFirstVersion,
                                           testing::kReferenceStatistics),
                         [](const auto& info) {
                             return std::string(info.index == 0   ? "TwoChops"
                                                : info.index == 1 ? "FirstVersion"
                                                                  : "ReferenceStatistics");
                         });

TEST_F(StepListModelTest, StatisticsOfALoadedPlanOutliveAnEditOfItsSteps) {
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("plan.json")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(testing::kReferenceStatistics);
    file.close();
    (void)document_.load(file.fileName());
    PlanWishes wishes = document_.wishes();
    ChopRequest chop;
    chop.layers = {5};
    wishes.steps.push_back({chop});
    document_.edit(QStringLiteral("chop"), wishes);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    ASSERT_TRUE(document_.result()->plan.calibration.has_value());
    EXPECT_EQ(document_.result()->plan.calibration->statistics, "reference");
    // A step that is decided anew is decided on the same.
    WidthRequest width = document_.width();
    width.ratio = 0.3;
    document_.setWidth(QStringLiteral("ratio"), width);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    EXPECT_EQ(document_.result()->plan.calibration->statistics, "reference");
}

}  // namespace
}  // namespace secateur
