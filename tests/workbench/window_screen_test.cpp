// SPDX-License-Identifier: GPL-3.0-or-later
//
// Large text, the whole screen, one panel alone, from dock to dock, preferences, figures, and long jobs seen
// from outside.
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <algorithm>

#include <gmock/gmock.h>

#include "app/workbench/job_watch.h"
#include "app/workbench/preferences_dialog.h"
#include "app/workbench/screen_modes.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/dock_place.h"
#include "widgets/panels/message_bar.h"
#include "widgets/plots/plot_view.h"

namespace secateur {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::findNamed;
using ::testing::SizeIs;

class WindowScreen : public testing::WindowTest {
protected:
    WindowScreen() {
        window_->resize(1280, 800);
        openMeasured();
        window_->activateWindow();
        static_cast<void>(QTest::qWaitForWindowActive(window_.get()));
        QTest::qWait(30);
    }
    ~WindowScreen() override {
        settings_.setTextSize(100);  // of the application, which other tests go on with
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QWidget* at = QApplication::focusWidget();
        QTest::keyClick(at != nullptr ? at : window_.get(), key, modifiers);
        QTest::qWait(20);
    }
    QDockWidget* focused() {
        for (QWidget* widget = QApplication::focusWidget(); widget != nullptr;
             widget = widget->parentWidget())
            if (auto* dock = qobject_cast<QDockWidget*>(widget)) return dock;
        return nullptr;
    }
    QDockWidget* dock(const char* id) { return window_->layouts().dock(QLatin1String(id)); }
    QWidget* stage() { return window_->findChild<QWidget*>(QStringLiteral("stage")); }
};

TEST_F(WindowScreen, F6VisitsEveryDockThatIsSeenAndComesRound) {
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(50);
        int seen = 0;
        for (const QDockWidget* each : window_->layouts().docks())
            if (isInFront(*each)) ++seen;
        ASSERT_GE(seen, 2);  // Compare has two places in a window as low as this
        QList<QDockWidget*> visited;
        for (int i = 0; i < seen; ++i) {
            press(Qt::Key_F6);
            ASSERT_NE(focused(), nullptr);
            EXPECT_FALSE(visited.contains(focused())) << focused()->windowTitle().toStdString();
            EXPECT_TRUE(isInFront(*focused()));
            visited << focused();
            const auto* frame = window_->findChild<QWidget*>(QStringLiteral("dockFrame"));
            ASSERT_NE(frame, nullptr);
            EXPECT_TRUE(frame->isVisible());
            EXPECT_EQ(frame->geometry(), focused()->geometry());
        }
        press(Qt::Key_F6);
        EXPECT_EQ(focused(), visited.first());
        press(Qt::Key_F6, Qt::ShiftModifier);
        EXPECT_EQ(focused(), visited.last());
    }
}

TEST_F(WindowScreen, F6ComesBackToTheControlThatHadTheFocus) {
    auto* ratio = findNamed<QWidget>(*window_, "Ratio percent");
    ratio->setFocus();
    press(Qt::Key_F6);
    ASSERT_NE(focused(), dock("plan"));
    press(Qt::Key_F6, Qt::ShiftModifier);
    EXPECT_EQ(QApplication::focusWidget(), ratio);
}

TEST_F(WindowScreen, TextGrowsAndShrinksAndIsKept) {
    const double usual = window_->fontInfo().pointSizeF();
    press(Qt::Key_Plus, Qt::ControlModifier);
    press(Qt::Key_Equal, Qt::ControlModifier);
    EXPECT_NEAR(window_->font().pointSizeF(), 1.2 * usual, 0.3);
    auto* plot = window_->findChild<PlotView*>();
    EXPECT_NEAR(plot->font().pointSizeF(), 1.2 * usual, 0.3);
    EXPECT_EQ(Settings(folder_.filePath(QStringLiteral("s.ini"))).textSize(), 120);
    press(Qt::Key_Minus, Qt::ControlModifier);
    EXPECT_EQ(settings_.textSize(), 110);
    press(Qt::Key_0, Qt::ControlModifier);
    EXPECT_EQ(settings_.textSize(), 100);
    EXPECT_NEAR(window_->font().pointSizeF(), usual, 0.1);
    for (int i = 0; i < 40; ++i) action("View", "Larger text")->trigger();
    EXPECT_EQ(settings_.textSize(), Settings::kMostTextSize);
}

