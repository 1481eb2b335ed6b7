// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_panel.h"

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>

#include <gmock/gmock.h>

#include "tests/widgets/find_widget.h"
#include "tests/widgets/sample_network.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/foldable_box.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;
using testing::findNamed;
using testing::valueOf;

class PlanPanelTest : public ::testing::Test {
protected:
    PlanPanelTest() : panel_(document_) {
        panel_.resize(360, 900);
        panel_.show();
    }
    void open() {
        document_.setModel(testing::sampleModel());
        document_.setAnalysis(testing::sampleAnalysis());
    }
    void type(const char* name, const char* text) {
        auto* line = findNamed<QLineEdit>(panel_, name);
        line->setFocus();
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, QLatin1String(text));
        QTest::keyClick(line, Qt::Key_Return);
    }
    template <class Widget>
    Widget& get(const char* name) {
        return *findNamed<Widget>(panel_, name);
    }

    PlanDocument document_;
    PlanPanel panel_;
};

TEST_F(PlanPanelTest, ButtonsAreReadWholeInLargeText) {
    open();
    for (const double larger : {1.0, 1.3, 2.0}) {
        QFont font = QApplication::font();
        font.setPointSizeF(larger * font.pointSizeF());
        panel_.setFont(font);
        QTest::qWait(20);
        for (const char* name : {"Apply plan", "Save plan", "Load plan", "Copy JSON", "Add step",
                                 "Remove step", "Move up", "Move down"}) {
            const QPushButton& button = get<QPushButton>(name);
            const QFontMetrics metrics = button.fontMetrics();
            EXPECT_EQ(button.font().pointSizeF(), font.pointSizeF());
            EXPECT_GT(button.width(), metrics.horizontalAdvance(button.text())) << name << larger;
            EXPECT_GT(button.height(), metrics.height()) << name << larger;
            const QRect place(button.mapTo(&panel_, QPoint(0, 0)), button.size());
            EXPECT_LE(place.right(), panel_.width()) << name << larger;
        }
    }
}

TEST_F(PlanPanelTest, EmptyStateSaysWhatToDoAndOffersNothing) {
    EXPECT_FALSE(get<QPushButton>("Apply plan").isEnabled());
    EXPECT_FALSE(get<QPushButton>("Save plan").isEnabled());
    EXPECT_FALSE(get<QSlider>("Ratio").isEnabled());
    EXPECT_EQ(valueOf(panel_, "Parameters before"), QStringLiteral("-"));
    EXPECT_TRUE(panel_.findChild<QLabel*>(QStringLiteral("planWarnings"))
                    ->text()
                    .contains(QStringLiteral("Open a model")));
}

TEST_F(PlanPanelTest, RatioSliderAndSpinBoxAreOneAndAccountingFollows) {
    open();
    const QString before = valueOf(panel_, "Parameters before");
    EXPECT_EQ(valueOf(panel_, "Parameters after"), before);
    get<QSlider>("Ratio").setValue(30);
    EXPECT_DOUBLE_EQ(get<QDoubleSpinBox>("Ratio percent").value(), 30.0);
    EXPECT_NE(valueOf(panel_, "Parameters after"), before);
    const double removed = valueOf(panel_, "Removed fraction").split(QLatin1Char(' ')).first().toDouble();
    EXPECT_NEAR(removed, 30.0, 3.0);
    get<QDoubleSpinBox>("Ratio percent").setValue(12.5);
    EXPECT_NEAR(document_.width().ratio, 0.125, 1e-9);
    EXPECT_EQ(get<QPushButton>("Apply plan").isEnabled(), true);
}

TEST_F(PlanPanelTest, WhatLoadsTheResultIsSaidWhileChoosing) {
    EXPECT_EQ(valueOf(panel_, "Loads in"), QStringLiteral("-"));
    open();
    document_.setPartRemoved(2, LayerPart::Layer, true);
    EXPECT_EQ(valueOf(panel_, "Loads in"), QStringLiteral("stock transformers"));
    WidthRequest width;
    width.ratio = 0.3;
    width.structure = "AL-AM";
    document_.setWidth(QStringLiteral("Set structure"), width);
    EXPECT_EQ(valueOf(panel_, "Loads in"), QStringLiteral("transformers, trust_remote_code"));
    EXPECT_TRUE(get<QLineEdit>("Loads in").toolTip().contains(QStringLiteral("UL-UM")));
    document_.undoStack()->undo();
    EXPECT_EQ(valueOf(panel_, "Loads in"), QStringLiteral("stock transformers"));
}

