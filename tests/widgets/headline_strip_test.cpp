// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/headline_strip.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "core/base/units.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/panels/budget_box.h"
#include "widgets/panels/sparkline.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

class Headline : public ::testing::Test {
protected:
    Headline() : feed_(document_, engine_), strip_(document_, feed_), budget_(document_) {
        feed_.setDelay(5);
        strip_.resize(1280, 50);
        strip_.show();
        budget_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
        feed_.setText(textSource(QStringLiteral("leaves.txt")), {});
    }
    void preview(double dense, double planned, const PreviewReport& report = {}) {
        const auto before = engine_.previewed.size();
        feed_.runNow();
        ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() > before; }, 2000));
        engine_.finishPreview(dense, planned, report);
    }
    QPushButton& next() { return *findNamed<QPushButton>(strip_, "Next action"); }
    void type(const char* text) {
        auto* field = findNamed<QLineEdit>(budget_, "Budget");
        field->selectAll();
        QTest::keyClicks(field, QLatin1String(text));
        QTest::keyClick(field, Qt::Key_Return);
    }
    QString note() { return budget_.findChild<QLabel*>(QStringLiteral("budgetNote"))->text(); }

    PlanDocument document_;
    testing::FakeEngine engine_;
    PreviewFeed feed_;
    HeadlineStrip strip_;
    BudgetBox budget_;
};

TEST_F(Headline, BeginsWithTheWayToAModel) {
    EXPECT_EQ(valueOf(strip_, "Headline model"), QStringLiteral("No model"));
    EXPECT_EQ(valueOf(strip_, "Headline perplexity"), QStringLiteral("-"));
    QSignalSpy opens(&strip_, &HeadlineStrip::openWished);
    next().click();
    EXPECT_EQ(opens.count(), 1);
    strip_.setDemoAvailable(true);
    QSignalSpy demos(&strip_, &HeadlineStrip::demoWished);
    next().click();
    EXPECT_EQ(demos.count(), 1);
}

TEST_F(Headline, TheNextActionFollowsTheState) {
    document_.setModel(testing::sampleModel());
    EXPECT_EQ(next().text(), QStringLiteral("Measure"));
    QSignalSpy measures(&strip_, &HeadlineStrip::measureWished);
    next().click();
    EXPECT_EQ(measures.count(), 1);
    feed_.setMeasuring(true);
    EXPECT_FALSE(next().isEnabled());
    EXPECT_EQ(valueOf(strip_, "Headline measurement"), QStringLiteral("measuring"));
    feed_.setMeasuring(false);
    document_.setAnalysis(testing::sampleAnalysis());
    EXPECT_TRUE(next().text().startsWith(QStringLiteral("Apply")));
    EXPECT_FALSE(next().isEnabled());  // nothing to apply
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(next().isEnabled());
    QSignalSpy applies(&strip_, &HeadlineStrip::applyWished);
    next().click();
    EXPECT_EQ(applies.count(), 1);
}

TEST_F(Headline, ShowsBeforeAndAfterAndNoNumberOfAnotherPlan) {
    open();
    const Accounting dense = *document_.result()->plan.accounting;
    EXPECT_EQ(valueOf(strip_, "Headline parameters"),
              QString::fromStdString(formatCount(dense.parametersBefore)));
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_TRUE(valueOf(strip_, "Headline parameters").contains(QStringLiteral("→")));
    PreviewReport report;
    report.changeStandardError = 0.004;
    report.overlaps = {{TextPurpose::Training, "leaves.txt", 8, 8}};
    preview(10.0, 11.0, report);
    EXPECT_EQ(valueOf(strip_, "Headline perplexity"), QStringLiteral("10.000 → 11.000 (+10.0 % ± 0.4 %)"));
    bool said = false;
    for (const QLabel* label : strip_.findChildren<QLabel*>())
        said |= label->text().contains(QStringLiteral("seen in training"));
    EXPECT_TRUE(said);
    document_.setPartRemoved(3, LayerPart::Layer, true);
    EXPECT_EQ(valueOf(strip_, "Headline perplexity"), QStringLiteral("10.000 → updating"));
    feed_.setAutomatic(false);
    document_.setPartRemoved(4, LayerPart::Layer, true);
    EXPECT_EQ(valueOf(strip_, "Headline perplexity"), QStringLiteral("10.000 → not previewed"));
}

TEST_F(Headline, TheLastEditsAreALineWithTheirNumbersInWords) {
    open();
    const auto* line = findNamed<Sparkline>(strip_, "Perplexity of the last edits");
    document_.setPartRemoved(2, LayerPart::Layer, true);
    preview(10.0, 11.0);
    EXPECT_FALSE(line->isVisible()) << "one point is no line";
    document_.setPartRemoved(3, LayerPart::Layer, true);
    preview(10.0, 12.5);
    EXPECT_TRUE(line->isVisible());
    ASSERT_EQ(line->points().size(), 2U);
    EXPECT_DOUBLE_EQ(line->points()[1].value, 12.5);
    EXPECT_TRUE(line->toolTip().contains(QStringLiteral("layers 2-3 chopped: 12.500")))
        << line->toolTip().toStdString();
    EXPECT_TRUE(line->toolTip().endsWith(QStringLiteral("dense: 10.000")));
    // The line is higher where the perplexity is: the last dot lies above the first point.
    const QImage picture = const_cast<Sparkline*>(line)->grab().toImage();
    const auto topOf = [&](int x) {
        const QRgb empty = picture.pixel(picture.width() / 2, 0);
        for (int y = 0; y < picture.height(); ++y)
            if (picture.pixel(x, y) != empty) return y;
        return picture.height();
    };
    EXPECT_LT(topOf(picture.width() - 4), topOf(4));
    for (int layer = 0; layer < 2; ++layer)
        for (const LayerPart part : {LayerPart::Attention, LayerPart::Mlp}) {
            document_.setPartRemoved(layer, part, true);
            preview(10.0, 13.0 + layer);
        }
    EXPECT_EQ(line->points().size(), 6U);
    // Perplexities of other windows cannot be compared.
    feed_.setText(textSource(QStringLiteral("roots.txt")), {});
    EXPECT_FALSE(line->isVisible());
}

TEST_F(Headline, ABudgetIsOneEditAndWhatIsAchievedStandsBesideIt) {
    open();
    type("30 %");
    ASSERT_TRUE(document_.valid());
    EXPECT_EQ(document_.undoStack()->undoText(), QStringLiteral("Set budget to 30 %"));
    const QString achieved = valueOf(budget_, "Achieved");
    EXPECT_NEAR(achieved.split(QLatin1Char(' ')).first().toDouble(), 30.0, 6.0) << achieved.toStdString();
    EXPECT_EQ(findNamed<QLineEdit>(budget_, "Budget")->text(), QStringLiteral("30 %"));
    document_.undoStack()->undo();
    EXPECT_TRUE(findNamed<QLineEdit>(budget_, "Budget")->text().isEmpty());
    EXPECT_EQ(valueOf(budget_, "Achieved"), QStringLiteral("0.0 % fewer"));
}

TEST_F(Headline, ABudgetThatIsNoneSaysWhyAndChangesNothing) {
    open();
    const int edits = document_.undoStack()->count();
    type("tiny");
    EXPECT_TRUE(note().contains(QStringLiteral("30 %, 4 GB"))) << note().toStdString();
    type("4 GB");
    EXPECT_TRUE(note().contains(QStringLiteral("as it is"))) << note().toStdString();
    EXPECT_EQ(document_.undoStack()->count(), edits);
}

}  // namespace
}  // namespace secateur
