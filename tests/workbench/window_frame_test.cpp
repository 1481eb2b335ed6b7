// SPDX-License-Identifier: GPL-3.0-or-later
//
// The frame that holds the panels: who gets the room, what lies in front, what stays over a restart.
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QTableView>
#include <QToolBar>

#include <gmock/gmock.h>

#include "tests/widgets/sample_runs.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/dock_place.h"
#include "widgets/panels/message_bar.h"
#include "widgets/plots/plot_canvas.h"
#include "widgets/plots/plot_view.h"

namespace secateur {
namespace {

using testing::findNamed;
using testing::valueOf;

constexpr int kSettled = 700;  // after which a window has the size that its desktop gives it

class WindowFrame : public testing::WindowTest {
protected:
    QDockWidget* dock(const char* id) { return window_->layouts().dock(QLatin1String(id)); }
    bool inFront(const char* id) { return isInFront(*dock(id)); }
    // Where the docks are that are seen.
    std::map<std::string, QRect> places() {
        std::map<std::string, QRect> places;
        for (QDockWidget* dock : window_->layouts().docks()) {
            const std::string id = dock->objectName().toStdString();
            if (inFront(id.c_str())) places[id] = dock->geometry();
        }
        return places;
    }
    void showJobs() {
        if (!dock("jobs")->isVisible()) findNamed<QAbstractButton>(*window_, "Show jobs")->click();
        QTest::qWait(50);
    }
    // Docks are laid out when there is time for it.
    static bool becomes(QDockWidget* dock, int height) {
        const bool is = QTest::qWaitFor([&] { return std::abs(dock->height() - height) <= 2; }, 3000);
        EXPECT_NEAR(dock->height(), height, 2) << dock->objectName().toStdString();
        return is;
    }
    void restart() {
        ASSERT_TRUE(window_->close());
        window_ = std::make_unique<WorkbenchWindow>(engine_, settings_);
        window_->show();
        QTest::qWait(kSettled);
    }
    bool onTop(QWidget& widget) {
        // Docks that come to the front do so when there is time for it.
        return QTest::qWaitFor(
            [&] {
                const QWidget* at = window_->childAt(widget.geometry().center());
                return at == &widget || widget.isAncestorOf(at);
            },
            3000);
    }
};

std::string listed(const std::map<std::string, QRect>& places) {
    std::string text;
    for (const auto& [id, rect] : places)
        text += id + " " + std::to_string(rect.x()) + "," + std::to_string(rect.y()) + " " +
                std::to_string(rect.width()) + "x" + std::to_string(rect.height()) + "\n";
    return text;
}

TEST_F(WindowFrame, ALargerWindowGivesItsHeightToTheViews) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    int explored = 0;
    for (const char* layout : {"Explore", "Plan", "Heal"}) {
        window_->resize(1280, 800);
        window_->layouts().choose(QLatin1String(layout));
        QTest::qWait(50);
        const bool heals = layout == std::string("Heal");
        if (!heals) showJobs();
        QDockWidget* low = dock(heals ? "runs" : "jobs");
        QDockWidget* view = dock(heals ? "curves" : "channels");
        const int lowBefore = low->height();
        const int viewBefore = view->height();
        EXPECT_LT(lowBefore, 260) << layout;
        if (layout == std::string("Explore")) explored = lowBefore;
        // A desktop maximises in several steps.
        window_->resize(1600, 900);
        window_->resize(1920, 1000);
        window_->resize(1920, 1080);
        EXPECT_TRUE(becomes(low, lowBefore)) << layout;
        EXPECT_GT(view->height(), viewBefore + 100) << layout;
        window_->resize(3840, 2160);
        EXPECT_TRUE(becomes(low, lowBefore)) << layout;
    }
    window_->layouts().choose(QStringLiteral("Explore"));
    EXPECT_TRUE(becomes(dock("jobs"), explored));
    restart();
    EXPECT_EQ(window_->size(), QSize(3840, 2160));
    EXPECT_TRUE(becomes(dock("jobs"), explored));
}

TEST_F(WindowFrame, AHeightThatIsDraggedIsKept) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    showJobs();
    const int before = dock("jobs")->height();
    QPoint grip(640, dock("jobs")->y());
    while (window_->childAt(grip) != nullptr && grip.y() > 0) grip.ry() -= 1;
    QTest::mousePress(window_.get(), Qt::LeftButton, {}, grip);
    QTest::mouseMove(window_.get(), grip - QPoint(0, 60));
    QTest::qWait(50);
    QTest::mouseRelease(window_.get(), Qt::LeftButton, {}, grip - QPoint(0, 60));
    QTest::qWait(50);
    EXPECT_TRUE(becomes(dock("jobs"), before + 60));
    window_->resize(1920, 1080);
    QTest::qWait(50);
    EXPECT_TRUE(becomes(dock("jobs"), before + 60));
    restart();
    EXPECT_TRUE(becomes(dock("jobs"), before + 60));
}