TEST_F(PlanPanelTest, SliderDragIsOneUndo) {
    open();
    auto& slider = get<QSlider>("Ratio");
    slider.setSliderDown(true);
    slider.setValue(10);
    slider.setValue(20);
    slider.setValue(30);
    slider.setSliderDown(false);
    EXPECT_EQ(document_.undoStack()->count(), 1);
    document_.undoStack()->undo();
    EXPECT_EQ(slider.value(), 0);
    EXPECT_EQ(valueOf(panel_, "Removed fraction"), QStringLiteral("0.0 %"));
}

TEST_F(PlanPanelTest, MethodsComeFromTheRegistryAndDecideTheChoices) {
    open();
    auto& method = get<QComboBox>("Method");
    EXPECT_GE(method.findData(QStringLiteral("flap")), 0);
    EXPECT_GE(method.findData(QStringLiteral("wanda-sp")), 0);
    EXPECT_LT(method.findData(QStringLiteral("chop")), 0);  // chops no widths
    EXPECT_TRUE(get<QComboBox>("Structure").isEnabled());
    get<QSlider>("Ratio").setValue(25);
    method.setCurrentIndex(method.findData(QStringLiteral("magnitude-sp")));
    EXPECT_EQ(document_.width().method, "magnitude-sp");
    EXPECT_DOUBLE_EQ(document_.width().ratio, 0.25);  // what both know stays
    EXPECT_EQ(panel_.findChild<QComboBox*>(QStringLiteral("metric")), nullptr);
    EXPECT_EQ(panel_.findChild<QComboBox*>(QStringLiteral("structure")), nullptr);
    document_.undoStack()->undo();
    EXPECT_EQ(method.currentData().toString(), QStringLiteral("flap"));
    EXPECT_EQ(get<QSlider>("Ratio").value(), 25);
    get<QComboBox>("Structure").setCurrentText(QStringLiteral("UL-UM"));
    EXPECT_EQ(document_.width().structure, "UL-UM");
}

TEST_F(PlanPanelTest, ATargetThatCannotBeMetIsExplainedBesideIt) {
    open();
    type("Target parameters", "40 k");
    ASSERT_TRUE(document_.valid());
    ASSERT_GT(get<QSlider>("Ratio").value(), 0);
    for (auto* fold : panel_.findChildren<FoldableBox*>()) fold->setOpen(true);
    type("Target parameters", "10");
    ASSERT_FALSE(document_.problem().isEmpty());
    const auto* reason = panel_.findChild<QLabel*>(QStringLiteral("target-parameters-reason"));
    ASSERT_NE(reason, nullptr);
    EXPECT_TRUE(reason->isVisible());
    EXPECT_EQ(reason->text(), document_.problem());
    const auto& line = get<QLineEdit>("Target parameters");
    const int gap = reason->mapTo(&panel_, QPoint()).y() - line.mapTo(&panel_, QPoint(0, line.height())).y();
    EXPECT_GE(gap, 0);
    EXPECT_LT(gap, line.height());
    // What was decided for the plan before is not shown as that of this one.
    EXPECT_EQ(get<QSlider>("Ratio").value(), 0);
    EXPECT_EQ(valueOf(panel_, "Parameters after"), QStringLiteral("-"));
    for (auto* fold : panel_.findChildren<FoldableBox*>()) fold->setOpen(false);
    const auto* below = panel_.findChild<QLabel*>(QStringLiteral("stepProblem"));
    EXPECT_TRUE(below->isVisible());
    EXPECT_EQ(below->text(), document_.problem());
    type("Target parameters", "40 k");
    EXPECT_TRUE(document_.valid());
    EXPECT_TRUE(reason->text().isEmpty());
    EXPECT_FALSE(below->isVisible());
}

TEST_F(PlanPanelTest, TargetInParametersReplacesTheRatio) {
    open();
    type("Target parameters", "40 k");
    ASSERT_TRUE(document_.width().targetParameters.has_value());
    EXPECT_EQ(*document_.width().targetParameters, 40000);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    EXPECT_GT(get<QSlider>("Ratio").value(), 0);  // what came out
    EXPECT_EQ(document_.width().ratio, 0.0);
    get<QSlider>("Ratio").setValue(10);
    EXPECT_FALSE(document_.width().targetParameters.has_value());
    EXPECT_TRUE(get<QLineEdit>("Target parameters").text().isEmpty());
}

