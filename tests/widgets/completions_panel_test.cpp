// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does it still say? Over an engine of values.
#include "widgets/panels/completions_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTextCursor>
#include <QTextEdit>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/panels/number_box.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {
namespace {

using testing::findNamed;

class CompletionsPanelTest : public ::testing::Test {
protected:
    CompletionsPanelTest()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          preview_(document_, engine_),
          runs_(engine_, settings_),
          completions_(document_, preview_, runs_, engine_),
          panel_(document_, completions_) {
        panel_.resize(900, 400);
        panel_.show();
    }
    void openCut() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        preview_.setText(textSource(QStringLiteral("leaves.txt")), {});
        document_.setPartRemoved(1, LayerPart::Layer, true);
    }
    std::uint64_t id() { return engine_.completionRequests.back().id; }
    void grow(Writer writer, const char* text) {
        Q_EMIT engine_.completionGrew(id(), writer, QString::fromUtf8(text));
    }
    void done(Writer writer, bool last, const QString& problem = {}) {
        WriterOutcome outcome{writer, {}, problem};
        outcome.completion.ids = {1, 2, 3};
        outcome.completion.seconds = 1.5;
        outcome.completion.meanLoss = 0.75;
        Q_EMIT engine_.completionDone(id(), outcome, last);
    }
    QPushButton* button(const char* name) { return findNamed<QPushButton>(panel_, name); }
    QString text(const char* name) { return findNamed<QTextEdit>(panel_, name)->toPlainText(); }
    QString state(Writer writer) {
        return panel_.findChild<QLabel*>(QStringLiteral("completionState%1").arg(static_cast<int>(writer)))
            ->text();
    }

    QTemporaryDir folder_;
    PlanDocument document_;
    testing::FakeEngine engine_;
    Settings settings_;
    PreviewFeed preview_;
    RunBoard runs_;
    Completions completions_;
    CompletionsPanel panel_;
};

TEST_F(CompletionsPanelTest, WithoutAModelItSaysWhatToDo) {
    EXPECT_FALSE(button("Write completions")->isEnabled());
    EXPECT_TRUE(panel_.findChild<QLabel*>(QStringLiteral("completionsState"))
                    ->text()
                    .contains(QStringLiteral("Open a model")));
}

TEST_F(CompletionsPanelTest, AsksForWhatTheFormSays) {
    openCut();
    auto* prompt = findNamed<QLineEdit>(panel_, "Prompt");
    prompt->clear();
    QTest::keyClicks(prompt, QStringLiteral("The fox"));
    findNamed<NumberBox>(panel_, "Temperature")->setValue(0.5);
    findNamed<QSpinBox>(panel_, "Tokens to write")->setValue(12);
    findNamed<QSpinBox>(panel_, "Seed of the completions")->setValue(7);
    QTest::keyClick(prompt, Qt::Key_Return);
    ASSERT_EQ(engine_.completionRequests.size(), 1U);
    const CompletionRequest& request = engine_.completionRequests[0];
    EXPECT_EQ(request.options.prompt, "The fox");
    EXPECT_DOUBLE_EQ(request.options.temperature, 0.5);
    EXPECT_EQ(request.options.tokens, 12);
    EXPECT_EQ(request.options.seed, 7U);
    EXPECT_TRUE(request.planned);
    EXPECT_EQ(request.plan, document_.result()->plan);
    EXPECT_EQ(request.healed, QString());
    EXPECT_FALSE(button("Write completions")->isEnabled());
}

TEST_F(CompletionsPanelTest, WhatWasWrittenCanBeReadInAnotherTheme) {
    openCut();
    button("Write completions")->click();
    grow(Writer::Dense, " there was");
    QPalette dark;
    dark.setColor(QPalette::Base, QColor(20, 22, 24));
    dark.setColor(QPalette::Window, QColor(20, 22, 24));
    dark.setColor(QPalette::Text, QColor(230, 230, 230));
    dark.setColor(QPalette::WindowText, QColor(230, 230, 230));
    panel_.setPalette(dark);
    QTextCursor at(findNamed<QTextEdit>(panel_, "Dense completion")->document());
    at.setPosition(1);
    EXPECT_EQ(at.charFormat().foreground().color(), PlotTheme::of(dark).muted) << "the prompt";
    at.movePosition(QTextCursor::End);
    EXPECT_FALSE(at.charFormat().hasProperty(QTextFormat::ForegroundBrush)) << "what the network wrote";
}