TEST_F(WindowScreen, F11TakesTheWholeScreen) {
    press(Qt::Key_F11);
    EXPECT_TRUE(window_->isFullScreen());
    EXPECT_TRUE(action("View", "Full screen")->isChecked());
    press(Qt::Key_F11);
    EXPECT_FALSE(window_->isFullScreen());
    EXPECT_FALSE(action("View", "Full screen")->isChecked());
}

TEST_F(WindowScreen, OnePanelIsPresentedAloneWithLargeText) {
    auto* profile = dock("channels");
    profile->raise();
    QTest::qWait(20);
    auto* plot = profile->findChild<PlotView*>();
    const double usual = plot->font().pointSizeF();
    QWidget* panel = profile->widget();
    const QSize before = profile->size();
    profile->findChild<QComboBox*>()->setFocus();
    press(Qt::Key_F11, Qt::ShiftModifier);
    ASSERT_NE(stage(), nullptr);
    EXPECT_TRUE(window_->isFullScreen());
    EXPECT_TRUE(stage()->isAncestorOf(panel));
    EXPECT_EQ(stage()->geometry(), window_->rect());
    EXPECT_TRUE(plot->isVisible());
    EXPECT_NEAR(plot->font().pointSizeF(), 1.6 * usual, 0.3);
    EXPECT_TRUE(action("View", "Present panel")->isChecked());
    for (int i = 0; i < 20; ++i) {
        press(Qt::Key_Tab);
        ASSERT_TRUE(stage()->isAncestorOf(QApplication::focusWidget()) ||
                    stage() == QApplication::focusWidget());
    }
    press(Qt::Key_Z, Qt::ControlModifier);  // shortcuts of the window go on to work
    press(Qt::Key_Escape);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    EXPECT_EQ(stage(), nullptr);
    EXPECT_FALSE(window_->isFullScreen());
    EXPECT_EQ(profile->widget(), panel);
    EXPECT_TRUE(plot->isVisible());
    EXPECT_NEAR(plot->font().pointSizeF(), usual, 0.1);
    EXPECT_FALSE(action("View", "Present panel")->isChecked());
    QTest::qWait(50);
    EXPECT_LE(std::abs(profile->width() - before.width()), 2);
    EXPECT_EQ(focused(), profile);
}

TEST_F(WindowScreen, WhilePresentingF6ShowsTheNextPanel) {
    findNamed<QWidget>(*window_, "Ratio percent")->setFocus();
    action("View", "Present panel")->trigger();
    ASSERT_EQ(window_->screenModes().presented(), dock("plan"));
    action("View", "Next panel")->trigger();
    const QDockWidget* next = window_->screenModes().presented();
    ASSERT_NE(next, nullptr);
    EXPECT_NE(next, dock("plan"));
    action("View", "Previous panel")->trigger();
    EXPECT_EQ(window_->screenModes().presented(), dock("plan"));
    EXPECT_TRUE(window_->close());  // with a panel on the stage
}

class Told final : public Notifier {
public:
    struct Words {
        QStringList told;
        QList<double> progress;  // -1: none
    };
    explicit Told(std::shared_ptr<Words> words) : words_(std::move(words)) {}
    void notify(const QString& title, const QString& text) override {
        words_->told << title + QLatin1Char('|') + text;
    }
    void showProgress(std::optional<double> fraction) override {
        words_->progress << fraction.value_or(-1.0);
    }

private:
    std::shared_ptr<Words> words_;
};

class LongJobs : public WindowScreen {
protected:
    LongJobs() { window_->jobWatch().setNotifier(std::make_unique<Told>(words_)); }
    void say(JobState state, double fraction = 0.0) {
        JobRow row;
        row.id = 7;
        row.name = QStringLiteral("Measure");
        row.state = state;
        row.fraction = fraction;
        row.message =
            state == JobState::Failed ? QStringLiteral("the disk is full") : QStringLiteral("4096 tokens");
        Q_EMIT engine_.jobChanged(row);
    }
    void lookAway() {
        other_.show();
        other_.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&other_));
        ASSERT_FALSE(window_->isActiveWindow());
    }
    std::shared_ptr<Told::Words> words_ = std::make_shared<Told::Words>();
    QWidget other_;
};