TEST_F(PlanPanelTest, TargetInBytesReplacesTheOthersAndIsShownExactly) {
    open();
    type("Target parameters", "40 k");
    EXPECT_EQ(get<QLineEdit>("Target parameters").text(), QStringLiteral("40.0 k"));
    type("Target bytes", "151234");
    EXPECT_EQ(document_.width().targetBytes, 151234);
    EXPECT_FALSE(document_.width().targetParameters.has_value());
    EXPECT_EQ(get<QLineEdit>("Target bytes").text(), QStringLiteral("151234"));
    type("Target bytes", "150 kB");
    EXPECT_EQ(document_.width().targetBytes, 150000);
    type("Target bytes", "");
    EXPECT_FALSE(document_.width().targetBytes.has_value());
    EXPECT_EQ(get<QSlider>("Ratio").value(), 0);
}

TEST_F(PlanPanelTest, NonsenseInAFieldIsSaidAndChangesNothing) {
    open();
    const auto* problem = panel_.findChild<QLabel*>(QStringLiteral("stepProblem"));
    type("Target parameters", "much");
    EXPECT_TRUE(problem->isVisible());
    EXPECT_TRUE(problem->text().contains(QStringLiteral("Target parameters must be")))
        << problem->text().toStdString();
    EXPECT_FALSE(document_.undoStack()->canUndo());
    type("Target parameters", "");
    EXPECT_FALSE(problem->isVisible());
    type("Protected layers", "0, 99");
    EXPECT_FALSE(document_.valid());
    EXPECT_TRUE(
        panel_.findChild<QLabel*>(QStringLiteral("planWarnings"))->text().contains(QStringLiteral("99")));
}

TEST_F(PlanPanelTest, OptionsWithoutEffectAreHidden) {
    open();
    auto& removed = get<QSpinBox>("KV groups removed");
    EXPECT_TRUE(removed.isHidden());
    get<QComboBox>("Structure").setCurrentText(QStringLiteral("UL-MM"));
    EXPECT_FALSE(removed.isHidden());
    removed.setValue(2);
    EXPECT_EQ(document_.width().removeHeads, 2);
}

TEST_F(PlanPanelTest, TabsGoThroughTheFormInItsOrderWhateverTheMethod) {
    open();
    const auto order = [&] {
        std::vector<std::string> names;
        const QWidget* widget = &get<QComboBox>("Method");
        do {
            const bool inside = qobject_cast<const QAbstractSpinBox*>(widget->parentWidget()) != nullptr;
            if (widget->focusPolicy() & Qt::TabFocus && widget->isVisibleTo(&panel_) && !inside)
                names.push_back(widget->accessibleName().toStdString());
            widget = widget->nextInFocusChain();
        } while (names.empty() || names.back() != "Propose");
        return names;
    };
    EXPECT_THAT(order(), ElementsAre("Method", "Ratio", "Ratio percent", "Metric", "Structure",
                                     "More options", "Layers to chop", "Chop strategy", "Propose"));
    auto& method = get<QComboBox>("Method");
    method.setCurrentIndex(method.findData(QStringLiteral("wanda-sp")));
    method.setCurrentIndex(method.findData(QStringLiteral("flap")));
    EXPECT_THAT(order(), ElementsAre("Method", "Ratio", "Ratio percent", "Metric", "Structure",
                                     "More options", "Layers to chop", "Chop strategy", "Propose"));
}

TEST_F(PlanPanelTest, StepsOfOneFieldAreOneUndoAndOthersAreNot) {
    open();
    auto& channels = get<QSpinBox>("Keep channels");
    channels.stepUp();
    channels.stepUp();
    EXPECT_EQ(document_.width().minKeepChannels, 2);
    EXPECT_EQ(document_.undoStack()->count(), 1);
    get<QSpinBox>("Keep KV groups").stepUp();
    channels.stepUp();
    EXPECT_EQ(document_.undoStack()->count(), 3);
}

