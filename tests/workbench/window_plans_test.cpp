// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans of several steps in the window: made, opened and saved with its buttons and menus, read as they are
// shown.
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTableView>

#include <gmock/gmock.h>

#include "tests/widgets/sample_plans.h"
#include "tests/widgets/sample_speed.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/models/jobs_model.h"
#include "widgets/models/step_list_model.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using testing::findNamed;
using testing::valueOf;

class WindowPlans : public testing::WindowTest {
protected:
    WindowPlans() {
        openMeasured();
        steps_ = findNamed<QTableView>(*window_, "Steps");
    }
    void press(const char* name) {
        QTest::mouseClick(findNamed<QPushButton>(*window_, name), Qt::LeftButton);
    }
    void add(const char* label) {
        for (QAction* kind : findNamed<QPushButton>(*window_, "Add step")->menu()->actions())
            for (QAction* method : kind->menu()->actions())
                if (method->text() == QLatin1String(label)) return method->trigger();
        ADD_FAILURE() << "no method " << label;
    }
    // What the table of steps says.
    std::vector<std::string> column(int column) {
        std::vector<std::string> texts;
        for (int row = 0; row < steps_->model()->rowCount(); ++row)
            texts.push_back(steps_->model()->index(row, column).data().toString().toStdString());
        return texts;
    }
    // Names a file in the dialog that a button opened, and confirms.
    void answer(const QString& file) {
        auto* dialog = window_->findChild<QFileDialog*>();
        ASSERT_NE(dialog, nullptr);
        // A name that is typed counts where no entry of the list is selected.
        dialog->findChild<QListView*>(QStringLiteral("listView"))->clearSelection();
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(file);
        const bool saves = dialog->acceptMode() == QFileDialog::AcceptSave;
        auto* buttons = dialog->findChild<QDialogButtonBox*>();
        QTest::mouseClick(buttons->button(saves ? QDialogButtonBox::Save : QDialogButtonBox::Open),
                          Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    QString written(const char* name, const QByteArray& text) {
        QFile file(folder_.filePath(QLatin1String(name)));
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(text);
        return file.fileName();
    }
    static QByteArray contents(const QString& name) {
        QFile file(name);
        EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << name.toStdString();
        return file.readAll();
    }

    QTableView* steps_ = nullptr;
};

TEST_F(WindowPlans, StepsAreChainedReorderedSwitchedOffAndUndone) {
    findNamed<QSlider>(*window_, "Ratio")->setValue(20);
    add("LayerChop");
    add("Twigs");
    EXPECT_THAT(column(StepListModel::Cost), ElementsAre("one pass", "one pass", "calibrated"));
    const auto chained = column(StepListModel::Step);
    ASSERT_EQ(chained.size(), 3U);
    EXPECT_EQ(chained[0], "FLAP 20.0 % AL-AM WIFV");
    EXPECT_EQ(chained[2], "twigs 50.0 %");
    const QString parameters = valueOf(*window_, "Parameters after");

    press("Move up");
    EXPECT_THAT(column(StepListModel::Step), ElementsAre(chained[0], chained[2], chained[1]));
    testing::clickCheckBox(*steps_, 0, StepListModel::On);
    EXPECT_NE(valueOf(*window_, "Parameters after"), parameters);
    EXPECT_EQ(column(StepListModel::Parameters)[0], "-");

    for (const char* what :
         {"Switch off step 1", "Move step", "Add Twigs", "Add LayerChop", "Set ratio to 20 %"}) {
        auto* undo = action("Edit", "Undo");
        ASSERT_TRUE(undo->isEnabled()) << what;
        EXPECT_EQ(window_->workflow().document().undoStack()->undoText().toStdString(), what);
        undo->trigger();
    }
    EXPECT_FALSE(action("Edit", "Undo")->isEnabled());
    EXPECT_EQ(findNamed<QSlider>(*window_, "Ratio")->value(), 0);
    EXPECT_EQ(valueOf(*window_, "Parameters after"), valueOf(*window_, "Parameters before"));
    while (action("Edit", "Redo")->isEnabled()) action("Edit", "Redo")->trigger();
    EXPECT_THAT(column(StepListModel::Step), ElementsAre(chained[0], chained[2], chained[1]));
}

TEST_F(WindowPlans, AFirstVersionsPlanIsOpenedReadAndEdited) {
    press("Load plan");
    answer(written("first.json", testing::kFirstVersion));
    EXPECT_THAT(column(StepListModel::Step), ElementsAre("layer 3 chopped", "FLAP 20.0 % AL-AM WIFV"));
    EXPECT_NE(valueOf(*window_, "Parameters after"), valueOf(*window_, "Parameters before"));
    EXPECT_TRUE(valueOf(*window_, "Status").startsWith(QStringLiteral("Loaded")));
    EXPECT_FALSE(window_->isWindowModified());
    steps_->selectRow(1);
    EXPECT_EQ(findNamed<QSlider>(*window_, "Ratio")->value(), 20);
    EXPECT_EQ(findNamed<QLineEdit>(*window_, "Protected layers")->text(), QStringLiteral("0"));
    findNamed<QSlider>(*window_, "Ratio")->setValue(40);
    EXPECT_EQ(column(StepListModel::Step)[1], "FLAP 40.0 % AL-AM WIFV");
    EXPECT_TRUE(window_->isWindowModified());
    action("Edit", "Undo")->trigger();
    action("File", "Save plan as...")->trigger();
    answer(folder_.filePath(QStringLiteral("again.json")));
    EXPECT_EQ(contents(folder_.filePath(QStringLiteral("again.json"))), QByteArray(testing::kFirstVersion));
}

TEST_F(WindowPlans, APlanOfTwoChopsIsOpenedAndSavedToTheByte) {
    press("Load plan");
    answer(written("two.json", testing::kTwoChops));
    EXPECT_THAT(column(StepListModel::Step), ElementsAre("layer 4 chopped", "FLAP 10.0 % AL-AM WIFV",
                                                         "layer 5 chopped, no attention in 1"));
    steps_->selectRow(2);
    EXPECT_EQ(findNamed<QLineEdit>(*window_, "Layers")->text(), QStringLiteral("5"));
    EXPECT_EQ(findNamed<QLineEdit>(*window_, "Attention only")->text(), QStringLiteral("1"));
    action("File", "Save plan as...")->trigger();
    answer(folder_.filePath(QStringLiteral("same.json")));
    EXPECT_EQ(contents(folder_.filePath(QStringLiteral("same.json"))), QByteArray(testing::kTwoChops));
}

TEST_F(WindowPlans, ACalibratedStepIsPreviewedAtAPressAndCancelled) {
    ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() == 1; }, 3000));
    engine_.finishPreview(10.0, 10.0);
    add("Twigs");
    const auto before = column(StepListModel::Step);
    const int edits = window_->workflow().document().undoStack()->count();
    const auto* state = window_->findChild<QLabel*>(QStringLiteral("previewState"));
    EXPECT_TRUE(state->text().contains(QStringLiteral("press Preview now"))) << state->text().toStdString();
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("-"));

    findNamed<QPushButton>(*window_, "Preview now")->click();
    ASSERT_EQ(engine_.previewed.size(), 2U);
    JobRow job;
    job.id = 7;
    job.name = QStringLiteral("Preview");
    job.state = JobState::Running;
    job.fraction = 0.25;
    Q_EMIT engine_.jobChanged(job);
    const auto* jobs = findNamed<QTableView>(*window_, "Jobs")->model();
    const QModelIndex progress = jobs->index(jobs->rowCount() - 1, JobsModel::Progress);
    EXPECT_EQ(progress.data().toString(), QStringLiteral("25 %"));
    findNamed<QPushButton>(*window_, "Cancel job")->click();
    EXPECT_THAT(engine_.cancelled, ElementsAre(7));
    engine_.fail(EngineTask::Preview, QStringLiteral("cancelled"), {}, true);
    job.state = JobState::Cancelled;
    Q_EMIT engine_.jobChanged(job);

    EXPECT_TRUE(state->text().contains(QStringLiteral("cancelled"))) << state->text().toStdString();
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("-"));
    EXPECT_EQ(column(StepListModel::Step), before);
    EXPECT_EQ(window_->workflow().document().undoStack()->count(), edits);
    findNamed<QPushButton>(*window_, "Preview now")->click();
    ASSERT_EQ(engine_.previewed.size(), 3U);
    EXPECT_EQ(engine_.previewed[2].plan, engine_.previewed[1].plan);
    engine_.finishPreview(10.0, 12.0);
    EXPECT_EQ(valueOf(*window_, "Planned perplexity"), QStringLiteral("12.000"));
}