TEST_F(WindowFrame, ARestartGivesTheSameWindow) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    for (const char* layout : {"Explore", "Plan", "Heal"}) {
        window_->layouts().choose(QLatin1String(layout));
        QTest::qWait(50);
        restart();
        const auto before = places();
        for (int i = 0; i < 2; ++i) {
            restart();
            EXPECT_EQ(places(), before) << layout << "\nnow\n"
                                        << listed(places()) << "before\n"
                                        << listed(before);
        }
    }
    window_->layouts().choose(QStringLiteral("Explore"));
    window_->resize(1500, 900);
    showJobs();
    window_->resizeDocks({dock("layers"), dock("plan")}, {700, 300}, Qt::Horizontal);
    QTest::qWait(50);
    const auto before = places();
    restart();
    EXPECT_EQ(places(), before) << "now\n" << listed(places()) << "before\n" << listed(before);
}

TEST_F(WindowFrame, AnEndWithoutACloseLosesNoMoreThanASecondOfTheLayout) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    showJobs();
    dock("plan")->hide();
    window_->resize(1400, 900);
    QTest::qWait(1500);
    // What a program that is killed leaves to the next.
    WorkbenchWindow next(engine_, settings_);
    next.show();
    QTest::qWait(kSettled);
    EXPECT_EQ(next.size(), QSize(1400, 900));
    EXPECT_TRUE(next.layouts().dock(QStringLiteral("plan"))->isHidden());
    EXPECT_FALSE(next.layouts().dock(QStringLiteral("jobs"))->isHidden());
}

TEST_F(WindowFrame, AMaximisedWindowComesBackAsItWas) {
    window_->resize(700, 600);
    window_->showMaximized();
    QTest::qWait(kSettled);
    restart();
    ASSERT_TRUE(window_->isMaximized());
    const auto before = places();
    restart();
    EXPECT_EQ(places(), before) << "now\n" << listed(places()) << "before\n" << listed(before);
}

TEST_F(WindowFrame, TheFirstStartShowsTheWaysToOpenAModel) {
    QTest::qWait(50);
    EXPECT_TRUE(inFront("model"));
    EXPECT_FALSE(inFront("layers"));
    QTest::qWait(kSettled);
    EXPECT_TRUE(inFront("model"));
    action("View", "Reset layout")->trigger();
    action("View", "Layout Plan")->trigger();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("model"));
    openMeasured();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("layers"));
    restart();
    EXPECT_TRUE(inFront("model"));
}

TEST_F(WindowFrame, AModelThatOpensBeforeTheWindowHasSettledKeepsItsLayersInFront) {
    restart();
    openMeasured();
    window_->resize(1300, 800);
    QTest::qWait(kSettled);
    EXPECT_TRUE(inFront("layers"));
}

TEST_F(WindowFrame, MessagesLieOverTheWindowAndMoveNothing) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    const auto before = places();
    for (int i = 0; i < 3; ++i) {
        engine_.fail(EngineTask::Measure, QStringLiteral("leaves.txt: shorter than one window."),
                     QStringLiteral("Choose a longer text.").repeated(12));
        QTest::qWait(50);
        MessageBar& bar = window_->messages();
        EXPECT_TRUE(bar.isVisible());
        EXPECT_TRUE(window_->rect().contains(bar.geometry()));
        EXPECT_TRUE(onTop(bar));
        EXPECT_GE(bar.height(), bar.heightForWidth(bar.width()));
        EXPECT_EQ(places(), before) << listed(places());
        findNamed<QAbstractButton>(*window_, "Close message")->click();
        QTest::qWait(50);
        EXPECT_EQ(places(), before) << listed(places());
    }
}

