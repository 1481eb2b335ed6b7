// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/preview_panel.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>

#include <gtest/gtest.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/plan_values.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/panels/tradeoff_panel.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {
namespace {

using testing::valueOf;

class PreviewPanelTest : public ::testing::Test {
protected:
    PreviewPanelTest()
        : settings_(folder_.filePath(QStringLiteral("s.ini"))),
          feed_(document_, engine_),
          board_(engine_, settings_),
          pins_(document_, feed_, board_, shelf_),
          panel_(document_, feed_),
          tradeoff_(document_, feed_, board_, pins_, values_) {
        feed_.setDelay(5);
        panel_.show();
        tradeoff_.resize(500, 700);
        tradeoff_.show();
    }
    void preview(double dense, double planned) {
        const auto before = engine_.previewed.size();
        ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() > before; }, 2000));
        engine_.finishPreview(dense, planned);
    }
    QString state() { return panel_.findChild<QLabel*>(QStringLiteral("previewState"))->text(); }

    PlanDocument document_;
    testing::FakeEngine engine_;
    QTemporaryDir folder_;
    Settings settings_;
    PreviewFeed feed_;
    RunBoard board_;
    ReferenceShelf shelf_{engine_};
    PlanPins pins_;
    EvaluationFeed evaluation_{document_, feed_, engine_};
    BenchFeed bench_{document_, feed_, engine_};
    PlanValues values_{document_, evaluation_, bench_};
    PreviewPanel panel_;
    TradeoffPanel tradeoff_;
};

TEST_F(PreviewPanelTest, EmptyStatesSayWhatIsMissing) {
    EXPECT_TRUE(state().contains(QStringLiteral("Open a model")));
    document_.setModel(testing::sampleModel());
    EXPECT_TRUE(state().contains(QStringLiteral("Choose a text")));
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    EXPECT_TRUE(state().contains(QStringLiteral("choose Run, Measure"))) << state().toStdString();
    feed_.setMeasuring(true);
    EXPECT_TRUE(state().contains(QStringLiteral("Waiting for the measurement")));
    EXPECT_EQ(valueOf(panel_, "Dense perplexity"), QStringLiteral("-"));
}

TEST_F(PreviewPanelTest, APlanThatRemovesNothingHasNoSmallChange) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 2000));
    PreviewReport report;
    report.changeStandardError = 0.0;
    engine_.finishPreview(10.0, 10.0, report);
    EXPECT_TRUE(state().contains(QStringLiteral("The plan removes nothing."))) << state().toStdString();
    EXPECT_FALSE(state().contains(QStringLiteral("standard error")));
    document_.setPartRemoved(1, LayerPart::Mlp, true);
    ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() > 1; }, 2000));
    report.changeStandardError = 0.5;
    engine_.finishPreview(10.0, 10.1, report);
    EXPECT_FALSE(state().contains(QStringLiteral("removes nothing"))) << state().toStdString();
    EXPECT_TRUE(state().contains(QStringLiteral("smaller than its standard error")));
}

TEST_F(PreviewPanelTest, NumbersCarryTheirErrorsAndWhatTheirTextWasUsedFor) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    document_.setPartRemoved(1, LayerPart::Mlp, true);
    engine_.previewed.clear();
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 2000));
    PreviewReport report;
    report.denseStandardError = 0.21;
    report.planStandardError = 0.24;
    report.changeStandardError = 0.013;
    report.overlaps = {{TextPurpose::Training, "leaves.txt", 8, 8}};
    engine_.finishPreview(10.0, 10.1, report);
    EXPECT_EQ(valueOf(panel_, "Dense perplexity"), QStringLiteral("10.000 ± 0.21"));
    EXPECT_EQ(valueOf(panel_, "Planned perplexity"), QStringLiteral("10.100 ± 0.24"));
    EXPECT_EQ(valueOf(panel_, "Perplexity change"), QStringLiteral("+1.0 % ± 1.3 %"));
    EXPECT_TRUE(state().contains(QStringLiteral("smaller than its standard error")));
    EXPECT_TRUE(state().contains(QStringLiteral("Not new text: seen in training: 8 of 8 windows.")));
}