TEST_F(CompletionsPanelTest, TextsGrowBesideEachOtherAndCanBeCopied) {
    openCut();
    button("Write completions")->click();
    EXPECT_EQ(state(Writer::Dense), QStringLiteral("Waiting..."));
    grow(Writer::Dense, " there was");
    EXPECT_EQ(state(Writer::Dense), QStringLiteral("Writing..."));
    grow(Writer::Dense, " a tree.\nIt grew.");
    EXPECT_EQ(text("Dense completion"), QStringLiteral("Once upon a time there was a tree.\nIt grew."));
    done(Writer::Dense, false);
    EXPECT_TRUE(state(Writer::Dense).startsWith(QStringLiteral("3 tokens, 2 tokens/s, 0.75 nats a token")))
        << state(Writer::Dense).toStdString();
    grow(Writer::Planned, " was was");
    EXPECT_EQ(text("Planned completion"), QStringLiteral("Once upon a time was was"));
    EXPECT_TRUE(completions_.writing());
    done(Writer::Planned, true);
    EXPECT_TRUE(button("Write completions")->isEnabled());
    auto* dense = findNamed<QTextEdit>(panel_, "Dense completion");
    dense->selectAll();
    EXPECT_TRUE(dense->textCursor().selectedText().contains(QStringLiteral("there was a tree")));
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(state(Writer::Planned).contains(QStringLiteral("the plan has changed since")));
}

TEST_F(CompletionsPanelTest, APlanThatRemovesNothingWritesNothingTwice) {
    document_.setModel(testing::sampleModel());
    button("Write completions")->click();
    EXPECT_FALSE(engine_.completionRequests.back().planned);
    grow(Writer::Dense, " x");
    done(Writer::Dense, true);
    EXPECT_TRUE(state(Writer::Planned).contains(QStringLiteral("removed nothing")));
    EXPECT_EQ(text("Planned completion"), QString());
}

TEST_F(CompletionsPanelTest, StopsAndKeepsWhatIsWritten) {
    openCut();
    button("Write completions")->click();
    grow(Writer::Dense, " there");
    button("Stop writing")->click();
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::Complete});
    engine_.fail(EngineTask::Complete, QStringLiteral("cancelled"), {}, true);
    EXPECT_EQ(state(Writer::Dense), QStringLiteral("Stopped."));
    EXPECT_EQ(state(Writer::Planned), QStringLiteral("Stopped."));
    EXPECT_EQ(text("Dense completion"), QStringLiteral("Once upon a time there"));
    grow(Writer::Dense, " late");
    EXPECT_EQ(text("Dense completion"), QStringLiteral("Once upon a time there")) << "it was stopped";
    EXPECT_TRUE(button("Write completions")->isEnabled());
}

TEST_F(CompletionsPanelTest, WhatOneCannotWriteTheOthersStillDo) {
    openCut();
    button("Write completions")->click();
    done(Writer::Dense, false);
    done(Writer::Planned, true, QStringLiteral("The plan heals, which apply does."));
    EXPECT_EQ(state(Writer::Planned), QStringLiteral("The plan heals, which apply does."));
    EXPECT_TRUE(state(Writer::Dense).startsWith(QStringLiteral("3 tokens")));
}

TEST_F(CompletionsPanelTest, HealedRunsOfTheModelCanBeChosen) {
    openCut();
    RunRecord mine = testing::sampleRun("lora-1", RunState::Complete, 20);
    mine.request.teacher = "/nowhere/twig-6";
    RunRecord other = testing::sampleRun("other-1", RunState::Complete, 20);
    other.request.teacher = "/nowhere/oak";
    RunRecord half = testing::sampleRun("half", RunState::Interrupted, 10);
    half.request.teacher = "/nowhere/twig-6";
    Q_EMIT engine_.runsListed(settings_.workspace(), {mine, other, half});
    auto* choice = findNamed<QComboBox>(panel_, "Healed run to write");
    ASSERT_EQ(choice->count(), 2);
    EXPECT_EQ(choice->itemText(1), QStringLiteral("lora-1"));
    choice->setCurrentIndex(1);
    button("Write completions")->click();
    EXPECT_EQ(engine_.completionRequests.back().healed, QStringLiteral("/runs/lora-1"));
    grow(Writer::Healed, " again");
    EXPECT_EQ(text("Healed completion"), QStringLiteral("Once upon a time again"));
    EXPECT_EQ(choice->currentIndex(), 1) << "the choice stays";
}

TEST_F(CompletionsPanelTest, AnotherModelForgets) {
    openCut();
    button("Write completions")->click();
    grow(Writer::Dense, " there");
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(text("Dense completion"), QString());
    EXPECT_FALSE(completions_.writing());
    EXPECT_EQ(engine_.stoppedTasks, std::vector<EngineTask>{EngineTask::Complete});
}

}  // namespace
}  // namespace secateur
