// SPDX-License-Identifier: GPL-3.0-or-later
//
// Help in the window, and the guided tour from its first step to its last.
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QTextBrowser>

#include <gtest/gtest.h>

#include "core/base/units.h"
#include "tests/widgets/sample_runs.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_panel.h"
#include "widgets/guide/tour_card.h"
#include "widgets/models/layers_model.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;
using testing::WindowTest;

class WindowGuide : public WindowTest {
protected:
    WindowGuide() {
        window_->resize(1280, 800);
        window_->activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(window_.get()));
    }
    GuidePanel& guide() { return *window_->findChild<GuidePanel*>(); }
    QDockWidget* dock(const char* id) { return window_->layouts().dock(QLatin1String(id)); }
    void pressF1() { QTest::keyClick(QApplication::focusWidget(), Qt::Key_F1); }
};

TEST_F(WindowGuide, F1OpensThePageOfThePanelThatHasTheFocus) {
    openMeasured();
    auto* layers = findNamed<QTableView>(*window_, "Layers");
    layers->setCurrentIndex(layers->model()->index(0, LayersModel::Layer));
    layers->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("panel:Layers"));
    EXPECT_TRUE(dock("guide")->isVisible());
    findNamed<QPushButton>(*window_, "Apply plan")->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("panel:Plan"));
}

TEST_F(WindowGuide, F1OpensTheCardOfTheColumnAndOfTheChoiceThatHasTheFocus) {
    openMeasured();
    auto* layers = findNamed<QTableView>(*window_, "Layers");
    layers->setCurrentIndex(layers->model()->index(2, LayersModel::LeaveOneOut));
    layers->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("card:leave-one-out"));
    findNamed<QComboBox>(*window_, "Structure")->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("card:al-am"));
    findNamed<QComboBox>(*window_, "Method")->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("card:method-flap"));
    findNamed<QComboBox>(*window_, "Healing method")->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("card:continued"));
}

TEST_F(WindowGuide, F1OpensTheCardOfAStepAndOfAnEntryOfTheListOfMethods) {
    openMeasured();
    findNamed<QSlider>(*window_, "Ratio")->setValue(20);
    auto* steps = findNamed<QTableView>(*window_, "Steps");
    steps->setCurrentIndex(steps->model()->index(0, 1));
    steps->setFocus();
    pressF1();
    EXPECT_EQ(guide().page(), QStringLiteral("card:method-flap"));
    auto* add = findNamed<QPushButton>(*window_, "Add step");
    QMenu* widths = nullptr;
    QAction* wanda = nullptr;
    for (QMenu* menu : add->menu()->findChildren<QMenu*>())
        for (QAction* entry : menu->actions())
            if (entry->text() == QStringLiteral("Wanda-sp")) {
                widths = menu;
                wanda = entry;
            }
    ASSERT_NE(wanda, nullptr);
    widths->popup(window_->pos());
    widths->setActiveAction(wanda);
    QTest::keyClick(widths, Qt::Key_F1);
    EXPECT_EQ(guide().page(), QStringLiteral("card:wanda-sp"));
    EXPECT_FALSE(widths->isVisible());
    EXPECT_EQ(steps->model()->rowCount(), 1);  // asking adds nothing
}

TEST_F(WindowGuide, EveryPanelHasAPage) {
    for (const QDockWidget* one : window_->layouts().docks()) {
        const QString title = one->windowTitle();
        EXPECT_TRUE(findPanelPage(title) != nullptr || !panelSection(title).isEmpty())
            << title.toStdString() << " stands neither in resources/guide/panels.md nor in the guide";
    }
}

TEST_F(WindowGuide, HelpLeadsToGlossaryAndMethodsWithTypesetFormulas) {
    auto* browser = findNamed<QTextBrowser>(*window_, "Guide page");
    action("Help", "Glossary")->trigger();
    EXPECT_TRUE(browser->toPlainText().contains(QStringLiteral("Spearman's rank correlation")));
    action("Help", "Methods")->trigger();
    EXPECT_TRUE(browser->toPlainText().contains(QStringLiteral("Wanda-sp")));
    EXPECT_TRUE(browser->toHtml().contains(QStringLiteral("formula:method-flap")));
    // Instead of those in signs.
    EXPECT_FALSE(browser->toPlainText().contains(QStringLiteral("sum_i W_ij^2")));
    EXPECT_EQ(action("Help", "Guide")->shortcut(), QKeySequence(Qt::Key_F1));
}