TEST_F(WindowPlans, ABudgetOfSpeedMeasuresFirstAndMakesTheRatio) {
    auto* field = findNamed<QLineEdit>(*window_, "Budget");
    field->selectAll();
    QTest::keyClicks(field, QStringLiteral("45 tokens/s"));
    QTest::keyClick(field, Qt::Key_Return);
    const auto note = [&] {
        return window_->findChild<QLabel*>(QStringLiteral("budgetNote"))->text().toStdString();
    };
    EXPECT_EQ(note(), "Measuring the speed of this machine...");
    ASSERT_EQ(engine_.rateRequests.size(), 1U);
    testing::finishRate(engine_);
    EXPECT_THAT(valueOf(*window_, "Achieved").toStdString(), ::testing::StartsWith("about 4"));
    EXPECT_THAT(note(), ::testing::HasSubstr("dense 40 tokens/s (half of the steps: 39.22 to 40.82)"));
    EXPECT_GT(window_->workflow().document().width().ratio, 0.05);
    press("Measure speed");
    ASSERT_EQ(engine_.rateRequests.size(), 2U);
    testing::finishRate(engine_, 0.02);
    EXPECT_EQ(valueOf(*window_, "Achieved"), QStringLiteral("50 tokens/s"));
}

}  // namespace
}  // namespace secateur