TEST_F(LongJobs, AreToldOfWhenTheyEndAndNobodyLooks) {
    window_->jobWatch().setPatience(0, 30);
    lookAway();
    say(JobState::Running, 0.1);
    QTest::qWait(50);
    say(JobState::Done, 1.0);
    EXPECT_THAT(words_->told, ElementsAre(QStringLiteral("Measure is done|4096 tokens")));
    say(JobState::Running, 0.1);
    QTest::qWait(50);
    say(JobState::Failed);
    EXPECT_THAT(words_->told, Contains(QStringLiteral("Measure failed|the disk is full")));
}

TEST_F(LongJobs, AreNotToldOfWhenShortCancelledOrInSight) {
    window_->jobWatch().setPatience(0, 30);
    say(JobState::Running, 0.1);
    QTest::qWait(50);
    say(JobState::Done, 1.0);  // in sight
    {
        QDialog dialog(window_.get());
        dialog.show();
        dialog.activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowActive(&dialog));
        say(JobState::Running, 0.1);
        QTest::qWait(50);
        say(JobState::Done, 1.0);  // in sight behind a dialog
    }
    lookAway();
    say(JobState::Running, 0.1);
    say(JobState::Done, 1.0);  // short
    say(JobState::Running, 0.1);
    QTest::qWait(50);
    say(JobState::Cancelled);
    EXPECT_TRUE(words_->told.isEmpty());
}

TEST_F(LongJobs, ShowHowFarTheyAreInTheTitle) {
    window_->jobWatch().setPatience(30, 1000);
    say(JobState::Running, 0.1);
    EXPECT_TRUE(window_->windowTitle().startsWith(QStringLiteral("Secateur")));
    QTest::qWait(50);
    say(JobState::Running, 0.425);
    EXPECT_TRUE(window_->windowTitle().startsWith(QStringLiteral("42 % - Secateur")))
        << window_->windowTitle().toStdString();
    say(JobState::Done, 1.0);
    EXPECT_TRUE(window_->windowTitle().startsWith(QStringLiteral("Secateur")));
    EXPECT_EQ(words_->progress, (QList<double>{0.425, -1.0}));
}

class WindowPreferences : public WindowScreen {
protected:
    WindowPreferences() {
        action("Edit", "Preferences...")->trigger();
        dialog_ = window_->findChild<PreferencesDialog*>();
    }
    int shownSettings() {
        int shown = 0;
        for (const QWidget* row : dialog_->findChildren<QWidget*>(QStringLiteral("setting")))
            if (row->isVisible()) ++shown;
        return shown;
    }
    void accept() {
        for (QPushButton* button : dialog_->findChildren<QPushButton*>())
            if (button->text().contains(QStringLiteral("OK")))
                return QTest::mouseClick(button, Qt::LeftButton);
        ADD_FAILURE() << "no OK";
    }
    PreferencesDialog* dialog_ = nullptr;
};