class WindowTour : public WindowGuide {
protected:
    TourCard* card() { return window_->findChild<TourCard*>(QStringLiteral("tourCard")); }
    QString said() {
        QTest::qWait(30);
        return card()->findChild<QLabel*>(QStringLiteral("tourText"))->text();
    }
    bool says(const QString& words) {
        return QTest::qWaitFor([&] { return said().contains(words); }, 3000);
    }
    QPushButton* pushed(const char* name) {
        for (auto* button : card()->findChildren<QPushButton*>())
            if (button->accessibleName() == QLatin1String(name) && !button->isHidden()) return button;
        return nullptr;
    }
    void press(const char* name) {
        QPushButton* button = nullptr;
        ASSERT_TRUE(QTest::qWaitFor([&] { return (button = pushed(name)) != nullptr; }, 3000)) << name;
        ASSERT_TRUE(button->isEnabled()) << name;
        button->setFocus();
        QTest::keyClick(button, Qt::Key_Space);
        QTest::qWait(30);
    }
    bool done() {
        QTest::qWait(30);
        return pushed("Tour: next") != nullptr;
    }
    // The card is whole in the window, and what it points at is not below it.
    void expectPlaced() {
        QTest::qWait(30);
        EXPECT_TRUE(QTest::qWaitFor([&] { return window_->rect().contains(card()->geometry()); }, 3000));
        const auto apart = [&] {
            return card()->marked().width() >= window_->width() / 2 ||
                   !card()->marked().intersects(card()->geometry());
        };
        EXPECT_TRUE(QTest::qWaitFor(apart, 3000));
    }
    void waitForPreview(std::size_t answered) {
        ASSERT_TRUE(QTest::qWaitFor([&] { return engine_.previewed.size() > answered; }, 3000));
    }
};

TEST_F(WindowTour, LeadsThroughFiveStepsByKeysWithTheNumbersOfTheWindow) {
    findNamed<QPushButton>(*window_, "Guided tour")->click();
    ASSERT_NE(card(), nullptr);
    EXPECT_TRUE(card()->accessibleName().contains(QStringLiteral("1 of 5")));
    EXPECT_FALSE(pushed("Tour: back")->isEnabled());
    EXPECT_FALSE(pushed("Tour: skip")->isEnabled());  // without a model there is nothing to go on with
    expectPlaced();

    press("Tour: Open demo");
    ASSERT_EQ(engine_.opened.size(), 1U);
    engine_.finishOpen();
    EXPECT_TRUE(says(QStringLiteral("twig-6 is open: 6 layers"))) << said().toStdString();
    EXPECT_FALSE(done());  // opened, not measured
    engine_.finishMeasure(true);
    EXPECT_TRUE(says(QStringLiteral("256 tokens"))) << said().toStdString();
    ASSERT_TRUE(QTest::qWaitFor([&] { return done(); }, 3000));
    expectPlaced();

    press("Tour: next");
    EXPECT_TRUE(card()->accessibleName().contains(QStringLiteral("2 of 5")));
    // Least influence: layer 0 (1 - 0.9); least without it: layer 0, 11 against 10.
    EXPECT_TRUE(says(QStringLiteral("Layer 0 turns the residual stream least: block influence 0.1.")))
        << said().toStdString();
    EXPECT_TRUE(says(QStringLiteral("+10.0 %"))) << said().toStdString();
    EXPECT_FALSE(done());
    testing::clickCheckBox(*findNamed<QTableView>(*window_, "Layers"), 4, LayersModel::Chop);
    ASSERT_TRUE(QTest::qWaitFor([&] { return done(); }, 3000));
    EXPECT_TRUE(says(valueOf(*window_, "Parameters after"))) << said().toStdString();
    expectPlaced();

    press("Tour: next");
    EXPECT_FALSE(done());
    waitForPreview(0);
    EXPECT_FALSE(done());
    engine_.finishPreview(10.0, 11.5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return done(); }, 3000));
    EXPECT_TRUE(says(QStringLiteral("10.000 -> 11.500: +15.0 %"))) << said().toStdString();
    expectPlaced();

    press("Tour: next");
    EXPECT_FALSE(done());
    const std::size_t before = engine_.previewed.size();
    press("Tour: Set the ratio to 20.0 %");
    EXPECT_DOUBLE_EQ(window_->workflow().document().width().ratio, 0.2);
    waitForPreview(before);
    engine_.finishPreview(10.0, 12.5);
    ASSERT_TRUE(QTest::qWaitFor([&] { return done(); }, 3000));
    EXPECT_TRUE(says(QStringLiteral("12.500"))) << said().toStdString();
    EXPECT_TRUE(says(valueOf(*window_, "Parameters after"))) << said().toStdString();
    expectPlaced();

    press("Tour: next");
    EXPECT_TRUE(card()->accessibleName().contains(QStringLiteral("5 of 5")));
    press("Tour: Start healing");
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    const QString folder = engine_.healJobs[0].folder;
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Running, 0.25));
    EXPECT_TRUE(says(QStringLiteral("25.0 % of the run is done"))) << said().toStdString();
    RunRecord record = testing::sampleRun("x", RunState::Complete, 20);
    record.folder = folder.toStdString();
    record.evalBefore = 12.25;
    record.evalPerplexity = 10.75;
    Q_EMIT engine_.runChanged(record);
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, folder.toStdString().c_str(), JobState::Done, 1.0));
    EXPECT_TRUE(says(QStringLiteral("Held-out perplexity 12.250 -> 10.750."))) << said().toStdString();
    press("Tour: finish");
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_EQ(card(), nullptr);
}

