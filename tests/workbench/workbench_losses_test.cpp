// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan costs in words, in the window over the real session with the demo model.
#include <QElapsedTimer>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTextEdit>

#include "core/base/units.h"
#include "tests/widgets/find_widget.h"
#include "tests/workbench/demo_window.h"
#include "widgets/models/loss_models.h"
#include "widgets/models/take_back_model.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

class WorkbenchLosses : public testing::DemoWindow {};

TEST_F(WorkbenchLosses, FollowThePreviewWhileTheyAreSeen) {
    openCut();
    auto* worst = findNamed<QTableView>(*window_, "Worst tokens");
    EXPECT_EQ(worst->model()->rowCount(), 0) << "nobody looks yet";
    raise("losses");
    ASSERT_TRUE(eventually([&] { return worst->model()->rowCount() > 0; }))
        << label("lossState").toStdString();
    EXPECT_EQ(worst->model()->rowCount(), TokensModel::kMost);
    const auto& report = window_->workflow().preview().report();
    ASSERT_TRUE(report);
    const QString planned = QString::fromStdString(formatPerplexity(report->planPerplexity));
    EXPECT_TRUE(label("lossState").contains(QStringLiteral("planned %1").arg(planned)))
        << label("lossState").toStdString();
    const QString before = worst->model()->index(0, TokensModel::Change).data().toString();
    EXPECT_GT(worst->model()->index(0, TokensModel::Change).data(SortRole).toDouble(), 0.0);
    document().undoStack()->undo();
    EXPECT_TRUE(label("lossState").contains(QStringLiteral("Updating")));
    ASSERT_TRUE(eventually([&] { return label("lossState").startsWith(QStringLiteral("Perplexity")); }));
    EXPECT_NE(worst->model()->index(0, TokensModel::Change).data().toString(), before);
}

TEST_F(WorkbenchLosses, CompletionsStreamAndStopWithinASecond) {
    openCut();
    raise("completions");
    auto* dense = findNamed<QTextEdit>(*window_, "Dense completion");
    auto* planned = findNamed<QTextEdit>(*window_, "Planned completion");
    findNamed<QSpinBox>(*window_, "Tokens to write")->setValue(12);
    auto* write = findNamed<QPushButton>(*window_, "Write completions");
    write->click();
    ASSERT_TRUE(eventually([&] { return write->isEnabled(); }));
    EXPECT_TRUE(label("completionState0").startsWith(QStringLiteral("12 tokens")))
        << label("completionState0").toStdString();
    const QString first = dense->toPlainText(), other = planned->toPlainText();
    EXPECT_TRUE(first.startsWith(QStringLiteral("Once upon a time")));
    EXPECT_NE(first, other);
    write->click();
    ASSERT_TRUE(eventually([&] { return write->isEnabled(); }));
    EXPECT_EQ(dense->toPlainText(), first) << "the seed fixes the text";
    EXPECT_EQ(planned->toPlainText(), other);

    findNamed<QSpinBox>(*window_, "Tokens to write")->setValue(4096);
    write->click();
    ASSERT_TRUE(eventually([&] { return dense->toPlainText().size() > first.size(); }));
    EXPECT_FALSE(write->isEnabled());
    QElapsedTimer clock;
    clock.start();
    findNamed<QPushButton>(*window_, "Stop writing")->click();
    ASSERT_TRUE(eventually([&] { return write->isEnabled(); }));
    EXPECT_LT(clock.elapsed(), 1000);
    EXPECT_EQ(label("completionState0"), QStringLiteral("Stopped."));
}

TEST_F(WorkbenchLosses, ACutThatIsTakenBackGivesThePerplexityThatItsRowSays) {
    openCut();
    raise("take-back");
    findNamed<QPushButton>(*window_, "Try each cut")->click();
    auto* table = findNamed<QTableView>(*window_, "Cuts to take back");
    ASSERT_TRUE(eventually([&] { return label("takeBackState").startsWith(QStringLiteral("Planned")); }))
        << label("takeBackState").toStdString();
    // The chop as a whole, and its two layers.
    ASSERT_EQ(table->model()->rowCount(), 3);
    int row = 0;
    while (!table->model()->index(row, 0).data().toString().startsWith(QStringLiteral("layer "))) ++row;
    const double promised = table->model()->index(row, TakeBackModel::Perplexity).data(SortRole).toDouble();
    table->selectRow(row);
    findNamed<QPushButton>(*window_, "Take back")->click();
    ASSERT_TRUE(previewed());
    EXPECT_NEAR(window_->workflow().preview().report()->planPerplexity, promised, 1e-6 * promised);
    document().undoStack()->undo();
    EXPECT_FALSE(document().kept().layer[3]);
    EXPECT_FALSE(document().kept().layer[7]);
}

}  // namespace
}  // namespace secateur