TEST_F(WindowPreferences, AreKeptByOkAndFollowed) {
    const QPalette before = QApplication::palette();
    findNamed<QComboBox>(*dialog_, "Device")->setCurrentText(QStringLiteral("cpu"));
    findNamed<QComboBox>(*dialog_, "Arithmetic")->setCurrentText(QStringLiteral("f32"));
    findNamed<QSpinBox>(*dialog_, "Threads")->setValue(3);
    findNamed<QLineEdit>(*dialog_, "Memory limit")->setText(QStringLiteral("8 GB"));
    findNamed<QCheckBox>(*dialog_, "Measure when opening a model")->setChecked(false);
    findNamed<QCheckBox>(*dialog_, "Leave one out when measuring")->setChecked(true);
    findNamed<QSpinBox>(*dialog_, "Preferred preview windows")->setValue(5);
    findNamed<QSpinBox>(*dialog_, "Preferred calibration windows")->setValue(6);
    findNamed<QLineEdit>(*dialog_, "Workspace")->setText(folder_.filePath(QStringLiteral("elsewhere")));
    findNamed<QComboBox>(*dialog_, "Theme")->setCurrentText(QStringLiteral("Dark"));
    findNamed<QSpinBox>(*dialog_, "Text size")->setValue(130);
    EXPECT_EQ(settings_.compute(), ComputeChoice{});  // nothing before OK
    accept();
    const Settings kept(folder_.filePath(QStringLiteral("s.ini")));
    EXPECT_EQ(kept.compute(),
              (ComputeChoice{QStringLiteral("cpu"), QStringLiteral("f32"), 3, 8'000'000'000}));
    EXPECT_EQ(kept.evaluation().windows, 5);
    EXPECT_EQ(kept.calibration().windows, 6);
    EXPECT_EQ(kept.workspace(), folder_.filePath(QStringLiteral("elsewhere")));
    EXPECT_EQ(kept.textSize(), 130);
    EXPECT_EQ(kept.theme(), Theme::Dark);
    EXPECT_FALSE(action("Run", "Measure when opening")->isChecked());
    EXPECT_TRUE(action("Run", "Leave one out when measuring")->isChecked());
    EXPECT_TRUE(action("View", "Dark theme")->isChecked());
    EXPECT_LT(QApplication::palette().color(QPalette::Window).lightness(), 128);
    settings_.setTheme(Theme::System);
    QApplication::setPalette(before);
    QApplication::setStyle(QStringLiteral("Fusion"));
}

TEST_F(WindowPreferences, SearchShowsWhatMatchesAndSaysWhenNothingDoes) {
    const int all = shownSettings();
    EXPECT_GE(all, 12);
    auto* search = findNamed<QLineEdit>(*dialog_, "Search settings");
    QTest::keyClicks(search, QStringLiteral("text size"));
    EXPECT_EQ(shownSettings(), 1);
    EXPECT_TRUE(findNamed<QSpinBox>(*dialog_, "Text size")->isVisible());
    search->setText(QStringLiteral("dtype"));
    EXPECT_TRUE(findNamed<QComboBox>(*dialog_, "Arithmetic")->isVisible());
    search->setText(QStringLiteral("zebra"));
    EXPECT_EQ(shownSettings(), 0);
    bool said = false;
    for (const QLabel* label : dialog_->findChildren<QLabel*>())
        said = said || (label->isVisible() && label->text() == QStringLiteral("No setting has these words."));
    EXPECT_TRUE(said);
    search->clear();
    EXPECT_EQ(shownSettings(), all);
}

TEST_F(WindowPreferences, WhatCannotBeKeptIsSaidAndCancelKeepsNothing) {
    auto* memory = findNamed<QLineEdit>(*dialog_, "Memory limit");
    memory->setText(QStringLiteral("plenty"));
    const auto* problem = dialog_->findChild<QLabel*>(QStringLiteral("preferencesProblem"));
    EXPECT_TRUE(problem->isVisible());
    EXPECT_TRUE(problem->text().contains(QStringLiteral("8 GB")));
    accept();
    EXPECT_TRUE(dialog_->isVisible());
    memory->setText(QStringLiteral("2 GB"));
    EXPECT_FALSE(problem->isVisible());
    dialog_->reject();
    EXPECT_EQ(settings_.compute(), ComputeChoice{});
}

TEST_F(WindowScreen, EveryFigureIsExportedWithWhereItsNumbersComeFrom) {
    QTest::qWait(300);  // plots that follow late have followed
    action("File", "Export all figures...")->trigger();
    const QString folder = folder_.filePath(QStringLiteral("figures"));
    findNamed<QLineEdit>(*window_, "Folder of the figures")->setText(folder);
    QPushButton* go = nullptr;
    for (QPushButton* button : window_->findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Export")) go = button;
    }
    ASSERT_NE(go, nullptr);
    for (QCheckBox* box : window_->findChildren<QCheckBox*>())
        if (box->text().startsWith(QStringLiteral("PDF")) || box->text().startsWith(QStringLiteral("CSV")))
            box->setChecked(true);
    QTest::mouseClick(go, Qt::LeftButton);
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return window_->messages().message().startsWith(QStringLiteral("Exported")); }, 30000))
        << window_->messages().message().toStdString();
    int shown = 0;
    for (const PlotView* plot : window_->findChildren<PlotView*>())
        if (!plot->isEmpty()) ++shown;
    ASSERT_GE(shown, 4);
    for (const char* suffix : {"*.png", "*.svg", "*.pdf", "*.csv"})
        EXPECT_THAT(QDir(folder).entryList({QLatin1String(suffix)}), SizeIs(shown)) << suffix;
    EXPECT_TRUE(window_->messages().message().contains(QStringLiteral("Nothing to draw yet: ")));
    QFile svg(QDir(folder).filePath(QStringLiteral("channels.svg")));
    ASSERT_TRUE(svg.open(QIODevice::ReadOnly));
    const QString drawn = QString::fromUtf8(svg.readAll());
    const QString provenance = dock("channels")->findChild<PlotView*>()->provenance();
    ASSERT_FALSE(provenance.isEmpty());
    EXPECT_TRUE(drawn.contains(provenance.section(QLatin1Char(','), 0, 0))) << provenance.toStdString();
    QFile pdf(QDir(folder).filePath(QStringLiteral("channels.pdf")));
    ASSERT_TRUE(pdf.open(QIODevice::ReadOnly));
    EXPECT_TRUE(pdf.readAll().startsWith("%PDF"));
    EXPECT_EQ(QImage(QDir(folder).filePath(QStringLiteral("channels.png"))).size(), QSize(1920, 1200));
}