TEST_F(WindowFrame, ALiveErrorSurvivesASwitchOfLayoutAndAClosedOneDoesNot) {
    QTest::qWait(50);
    window_->layouts().choose(QStringLiteral("Plan"));
    engine_.fail(EngineTask::Open, QStringLiteral("/nowhere: no config.json."));
    for (const char* layout : {"Explore", "Heal", "Plan"}) {
        window_->layouts().choose(QLatin1String(layout));
        QTest::qWait(50);
        EXPECT_TRUE(window_->messages().isVisible()) << layout;
        EXPECT_TRUE(QTest::qWaitFor([&] { return onTop(window_->messages()); }, 2000)) << layout;
    }
    showJobs();
    EXPECT_TRUE(onTop(window_->messages()));
    findNamed<QAbstractButton>(*window_, "Close message")->click();
    window_->layouts().choose(QStringLiteral("Explore"));
    QTest::qWait(50);
    EXPECT_FALSE(window_->messages().isVisible());
    // Nothing but the headline is a bar that a saved layout could hide.
    EXPECT_EQ(window_->findChildren<QToolBar*>().size(), 1);
}

TEST_F(WindowFrame, AnErrorGoesWhenItsTaskSucceedsOrIsGivenUp) {
    openMeasured();
    engine_.fail(EngineTask::Apply, QStringLiteral("the disk is full"));
    engine_.finishMeasure();
    EXPECT_TRUE(window_->messages().isVisible());  // still true of what was to be written
    engine_.fail(EngineTask::Apply, QStringLiteral("Cancelled before it began."), {}, true);
    EXPECT_FALSE(window_->messages().isVisible());
    engine_.fail(EngineTask::Measure, QStringLiteral("leaves.txt: too short."));
    EXPECT_TRUE(window_->messages().isVisible());
    engine_.finishMeasure();
    EXPECT_FALSE(window_->messages().isVisible());
    EXPECT_FALSE(window_->workflow().loadPlan(QStringLiteral("/nowhere/p.json")));
    EXPECT_TRUE(window_->messages().isVisible());
    EXPECT_TRUE(window_->workflow().savePlan(folder_.filePath(QStringLiteral("p.json"))));
    EXPECT_FALSE(window_->messages().isVisible());
}

TEST_F(WindowFrame, TheWindowFitsAProjectorWithLargeFonts) {
    const QSize available = window_->screen()->availableSize();
    EXPECT_LE(window_->width(), available.width());
    EXPECT_LE(window_->height(), available.height());
    const QFont usual = QApplication::font();
    QFont large = usual;
    large.setPointSizeF(150.0 / 96.0 * usual.pointSizeF());
    QApplication::setFont(large);
    window_ = std::make_unique<WorkbenchWindow>(engine_, settings_);
    window_->show();
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(50);
        const QSize least = window_->minimumSizeHint();
        std::string widest;
        for (const QDockWidget* dock : window_->layouts().docks())
            widest += dock->objectName().toStdString() + " " +
                      std::to_string(dock->minimumSizeHint().width()) + "x" +
                      std::to_string(dock->minimumSizeHint().height()) + "\n";
        EXPECT_LE(least.width(), 1280 - 16) << layout.toStdString() << "\n" << widest;
        EXPECT_LE(least.height(), 720 - 48) << layout.toStdString() << "\n" << widest;
    }
    QApplication::setFont(usual);
}

TEST_F(WindowFrame, PlotsScrollBeforeTheirPartsLieOverEachOther) {
    openMeasured();
    window_->resize(800, 420);
    QTest::qWait(kSettled);
    for (const char* id : {"channels", "profile", "distribution", "similarity"}) {
        dock(id)->raise();
        QTest::qWait(kSettled);
        auto* view = dock(id)->findChild<PlotView*>();
        ASSERT_NE(view, nullptr) << id;
        const auto* canvas = view->findChild<PlotCanvas*>();
        const QRect drawn(canvas->mapTo(view, QPoint()), canvas->size());
        for (const QWidget* part : view->findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
            if (part->isHidden() || part->isAncestorOf(canvas)) continue;
            EXPECT_FALSE(part->geometry().intersects(drawn)) << id << ": " << part->metaObject()->className()
                                                             << " " << part->accessibleName().toStdString();
        }
        EXPECT_GE(canvas->height(), 5 * canvas->fontMetrics().height()) << id;
    }
}

TEST_F(WindowFrame, NumbersOfTheLayersStayWholeAndTheTableScrolls) {
    openMeasured();
    window_->resize(1000, 650);
    QTest::qWait(kSettled);
    auto* table = findNamed<QTableView>(*window_, "Layers");
    const QAbstractItemModel& model = *table->model();
    for (int column = 0; column < model.columnCount(); ++column) {
        if (table->isColumnHidden(column)) continue;
        for (int row = 0; row < model.rowCount(); ++row) {
            const QString text = model.index(row, column).data().toString();
            EXPECT_LE(table->fontMetrics().horizontalAdvance(text), table->columnWidth(column))
                << text.toStdString() << " in column " << column;
        }
    }
}

