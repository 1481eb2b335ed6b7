// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which words does the plan cost? Over an engine of values: when it asks, what it shows, what a click does.
#include "widgets/panels/loss_panel.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/loss_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/models/loss_models.h"
#include "widgets/panels/loss_legend.h"
#include "widgets/panels/token_text_view.h"
#include "widgets/plots/diverging_colours.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

// `windows` windows of four tokens; the third token of window 1 is hurt most, the last one of window 0 gains.
std::shared_ptr<TokenLossReport> lossReport(int windows = 2, bool documents = false) {
    auto report = std::make_shared<TokenLossReport>();
    report->windows = windows;
    report->seqLen = 4;
    report->skip = 10;
    std::vector<std::string> bytes;
    for (int window = 0; window < windows; ++window) {
        bytes.insert(bytes.end(), {"A", " fox", " ate", ".\n"});
        for (int i = 0; i < 4; ++i) report->ids.push_back(100 + i);
        for (int i = 1; i < 4; ++i) {
            report->dense.push_back(1.0F);
            report->planned.push_back(1.0F);
        }
    }
    report->texts = tokenTexts(report->ids, bytes);
    report->planned[2] = 0.5F;
    report->planned[3 + 1] = 3.0F;
    if (documents) report->documents = {{0, 0, 3}, {1, 4, 7}};
    report->preview.densePerplexity = 10.0;
    report->preview.planPerplexity = 12.0;
    report->preview.protocol = "chunked, 2 windows of 4 tokens";
    return report;
}

class LossPanelTest : public ::testing::Test {
protected:
    LossPanelTest()
        : preview_(document_, engine_), feed_(document_, preview_, engine_), panel_(document_, feed_) {
        preview_.setDelay(1);
        panel_.resize(1100, 500);
        panel_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
    }
    void preview() {
        ASSERT_TRUE(QTest::qWaitFor([&] { return preview_.state() == PreviewFeed::State::Running; }, 2000));
        engine_.finishPreview(10.0, 12.0);
    }
    void answer(const std::shared_ptr<TokenLossReport>& report = lossReport()) {
        Q_EMIT engine_.lossesReady(report, engine_.lossRequests.back().revision);
    }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("lossState"))->text(); }
    TokenTextView* text() { return findNamed<TokenTextView>(panel_, "Text coloured by the change of loss"); }
    QTableView* table(const char* name) { return findNamed<QTableView>(panel_, name); }
    // The colour behind a word of the text.
    QColor behind(const QString& word, int occurrence = 0) {
        QTextCursor found(text()->document());
        for (int i = 0; i <= occurrence; ++i) found = text()->document()->find(word, found);
        return found.charFormat().background().color();
    }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed preview_;
    LossFeed feed_;
    LossPanel panel_;
};

TEST_F(LossPanelTest, EmptyStatesSayWhatToDo) {
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    EXPECT_FALSE(findNamed<QPushButton>(panel_, "Compute losses")->isEnabled());
    document_.setModel(testing::sampleModel());
    EXPECT_TRUE(state().contains(QStringLiteral("Choose a text")));
    document_.setAnalysis(testing::sampleAnalysis());
    preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
    EXPECT_TRUE(state().contains(QStringLiteral("Compute now"))) << state().toStdString();
    EXPECT_TRUE(findNamed<QPushButton>(panel_, "Compute losses")->isEnabled());
}

TEST_F(LossPanelTest, AsksAfterAPreviewWhileSomebodyLooks) {
    panel_.hide();
    open();
    preview();
    EXPECT_TRUE(engine_.lossRequests.empty()) << "nobody looks";
    panel_.show();
    ASSERT_EQ(engine_.lossRequests.size(), 1U);
    EXPECT_EQ(engine_.lossRequests[0].text.textFile, "leaves.txt");
    EXPECT_EQ(engine_.lossRequests[0].revision, document_.revision());
    EXPECT_EQ(state(), QStringLiteral("Updating..."));
    answer();
    EXPECT_TRUE(state().contains(QStringLiteral("Perplexity 10.000, planned 12.000 (+20.0 %)")))
        << state().toStdString();
    // An edit: what is shown is old until the next preview has been answered.
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_EQ(state(), QStringLiteral("Updating..."));
    EXPECT_NE(text()->graphicsEffect(), nullptr);
    EXPECT_EQ(engine_.lossRequests.size(), 1U) << "only once the preview is there";
    preview();
    ASSERT_EQ(engine_.lossRequests.size(), 2U);
    answer();
    EXPECT_EQ(text()->graphicsEffect(), nullptr);
}