TEST_F(PlanPanelTest, AnOrderOfLayersIsShownAndReadAsItIs) {
    open();
    ChopRequest chop;
    chop.keep = {0, 2, 2, 1};
    document_.setChop(QStringLiteral("order"), chop);
    get<QTableView>("Steps").selectRow(0);
    EXPECT_EQ(get<QLineEdit>("Layers that stay").text(), QStringLiteral("0, 2, 2, 1"));
    type("Layers that stay", "3, 1-2");
    EXPECT_THAT(document_.chop().keep, ElementsAre(3, 1, 2));
    get<QSpinBox>("Number of layers").setValue(2);  // instead of the list
    EXPECT_TRUE(document_.chop().keep.empty());
    EXPECT_TRUE(get<QLineEdit>("Layers that stay").text().isEmpty());
}

TEST_F(PlanPanelTest, AFirstStepBeginsWithItsFirstOption) {
    open();
    get<QPushButton>("Remove step").click();
    ASSERT_TRUE(document_.wishes().steps.empty());
    get<QSlider>("Ratio").setValue(10);
    ASSERT_EQ(document_.wishes().steps.size(), 1U);
    EXPECT_DOUBLE_EQ(document_.width().ratio, 0.1);
}

TEST_F(PlanPanelTest, ProtectedLayersAndLimitsReachThePlan) {
    open();
    type("Protected layers", "0, 2-3");
    EXPECT_THAT(document_.width().protect, ElementsAre(0, 2, 3));
    EXPECT_EQ(get<QLineEdit>("Protected layers").text(), QStringLiteral("0, 2-3"));
    get<QSpinBox>("Keep channels").setValue(8);
    get<QSpinBox>("Round channels to").setValue(4);
    get<QSlider>("Ratio").setValue(40);
    ASSERT_TRUE(document_.valid()) << document_.problem().toStdString();
    EXPECT_EQ(countKept(document_.kept().channels[0]), testing::kChannels);
    for (const UnitMask& mask : document_.kept().channels) EXPECT_EQ(countKept(mask) % 4, 0);
    get<QComboBox>("Compensation").setCurrentText(QStringLiteral("none"));
    EXPECT_FALSE(document_.width().bias);
}

TEST_F(PlanPanelTest, ProposeChopsByStrategy) {
    open();
    get<QSpinBox>("Layers to chop").setValue(2);
    get<QComboBox>("Chop strategy").setCurrentText(QStringLiteral("Block influence"));
    get<QPushButton>("Propose").click();
    EXPECT_FALSE(document_.kept().layer[0]);
    EXPECT_FALSE(document_.kept().layer[1]);
}

TEST_F(PlanPanelTest, StrategyThatNeedsAMeasurementSaysSo) {
    document_.setModel(testing::sampleModel());
    QSignalSpy raised(&panel_, &PlanPanel::messageRaised);
    get<QComboBox>("Chop strategy").setCurrentText(QStringLiteral("Block influence"));
    get<QPushButton>("Propose").click();
    EXPECT_EQ(raised.count(), 1);
    EXPECT_FALSE(document_.undoStack()->canUndo());
}

TEST_F(PlanPanelTest, WishWithoutAPlanIsExplainedAndCannotBeApplied) {
    open();
    type("Target parameters", "1");
    EXPECT_FALSE(document_.valid());
    EXPECT_FALSE(get<QPushButton>("Apply plan").isEnabled());
    EXPECT_EQ(valueOf(panel_, "Parameters after"), QStringLiteral("-"));
    EXPECT_FALSE(panel_.findChild<QLabel*>(QStringLiteral("planWarnings"))->text().isEmpty());
}

TEST_F(PlanPanelTest, ButtonsSayWhatIsWished) {
    open();
    QSignalSpy apply(&panel_, &PlanPanel::applyWished);
    QSignalSpy save(&panel_, &PlanPanel::saveWished);
    QSignalSpy load(&panel_, &PlanPanel::loadWished);
    QSignalSpy copy(&panel_, &PlanPanel::copyWished);
    for (const char* name : {"Apply plan", "Save plan", "Load plan", "Copy JSON"}) {
        QTest::mouseClick(&get<QPushButton>(name), Qt::LeftButton);
    }
    EXPECT_EQ(apply.count() + save.count() + load.count() + copy.count(), 4);
}

}  // namespace
}  // namespace secateur
