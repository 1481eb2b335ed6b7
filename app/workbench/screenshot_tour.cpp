// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/screenshot_tour.h"

#include <QAbstractButton>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QPixmap>
#include <string>
#include <utility>
#include <vector>

#include "app/workbench/panels_page.h"
#include "app/workbench/theme.h"
#include "app/workbench/workbench_window.h"
#include "core/base/error.h"
#include "core/planning/planner.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/whole_file.h"
#include "widgets/panels/message_bar.h"

namespace secateur {
namespace {

constexpr int kLookMilliseconds = 100;
constexpr int kMostLooks = 9000;  // fifteen minutes
constexpr HealMethod kHeals[] = {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill};
constexpr int kHealSteps = 20;
constexpr int kPausedAfter = 12;                    // steps of the last
constexpr double kRatios[] = {0.4, 0.3, 0.1, 0.2};  // points of the trade-off; the last is what is shown

}  // namespace

ScreenshotTour::ScreenshotTour(WorkbenchWindow& window, Wishes wishes, QObject* parent)
    : QObject(parent), window_(window), wishes_(std::move(wishes)), folder_(wishes_.folder) {
    timer_.setInterval(kLookMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &ScreenshotTour::look);
    connect(&window_.workflow(), &Workflow::problemRaised, this,
            [this](const Problem& problem) { problem_ = problem.message; });
}

void ScreenshotTour::start() {
    timer_.start();
}

bool ScreenshotTour::settled() const {
    Workflow& workflow = window_.workflow();
    const auto& analysis = workflow.document().analysis();
    if (analysis == nullptr || workflow.preview().state() != PreviewFeed::State::Current) return false;
    return analysis->leaveOneOut.has_value() || !workflow.leaveOneOutExpected();
}

void ScreenshotTour::look() {
    if (!problem_.isEmpty()) return end();
    if (!steps_.empty()) {
        steps_.front()();
        steps_.pop_front();
        return steps_.empty() ? end() : void();
    }
    if (++waited_ > kMostLooks) {
        problem_ = tr("The model was not measured and previewed in time.");
        return end();
    }
    if (!settled()) return;
    if (!wishes_.page.isEmpty()) writePage();
    if (wishes_.folder.isEmpty() || !problem_.isEmpty()) return end();
    if (planned_ == std::size(kRatios)) return healed() && compared() && tried() ? planPictures() : void();
    if (planned_ == 0) chopOne();
    narrow(kRatios[planned_++]);
}

void ScreenshotTour::end() {
    timer_.stop();
    const bool complete = problem_.isEmpty();
    Q_EMIT finished(complete, complete ? done_.join(QLatin1Char('\n')) : problem_);
}

void ScreenshotTour::writePage() {
    const QString page = std::exchange(wishes_.page, {});
    try {
        replaceWhole(page, panelsPage(window_).toUtf8());
        done_ << tr("Wrote %1.").arg(page);
    } catch (const Error& error) {
        problem_ = QString::fromStdString(error.message());
    }
}

void ScreenshotTour::chopOne() {
    PlanDocument& document = window_.workflow().document();
    const int layers = document.model()->config.layerCount();
    if (layers > 2)
        document.setPartRemoved(
            document.model()->config.layers[static_cast<std::size_t>(layers) / 3].originalLayer,
            LayerPart::Layer, true);
    const int middle = document.model()->config.layers[static_cast<std::size_t>(layers) / 2].originalLayer;
    window_.selection().setLayer(middle);
    window_.channels().pin({middle, UnitKind::Channels, 0});
}

void ScreenshotTour::narrow(double ratio) {
    PlanDocument& document = window_.workflow().document();
    WidthRequest width = document.width();
    width.ratio = ratio;
    document.setWidth(tr("Set ratio to %1 %").arg(qRound(100.0 * width.ratio)), width);
}

bool ScreenshotTour::healed() {
    RunBoard& board = window_.workflow().runs();
    Settings& settings = window_.workflow().settings();
    if (heals_ == 0) {
        usualWorkspace_ = settings.workspace();
        settings.setWorkspace(runs_.path());
    }
    const RunEntry* run = heals_ > 0 ? board.current() : nullptr;
    if (run != nullptr && run->active()) {
        const bool enough = heals_ == std::size(kHeals) && run->record.steps >= kPausedAfter;
        if (enough && run->canPause()) board.pause(run->folder());
        return false;
    }
    if (heals_ == std::size(kHeals)) return true;
    HealDraft draft;
    draft.options = usualOptions(kHeals[heals_++]);
    draft.budget = kHealSteps;
    window_.workflow().heal(draft, 0);
    return false;
}

bool ScreenshotTour::compared() {
    if (!std::exchange(comparing_, true)) {
        std::vector<std::string> usual;
        for (const ChopStrategy& strategy : chopStrategyTable())
            if (strategy.comparedFirst) usual.push_back(strategy.name);
        window_.chopLab().compare(usual);
    }
    return !window_.chopLab().running();
}

// The demo's own ones; a list that there is stays.
void ScreenshotTour::askDemoQuestions() {
    const QString model = window_.workflow().engine().demoModel();
    const QString file = QFileInfo(model).dir().filePath(QStringLiteral("choice-shop.jsonl"));
    EvaluationFeed& evaluation = window_.evaluation();
    asksDemo_ = evaluation.tasks().empty() && QFileInfo::exists(file);
    if (asksDemo_) evaluation.addFiles({file});
}

// A panel that nobody sees does not know what its buttons may do.
bool ScreenshotTour::tried() {
    const auto named = [this](const char* name) -> QAbstractButton* {
        for (auto* button : window_.findChildren<QAbstractButton*>())
            if (button->accessibleName() == tr(name)) return button;
        return nullptr;
    };
    struct Try {
        const char *dock, *start, *stop;
    };
    constexpr Try kTries[] = {{"completions", QT_TR_NOOP("Write completions"), QT_TR_NOOP("Stop writing")},
                              {"take-back", QT_TR_NOOP("Try each cut"), QT_TR_NOOP("Stop trying")},
                              {"evaluate", QT_TR_NOOP("Start evaluating"), QT_TR_NOOP("Stop evaluating")},
                              {"bench", QT_TR_NOOP("Start the bench"), QT_TR_NOOP("Stop the bench")}};
    if (tries_ == std::size(kTries)) return true;
    if (tries_ == 0 && !trying_) askDemoQuestions();
    const auto& [dock, start, stop] = kTries[tries_];
    if (!std::exchange(trying_, true)) {
        auto* panel = window_.findChild<QDockWidget*>(QLatin1String(dock));
        panel->show();
        panel->raise();
        return false;
    }
    if (!pressed_) {
        QAbstractButton* begin = named(start);
        pressed_ = begin->isEnabled();
        begin->click();
        return false;
    }
    if (named(stop)->isEnabled()) return false;
    trying_ = pressed_ = false;
    return ++tries_ == std::size(kTries);
}

void ScreenshotTour::save(QWidget& widget, const QString& name) {
    const QString path = QDir(folder_).filePath(name + QStringLiteral(".png"));
    if (!widget.grab().save(path)) problem_ = tr("%1: cannot be written.").arg(path);
}

void ScreenshotTour::resize(const QSize& size) {
    window_.resize(size);
    if (wishes_.sizes.size() > 1)
        folder_ = QDir(wishes_.folder).filePath(QStringLiteral("%1x%2").arg(size.width()).arg(size.height()));
    QDir().mkpath(folder_);
}

void ScreenshotTour::planPictures() {
    done_ << tr("Saved screenshots to %1.").arg(folder_);
    const Theme before = window_.workflow().settings().theme();
    for (const QSize& size : wishes_.sizes.isEmpty() ? QList<QSize>{window_.size()} : wishes_.sizes) {
        steps_.push_back([this, size] { resize(size); });
        for (const auto& [theme, suffix] : {std::pair(Theme::Light, QStringLiteral("-light")),
                                            std::pair(Theme::Dark, QStringLiteral("-dark"))}) {
            steps_.push_back([this, theme = theme] {
                applyTheme(theme);
                window_.messages().clear();  // they would lie over what is shown
            });
            planTheme(suffix);
        }
    }
    steps_.push_back([this, before] {
        applyTheme(before);
        window_.workflow().settings().setWorkspace(usualWorkspace_);
        if (asksDemo_) window_.evaluation().removeTasks({0});
    });
}

void ScreenshotTour::planTheme(const QString& suffix) {
    const auto picture = [this](QWidget* widget, const QString& name) {
        steps_.push_back([this, widget, name] { save(*widget, name); });
    };
    const auto showDock = [this](QDockWidget* dock) {
        steps_.push_back([dock] {
            dock->show();
            dock->raise();
        });
    };
    // As it comes in a window of this size.
    const auto showLayout = [this](const QString& layout) {
        steps_.push_back([this, layout] {
            window_.layouts().choose(layout);
            window_.layouts().reset();
        });
        steps_.push_back([] {});  // what comes to be seen is made then
    };
    for (const QString& layout : DockLayouts::names()) {
        showLayout(layout);
        picture(&window_, QStringLiteral("window-") + layout.toLower() + suffix);
    }
    // There they have the middle of the window to themselves.
    const QStringList ofHealing{
        QStringLiteral("heal"),        QStringLiteral("curves"),   QStringLiteral("runs"),
        QStringLiteral("chop-lab"),    QStringLiteral("tradeoff"), QStringLiteral("compare"),
        QStringLiteral("scatter"),     QStringLiteral("losses"),   QStringLiteral("take-back"),
        QStringLiteral("completions"), QStringLiteral("evaluate"), QStringLiteral("bench")};
    for (QDockWidget* dock : window_.layouts().docks()) {
        showLayout(ofHealing.contains(dock->objectName()) ? QStringLiteral("Heal")
                                                          : DockLayouts::names().first());
        showDock(dock);
        picture(dock->widget(), dock->objectName() + suffix);
    }
    showLayout(DockLayouts::names().first());
}

}  // namespace secateur