TEST_F(WindowTour, SurvivesClosedPanelsOtherLayoutsAndSizes) {
    openMeasured();
    action("Help", "Guided tour")->trigger();
    press("Tour: next");
    QTest::qWait(30);
    EXPECT_TRUE(QTest::qWaitFor([&] { return !card()->marked().isEmpty(); }, 3000));
    dock("layers")->close();
    QTest::qWait(50);
    EXPECT_TRUE(QTest::qWaitFor([&] { return card()->marked().isEmpty(); }, 3000));
    expectPlaced();
    ASSERT_NE(pushed("Tour: show Layers"), nullptr);
    press("Tour: show Layers");
    EXPECT_TRUE(dock("layers")->isVisible());
    EXPECT_TRUE(QTest::qWaitFor([&] { return !card()->marked().isEmpty(); }, 3000));
    EXPECT_TRUE(QTest::qWaitFor([&] { return pushed("Tour: show Layers") == nullptr; }, 3000));
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(80);
        EXPECT_TRUE(card()->isVisible());
        expectPlaced();
    }
    window_->resize(1000, 640);
    expectPlaced();
    dock("layers")->show();
    dock("layers")->setFloating(true);
    expectPlaced();
    EXPECT_TRUE(card()->isVisible());
}

TEST_F(WindowTour, IsLeftByEscapeAndLocksNothing) {
    openMeasured();
    action("Help", "Guided tour")->trigger();
    EXPECT_EQ(QApplication::activeModalWidget(), nullptr);
    // What is used beside the card works as ever.
    testing::clickCheckBox(*findNamed<QTableView>(*window_, "Layers"), 2, LayersModel::Chop);
    EXPECT_TRUE(window_->isWindowModified());
    press("Tour: next");
    press("Tour: back");
    EXPECT_TRUE(card()->accessibleName().contains(QStringLiteral("1 of 5")));
    QTest::keyClick(card(), Qt::Key_Escape);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_EQ(card(), nullptr);
}

TEST_F(WindowTour, SaysWhenAChangeMayBeChanceAndWhyThereIsNoNumber) {
    openMeasured();
    action("Help", "Guided tour")->trigger();
    window_->workflow().document().setPartRemoved(4, LayerPart::Layer, true);
    press("Tour: next");
    press("Tour: next");
    waitForPreview(0);
    EXPECT_TRUE(says(QStringLiteral("being measured"))) << said().toStdString();
    PreviewReport report;
    report.changeStandardError = 0.2;
    engine_.finishPreview(10.0, 11.5, report);
    EXPECT_TRUE(says(QStringLiteral("it may be chance"))) << said().toStdString();
    const std::size_t before = engine_.previewed.size();
    window_->workflow().document().setPartRemoved(3, LayerPart::Layer, true);
    waitForPreview(before);
    engine_.fail(EngineTask::Preview, QStringLiteral("leaves.txt: shorter than one window."));
    EXPECT_TRUE(says(QStringLiteral("leaves.txt: shorter than one window"))) << said().toStdString();
    EXPECT_FALSE(done());
    action("Edit", "Undo")->trigger();
    action("Edit", "Undo")->trigger();
    EXPECT_TRUE(says(QStringLiteral("Nothing is chopped"))) << said().toStdString();
}

TEST_F(WindowTour, TellsOfARunThatStopped) {
    openMeasured();
    action("Help", "Guided tour")->trigger();
    for (int i = 0; i < 4; ++i) press(done() ? "Tour: next" : "Tour: skip");
    press("Tour: Start healing");
    ASSERT_EQ(engine_.healJobs.size(), 1U);
    const std::string folder = engine_.healJobs[0].folder.toStdString();
    JobRow row = testing::healJobRow(7, folder.c_str(), JobState::Failed, 0.5);
    row.message = QStringLiteral("the loss is not a finite number");
    Q_EMIT engine_.jobChanged(row);
    RunRecord record = testing::sampleRun("x", RunState::Interrupted, 20);
    record.folder = folder;
    record.problem = row.message.toStdString();
    Q_EMIT engine_.runChanged(record);
    EXPECT_TRUE(says(QStringLiteral("the loss is not a finite number"))) << said().toStdString();
    EXPECT_FALSE(card()->findChild<QLabel*>(QStringLiteral("tourDone"))->isVisible());
}

TEST_F(WindowTour, OfAModelThatIsOpenButNotMeasuredOffersToMeasure) {
    window_->workflow().openDemo();
    engine_.finishOpen();
    engine_.fail(EngineTask::Measure, QStringLiteral("the text is empty"));
    action("Help", "Guided tour")->trigger();
    EXPECT_TRUE(says(QStringLiteral("not been measured"))) << said().toStdString();
    const std::size_t asked = engine_.measured.size();
    press("Tour: Measure");
    EXPECT_EQ(engine_.measured.size(), asked + 1);
    EXPECT_TRUE(says(QStringLiteral("One pass over text"))) << said().toStdString();
}

}  // namespace
}  // namespace secateur