TEST_F(WindowFrame, HealingBringsItsCurvesToTheFront) {
    action("View", "Layout Heal")->trigger();
    QTest::qWait(kSettled);
    openMeasured();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("curves"));  // opening hides nothing
    dock("layers")->raise();
    QTest::qWait(50);
    ASSERT_FALSE(inFront("curves"));
    action("Run", "Heal...")->trigger();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("curves"));
    EXPECT_TRUE(inFront("heal"));
    dock("layers")->raise();
    dock("curves")->hide();
    QTest::qWait(50);
    findNamed<QPushButton>(*window_, "Start")->click();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("curves"));
    RunRecord paused = testing::sampleRun("x", RunState::Paused, 5);
    paused.folder = engine_.healJobs.back().folder.toStdString();
    Q_EMIT engine_.runChanged(paused);
    Q_EMIT engine_.jobChanged(testing::healJobRow(7, paused.folder.c_str(), JobState::Done));
    dock("layers")->raise();
    QTest::qWait(50);
    findNamed<QPushButton>(*window_, "Resume")->click();
    ASSERT_EQ(engine_.healJobs.size(), 2U);
    QTest::qWait(50);
    EXPECT_TRUE(inFront("curves"));
}

TEST_F(WindowFrame, JobsAreInTheStatusBarAndTheirListOpensOnDemand) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    for (const char* layout : {"Explore", "Plan", "Heal"}) {
        window_->layouts().choose(QLatin1String(layout));
        QTest::qWait(50);
        EXPECT_FALSE(dock("jobs")->isVisible()) << layout;
    }
    window_->layouts().choose(QStringLiteral("Explore"));
    JobRow job;
    job.id = 3;
    job.name = QStringLiteral("Measure");
    job.state = JobState::Running;
    job.fraction = 0.42;
    job.secondsLeft = 61.0;
    Q_EMIT engine_.jobChanged(job);
    auto* text = window_->findChild<QLabel*>(QStringLiteral("jobText"));
    EXPECT_TRUE(text->isVisible());
    EXPECT_EQ(text->text(), QStringLiteral("Measure, 1:01 left"));
    findNamed<QAbstractButton>(*window_, "Stop job")->click();
    EXPECT_EQ(engine_.cancelled, std::vector<int>{3});
    findNamed<QAbstractButton>(*window_, "Show jobs")->click();
    QTest::qWait(50);
    EXPECT_TRUE(inFront("jobs"));
    findNamed<QAbstractButton>(*window_, "Show jobs")->click();
    QTest::qWait(50);
    EXPECT_FALSE(dock("jobs")->isVisible());
    job.state = JobState::Done;
    Q_EMIT engine_.jobChanged(job);
    EXPECT_FALSE(text->isVisible());
}

TEST_F(WindowFrame, ADockHasOneTitle) {
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(100);
        for (QDockWidget* dock : window_->layouts().docks()) {
            if (dock->isHidden()) continue;
            bool tab = false;
            for (const QDockWidget* other : window_->tabifiedDockWidgets(dock)) tab |= !other->isHidden();
            EXPECT_EQ(dock->titleBarWidget() != nullptr, tab)
                << layout.toStdString() << " " << dock->objectName().toStdString();
        }
    }
    dock("model")->setFloating(true);
    QTest::qWait(50);
    EXPECT_EQ(dock("model")->titleBarWidget(), nullptr);
}

TEST_F(WindowFrame, TheHeadlineIsSeenInEveryLayoutAndKeepsItsNumbersWhole) {
    openMeasured();
    window_->resize(1280, 800);
    QTest::qWait(kSettled);
    for (const QString& layout : DockLayouts::names()) {
        window_->layouts().choose(layout);
        QTest::qWait(50);
        for (const int width : {1280, 900, 640}) {
            window_->resize(width, 720);
            QTest::qWait(50);
            EXPECT_TRUE(findNamed<QPushButton>(*window_, "Next action")->isVisible());
            for (const char* name : {"Headline perplexity", "Headline parameters", "Headline size"}) {
                const auto* value = findNamed<QLineEdit>(*window_, name);
                if (value->isVisible()) {
                    EXPECT_LE(value->fontMetrics().horizontalAdvance(value->text()), value->width()) << name;
                }
            }
        }
        EXPECT_TRUE(findNamed<QLineEdit>(*window_, "Headline perplexity")->isVisible());
    }
}

}  // namespace
}  // namespace secateur