// Text that is made larger later must not be cut where sizes went by the text of the beginning.
TEST_F(WindowScreen, LargeTextIsReadWholeInTablesAndNumbers) {
    settings_.setTextSize(130);
    QTest::qWait(100);
    auto* layers = findNamed<QTableView>(*window_, "Layers");
    const QFontMetrics metrics = layers->horizontalHeader()->fontMetrics();
    for (int column = 0; column < layers->model()->columnCount(); ++column) {
        if (layers->isColumnHidden(column)) continue;
        const QString title = layers->model()->headerData(column, Qt::Horizontal).toString();
        EXPECT_GE(layers->columnWidth(column), metrics.horizontalAdvance(title)) << title.toStdString();
    }
    EXPECT_GE(layers->rowHeight(0), metrics.height());
    auto* steps = findNamed<QTableView>(*window_, "Steps");
    const int used = steps->verticalHeader()->length();
    EXPECT_GE(steps->viewport()->height(), std::min(used, 3 * steps->fontMetrics().height()));
    EXPECT_GE(steps->rowHeight(0), steps->fontMetrics().height());
    window_->workflow().document().setPartRemoved(1, LayerPart::Mlp, true);
    QTest::qWait(50);
    PreviewReport report;
    report.denseStandardError = report.planStandardError = 0.123;
    report.changeStandardError = 0.012;
    engine_.finishPreview(1234.5, 2345.6, report);
    QTest::qWait(50);
    for (const char* name : {"Dense perplexity", "Planned perplexity", "Perplexity change"}) {
        const auto* value = findNamed<QLineEdit>(*window_, name);
        const int needed = value->fontMetrics().horizontalAdvance(value->text());
        EXPECT_GE(value->width(), needed) << name << ": " << value->text().toStdString();
        const QWidget* sight = value->parentWidget()->parentWidget()->parentWidget();  // of the scroll area
        EXPECT_LE(value->mapTo(sight, QPoint(needed, 0)).x(), sight->width()) << name;
    }
}

TEST_F(WindowScreen, TheFormOfAFigureIsThatOfAllPlotsAndOfTheNextWindow) {
    const auto plots = window_->findChildren<PlotView*>();
    ASSERT_GE(plots.size(), 4);
    for (QAction* entry : plots[1]->actions())
        if (entry->text() == QStringLiteral("Save PDF...")) entry->trigger();
    auto* dialog = plots[1]->findChild<QDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto* size = findNamed<QComboBox>(*dialog, "Size");
    size->setCurrentText(QStringLiteral("Column of a paper"));
    Q_EMIT size->activated(size->currentIndex());
    for (QPushButton* button : dialog->findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("Save...")) QTest::mouseClick(button, Qt::LeftButton);
    for (const PlotView* plot : plots) EXPECT_EQ(plot->figureForm().size, QSizeF(85, 60));
    WorkbenchWindow next(engine_, settings_);
    EXPECT_EQ(next.findChild<PlotView*>()->figureForm().size, QSizeF(85, 60));
}

TEST_F(WindowScreen, EveryPlotOffersImageNumbersAndThreeKindsOfFiles) {
    const auto plots = window_->findChildren<PlotView*>();
    ASSERT_GE(plots.size(), 7);
    for (const PlotView* plot : plots) {
        QStringList texts;
        for (const QAction* entry : plot->actions()) texts << entry->text();
        for (const char* entry : {"Copy image", "Copy numbers as CSV", "Save PNG...", "Save SVG...",
                                  "Save PDF...", "Save CSV..."})
            EXPECT_THAT(texts, Contains(QLatin1String(entry))) << plot->title().toStdString();
    }
}

}  // namespace
}  // namespace secateur