TEST_F(LossPanelTest, OnRequestAloneWhereItDoesNotFollow) {
    open();
    findNamed<QCheckBox>(panel_, "Losses follow the preview")->click();
    preview();
    EXPECT_TRUE(engine_.lossRequests.empty());
    EXPECT_TRUE(state().contains(QStringLiteral("Press Compute now")));
    findNamed<QPushButton>(panel_, "Compute losses")->click();
    ASSERT_EQ(engine_.lossRequests.size(), 1U);
    findNamed<QPushButton>(panel_, "Stop computing losses")->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::Losses});
    engine_.fail(EngineTask::Losses, QStringLiteral("cancelled"), {}, true);
    EXPECT_EQ(state(), QStringLiteral("Stopped."));
    findNamed<QPushButton>(panel_, "Compute losses")->click();
    engine_.fail(EngineTask::Losses, QStringLiteral("no room"));
    EXPECT_EQ(state(), QStringLiteral("no room"));
    findNamed<QPushButton>(panel_, "Compute losses")->click();
    answer();
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(state().contains(QStringLiteral("has changed since"))) << state().toStdString();
}

TEST_F(LossPanelTest, AnswersToOlderPlansAreDropped) {
    open();
    feed_.runNow();
    const auto revision = engine_.lossRequests.back().revision;
    document_.setPartRemoved(2, LayerPart::Layer, true);
    Q_EMIT engine_.lossesReady(lossReport(), revision);
    EXPECT_EQ(feed_.report(), nullptr);
    EXPECT_EQ(table("Worst tokens")->model()->rowCount(), 0);
}

TEST_F(LossPanelTest, TextIsColouredByTheChangeAndCanBeCopied) {
    open();
    feed_.runNow();
    answer();
    EXPECT_EQ(behind(QStringLiteral(" ate"), 1), divergingColour(1.0, panel_.palette())) << "the worst";
    EXPECT_EQ(behind(QStringLiteral(" fox"), 0), divergingColour(0.0, panel_.palette()));
    const QColor better = behind(QStringLiteral(".\\n"), 0);
    EXPECT_GT(better.blue(), better.red());
    EXPECT_TRUE(text()->toPlainText().contains(QStringLiteral("Window 10, \u22120.1667 nats a token")))
        << text()->toPlainText().toStdString();
    text()->selectAll();
    EXPECT_TRUE(text()->textCursor().selectedText().contains(QStringLiteral("A fox ate")));
    EXPECT_TRUE(findNamed<LossLegend>(panel_, "Legend of the colours")
                    ->accessibleDescription()
                    .contains(QStringLiteral("nats")));
}

TEST_F(LossPanelTest, MouseAndKeyboardGiveTheNumbersOfAToken) {
    open();
    feed_.runNow();
    answer();
    QTextCursor word = text()->document()->find(QStringLiteral(" ate"));
    word.setPosition(word.selectionStart() + 1);
    const QPoint at = text()->cursorRect(word).center();
    QTest::mouseMove(text()->viewport(), at + QPoint(2, 0));
    ASSERT_TRUE(
        QTest::qWaitFor([&] { return valueOf(panel_, "Token under cursor") != QStringLiteral("-"); }, 2000));
    EXPECT_EQ(valueOf(panel_, "Token under cursor"),
              QStringLiteral("\" ate\", id 102, window 10, position 2: dense 1, planned 1, change +0 nats"));
    text()->setFocus();
    QTextCursor start = text()->textCursor();
    start.setPosition(text()->document()->find(QStringLiteral(" fox")).selectionStart());
    text()->setTextCursor(start);
    EXPECT_TRUE(valueOf(panel_, "Token under cursor").contains(QStringLiteral("\" fox\"")));
    for (int i = 0; i < 4; ++i) QTest::keyClick(text(), Qt::Key_Right);
    EXPECT_TRUE(valueOf(panel_, "Token under cursor").contains(QStringLiteral("\" ate\"")))
        << valueOf(panel_, "Token under cursor").toStdString();
}