TEST_F(PreviewPanelTest, ValuesProtocolAndRunsFollowThePlan) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    preview(10.0, 10.0);
    EXPECT_EQ(valueOf(panel_, "Planned perplexity"), valueOf(panel_, "Dense perplexity"));
    document_.setPartRemoved(1, LayerPart::Layer, true);
    EXPECT_EQ(valueOf(panel_, "Planned perplexity"), QStringLiteral("-"));
    EXPECT_TRUE(state().contains(QStringLiteral("Updating")));
    preview(10.0, 12.5);
    EXPECT_EQ(valueOf(panel_, "Planned perplexity"), QStringLiteral("12.500"));
    EXPECT_EQ(valueOf(panel_, "Perplexity change"), QStringLiteral("+25.0 %"));
    EXPECT_TRUE(state().contains(QStringLiteral("8 windows of 32 tokens")));
    const auto labels = panel_.findChildren<QLabel*>();
    EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->text() == QStringLiteral("Before healing");
    }));
    EXPECT_EQ(tradeoff_.view()->findChild<QCustomPlot*>()->yAxis->label(),
              QStringLiteral("perplexity before healing"));
    auto* runs = testing::findNamed<QTableView>(tradeoff_, "Previewed plans");
    ASSERT_EQ(runs->model()->rowCount(), 2);
    EXPECT_EQ(runs->model()->index(0, PlansModel::Plan).data().toString(), QStringLiteral("layer 1 chopped"));

    runs->setCurrentIndex(runs->model()->index(1, 0));
    Q_EMIT runs->activated(runs->model()->index(1, 0));
    EXPECT_TRUE(isIdentity(document_.result()->plan));
    Q_EMIT tradeoff_.view()->pointChosen(1);  // after the dense model
    EXPECT_EQ(explicitChop(document_.result()->plan).layers, std::vector<int>{1});
    document_.undoStack()->undo();
    EXPECT_TRUE(isIdentity(document_.result()->plan));
}

TEST_F(PreviewPanelTest, FailureIsShownWhereTheNumberWouldBe) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 2000));
    engine_.fail(EngineTask::Preview, QStringLiteral("leaves.txt: shorter than one window."));
    EXPECT_EQ(state(), QStringLiteral("leaves.txt: shorter than one window."));
}

TEST_F(PreviewPanelTest, NamesOfPlansAreWholeInANarrowDock) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    document_.setPartRemoved(1, LayerPart::Layer, true);
    WidthRequest width = document_.width();
    for (const double ratio : {0.2, 0.4}) {
        width.ratio = ratio;
        document_.setWidth(QStringLiteral("ratio"), width);
        preview(10.0, 12.0);
    }
    auto* plans = testing::findNamed<QTableView>(tradeoff_, "Previewed plans");
    ASSERT_GE(plans->model()->rowCount(), 2);
    tradeoff_.show();
    for (const int across : {900, 330}) {
        tradeoff_.resize(across, 700);
        QTest::qWait(50);
        for (int row = 0; row < plans->model()->rowCount(); ++row) {
            const QRect room(0, 0, plans->columnWidth(PlansModel::Plan) - 4, 1000);
            const QString name = plans->model()->index(row, PlansModel::Plan).data().toString();
            const QRect needed = plans->fontMetrics().boundingRect(room, Qt::TextWordWrap, name);
            EXPECT_GE(plans->rowHeight(row), needed.height()) << across << ' ' << name.toStdString();
            EXPECT_LE(plans->rowHeight(row), needed.height() + 2 * plans->fontMetrics().height()) << across;
        }
    }
}

TEST_F(PreviewPanelTest, AFailedMeasurementIsNoLongerWaitedFor) {
    document_.setModel(testing::sampleModel());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    feed_.setMeasuring(true);
    engine_.fail(EngineTask::Measure, QStringLiteral("twig-6: there is no tokenizer."));
    feed_.setMeasuring(false);
    EXPECT_EQ(state(), QStringLiteral("twig-6: there is no tokenizer."));
    feed_.setMeasuring(true);  // tried again
    EXPECT_TRUE(state().contains(QStringLiteral("Waiting for the measurement")));
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setMeasuring(false);
    EXPECT_TRUE(state().contains(QStringLiteral("Updating"))) << state().toStdString();
    preview(10.0, 10.0);
}

TEST_F(PreviewPanelTest, APlanThatCannotBeIsExplainedWhereItsPerplexityWouldBe) {
    document_.setModel(testing::sampleModel());
    document_.setAnalysis(testing::sampleAnalysis());
    feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    preview(10.0, 10.0);
    WidthRequest width = document_.width();
    width.targetParameters = 10;
    document_.setWidth(QStringLiteral("Set target"), width);
    ASSERT_FALSE(document_.problem().isEmpty());
    EXPECT_EQ(state(), document_.problem());
    EXPECT_EQ(valueOf(panel_, "Planned perplexity"), QStringLiteral("-"));
}

TEST_F(PreviewPanelTest, WindowChoiceIsAnnounced) {
    QSignalSpy chosen(&panel_, &PreviewPanel::textChosen);
    panel_.setTextChoice({QStringLiteral("/t/leaves.txt"), 8, 64});
    EXPECT_EQ(chosen.count(), 0);
    testing::findNamed<QSpinBox>(panel_, "Preview windows")->setValue(16);
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen[0][0].value<TextChoice>(), (TextChoice{QStringLiteral("/t/leaves.txt"), 16, 64}));
}

}  // namespace
}  // namespace secateur
