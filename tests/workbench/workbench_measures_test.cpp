// SPDX-License-Identifier: GPL-3.0-or-later
//
// Right answers and times, in the window over the real session with the demo model.
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>

#include "tests/widgets/drop_files.h"
#include "tests/widgets/find_widget.h"
#include "tests/workbench/demo_window.h"
#include "widgets/models/bench_model.h"
#include "widgets/models/evaluation_model.h"
#include "widgets/panels/evaluate_panel.h"
#include "widgets/plots/roofline_view.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

QString taskFile(const char* name) {
    return QStringLiteral(SECATEUR_SOURCE_DIR "/tests/evaluate/tasks/%1.jsonl").arg(QLatin1String(name));
}

class WorkbenchMeasures : public testing::DemoWindow {
protected:
    void addFiles(const QStringList& files) {
        testing::dropFiles(*window_->findChild<EvaluatePanel*>(), files);
    }
    static QString cell(const QTableView& table, int row, int column) {
        return table.model()->index(row, column).data().toString();
    }
};

TEST_F(WorkbenchMeasures, QuestionsAreAnsweredByBothNetworks) {
    openCut();
    raise("evaluate");
    addFiles({taskFile("piqa"), taskFile("lambada"), taskFile("documents")});
    auto* start = findNamed<QPushButton>(*window_, "Start evaluating");
    ASSERT_TRUE(start->isEnabled()) << label("evaluateState").toStdString();
    start->click();
    ASSERT_TRUE(eventually([&] { return start->isEnabled(); }));
    const auto* table = findNamed<QTableView>(*window_, "Tasks");
    ASSERT_EQ(table->model()->rowCount(), 3);
    EXPECT_EQ(cell(*table, 0, EvaluationModel::Questions), QStringLiteral("6"));
    EXPECT_TRUE(cell(*table, 0, EvaluationModel::Flipped).endsWith(QStringLiteral("won)")));
    EXPECT_TRUE(cell(*table, 0, EvaluationModel::Normed).contains(QStringLiteral("->")));
    EXPECT_TRUE(cell(*table, 1, EvaluationModel::Dense).contains(QLatin1Char('%')));
    EXPECT_FALSE(cell(*table, 2, EvaluationModel::Dense).contains(QLatin1Char('%'))) << "a perplexity";
    EXPECT_TRUE(cell(*table, 2, EvaluationModel::Change).contains(QLatin1Char('%'))) << "of itself";
    EXPECT_TRUE(valueOf(*window_, "KL divergence").endsWith(QStringLiteral("nats a token")));
    EXPECT_TRUE(valueOf(*window_, "Same likeliest token").contains(QLatin1Char('%')));
    EXPECT_TRUE(label("evaluateState").startsWith(QStringLiteral("Dense, and planned")));
    document().undoStack()->undo();
    EXPECT_TRUE(label("evaluateState").startsWith(QStringLiteral("Of an earlier plan")));
}

TEST_F(WorkbenchMeasures, ABadFileIsToldWithItsRow) {
    openCut();
    raise("evaluate");
    const QString bad = folder_.filePath(QStringLiteral("piqa.jsonl"));
    QFile file(bad);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("{\"goal\": \"a\", \"sol1\": \"b\", \"sol2\": \"c\", \"label\": 0}\n{\"goal\": \"a\"}\n");
    file.close();
    addFiles({bad});
    findNamed<QPushButton>(*window_, "Start evaluating")->click();
    ASSERT_TRUE(eventually([&] { return label("evaluateState").contains(QStringLiteral("line 2")); }))
        << label("evaluateState").toStdString();
    EXPECT_TRUE(label("evaluateState").contains(QStringLiteral("has no \"")));
}

TEST_F(WorkbenchMeasures, AnEvaluationGoesOnAfterAPreview) {
    openCut();
    raise("evaluate");
    addFiles({taskFile("piqa"), taskFile("arc"), taskFile("hellaswag"), taskFile("documents")});
    auto* start = findNamed<QPushButton>(*window_, "Start evaluating");
    start->click();
    document().setPartRemoved(5, LayerPart::Layer, true);
    ASSERT_TRUE(previewed());
    ASSERT_TRUE(eventually([&] { return start->isEnabled(); }));
    const auto* table = findNamed<QTableView>(*window_, "Tasks");
    ASSERT_EQ(table->model()->rowCount(), 4);
    for (int row = 0; row < 4; ++row)
        EXPECT_NE(cell(*table, row, EvaluationModel::Planned), QStringLiteral("-")) << row;
    EXPECT_TRUE(label("evaluateState").startsWith(QStringLiteral("Of an earlier plan")));
}

TEST_F(WorkbenchMeasures, BothNetworksAreTimed) {
    openCut();
    raise("bench");
    findNamed<QLineEdit>(*window_, "Batches")->setText(QStringLiteral("1, 2"));
    Q_EMIT findNamed<QLineEdit>(*window_, "Batches")->textEdited(QStringLiteral("1, 2"));
    findNamed<QSpinBox>(*window_, "Prompt tokens")->setValue(8);
    findNamed<QSpinBox>(*window_, "New tokens")->setValue(4);
    findNamed<QSpinBox>(*window_, "Repeats")->setValue(1);
    findNamed<QPushButton>(*window_, "Copy bench as command")->click();
    EXPECT_TRUE(QApplication::clipboard()->text().contains(
        QStringLiteral("--batch 1,2 --prompt-tokens 8 --new-tokens 4 --repetitions 1")))
        << QApplication::clipboard()->text().toStdString();
    auto* start = findNamed<QPushButton>(*window_, "Start the bench");
    start->click();
    ASSERT_TRUE(eventually([&] { return start->isEnabled(); }));
    const auto* table = findNamed<QTableView>(*window_, "Speed");
    ASSERT_EQ(table->model()->rowCount(), 8) << label("benchState").toStdString();
    EXPECT_EQ(cell(*table, 5, BenchModel::What), QStringLiteral("decode, batch 2"));
    for (int row = 0; row < 6; ++row)
        EXPECT_NE(cell(*table, row, BenchModel::Planned), QStringLiteral("-")) << row;
    EXPECT_TRUE(label("benchState").contains(QStringLiteral("float32"))) << label("benchState").toStdString();
    EXPECT_FALSE(window_->findChild<RooflineView*>()->isEmpty());
}

}  // namespace
}  // namespace secateur