TEST_F(LossPanelTest, TheWorstTokenComesFirstAndIsFoundInTheText) {
    open();
    feed_.runNow();
    answer();
    QAbstractItemModel* rows = table("Worst tokens")->model();
    const QAbstractItemModelTester tester(rows);
    ASSERT_EQ(rows->rowCount(), 6);
    EXPECT_EQ(rows->index(0, TokensModel::Token).data().toString(), QStringLiteral("\" ate\""));
    EXPECT_EQ(rows->index(0, TokensModel::Before).data().toString(), QStringLiteral("A fox"));
    EXPECT_EQ(rows->index(0, TokensModel::Window).data().toInt(), 11);
    EXPECT_EQ(rows->index(0, TokensModel::Change).data().toString(), QStringLiteral("+2"));
    QTest::mouseClick(table("Worst tokens")->viewport(), Qt::LeftButton, {},
                      table("Worst tokens")->visualRect(rows->index(0, 0)).center());
    EXPECT_TRUE(valueOf(panel_, "Token under cursor").contains(QStringLiteral("window 11, position 2")));
}

TEST_F(LossPanelTest, WindowsAndDocumentsHaveTheirMeans) {
    open();
    feed_.runNow();
    answer();
    auto* tabs = findNamed<QTabWidget>(panel_, "Losses in tables");
    EXPECT_FALSE(tabs->isTabVisible(2)) << "one document";
    QAbstractItemModel* windows = table("Losses of windows")->model();
    ASSERT_EQ(windows->rowCount(), 2);
    EXPECT_EQ(windows->index(0, LossSumsModel::Number).data().toInt(), 11) << "worst first";
    EXPECT_EQ(windows->index(0, LossSumsModel::Change).data().toString(), QStringLiteral("+0.6667"));
    feed_.runNow();
    answer(lossReport(2, true));
    EXPECT_TRUE(tabs->isTabVisible(2));
    tabs->setCurrentIndex(2);
    table("Losses of documents")->selectRow(0);
    EXPECT_TRUE(valueOf(panel_, "Token under cursor").contains(QStringLiteral("window 11, position 0")))
        << valueOf(panel_, "Token under cursor").toStdString();
}

TEST_F(LossPanelTest, LongTextsComeInPages) {
    open();
    feed_.runNow();
    answer(lossReport(2000));
    const int perPage = TokenTextView::kMostTokens / 4;
    EXPECT_EQ(text()->pages(), 2);
    EXPECT_TRUE(findNamed<QPushButton>(panel_, "Later windows")->isVisible());
    text()->showToken(perPage + 3, 1);
    EXPECT_EQ(text()->page(), 1);
    EXPECT_TRUE(valueOf(panel_, "Token under cursor")
                    .contains(QStringLiteral("window %1, position 1").arg(10 + perPage + 3)));
    findNamed<QPushButton>(panel_, "Earlier windows")->click();
    EXPECT_EQ(text()->page(), 0);
}

TEST_F(LossPanelTest, AnotherModelForgets) {
    open();
    feed_.runNow();
    answer();
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(text()->toPlainText(), QString());
    EXPECT_EQ(table("Worst tokens")->model()->rowCount(), 0);
}

QPalette darkPalette() {
    QPalette dark;
    dark.setColor(QPalette::Base, QColor(30, 30, 30));
    dark.setColor(QPalette::Text, QColor(235, 235, 235));
    return dark;
}

TEST(DivergingColours, TextStaysReadableInBothThemes) {
    QPalette light;
    light.setColor(QPalette::Base, Qt::white);
    light.setColor(QPalette::Text, Qt::black);
    for (const QPalette& palette : {light, darkPalette()})
        for (double value = -1.0; value <= 1.0; value += 0.125)
            EXPECT_GE(contrast(divergingColour(value, palette), palette.color(QPalette::Text)), 4.5) << value;
}

TEST(DivergingColours, SidesDifferInMoreThanRedAndGreen) {
    for (const QPalette& palette : {QPalette(Qt::white), darkPalette()}) {
        const QColor below = divergingColour(-1.0, palette), above = divergingColour(1.0, palette);
        EXPECT_GT(std::abs(below.blue() - above.blue()), 80) << "blue against orange";
        EXPECT_EQ(divergingColour(0.0, palette), palette.color(QPalette::Base));
        EXPECT_EQ(divergingColour(7.0, palette), above);
    }
}

}  // namespace
}  // namespace secateur
