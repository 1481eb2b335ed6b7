// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <memory>

#include "app/workbench/desktop_notifier.h"
#include "app/workbench/dock_keys.h"
#include "app/workbench/layout_keeper.h"
#include "app/workbench/loss_guard.h"
#include "app/workbench/screen_modes.h"
#include "app/workbench/window_menus.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/command_text.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/take_back.h"
#include "widgets/document/window_words.h"
#include "widgets/guide/dock_place.h"
#include "widgets/panels/combo_box_accessible.h"
#include "widgets/panels/heal_panel.h"
#include "widgets/panels/input_rules.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/left_bar.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/model_panel.h"
#include "widgets/panels/plan_panel.h"
#include "widgets/panels/preview_panel.h"
#include "widgets/panels/runs_panel.h"
#include "widgets/panels/value_label.h"
#include "widgets/plots/activation_view.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/roofline_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {
namespace {

const char* const kFigures = "figures";  // their form, among the choices of plots

// With room for the frame that the desktop puts around it.
QSize firstSize(const QSize& available) {
    constexpr QSize kUsual(1280, 800);
    constexpr QSize kFrame(16, 48);
    return kUsual.boundedTo(available - kFrame);
}

}  // namespace

WorkbenchWindow::WorkbenchWindow(EngineClient& engine, Settings& settings, QWidget* parent)
    : QMainWindow(parent),
      settings_(settings),
      workflow_(engine, settings),
      channels_(
          workflow_.document(), engine,
          [this] {
              return ChannelFeed::Text{workflow_.calibrationText(), windowOptions(settings_.calibration())};
          }),
      layouts_(*this, settings),
      messages_(new MessageBar(this)),
      status_(new ValueLabel(tr("Status"), this)) {
    installComboBoxAccessibility();
    installInputRules();
    setAccessibleName(QStringLiteral("Secateur"));
    setAcceptDrops(true);
    statusBar()->addWidget(status_, 1);
    messages_->lieOver(*this);
    buildDocks();
    buildFrame();
    buildGuide();
    connectPanels();
    connectHealing();
    connectPlots();
    connectWorkflow();
    connectMessages();
    connectLossGuard();
    dockKeys_ = new DockKeys(*this, layouts_);
    modes_ = new ScreenModes(*this, *dockKeys_, settings_);
    jobWatch_ = new JobWatch(engine, *this, std::make_unique<DesktopNotifier>(*this));
    connect(jobWatch_, &JobWatch::progressChanged, this, &WorkbenchWindow::refreshTitle);
    buildMenus(*this);
    showStatus(workflow_.status());
    refreshTitle();
    if (!restoreGeometry(settings_.geometry())) resize(firstSize(screen()->availableSize()));
    connect(&layouts_, &DockLayouts::arranged, this, &WorkbenchWindow::showWelcome);
    layouts_.restore();
    layoutKeeper_ = new LayoutKeeper(*this, layouts_, settings_);
}

WorkbenchWindow::~WorkbenchWindow() = default;

void WorkbenchWindow::connectPanels() {
    connect(modelPanel_, &ModelPanel::openWished, this, &WorkbenchWindow::askModel);
    connect(modelPanel_, &ModelPanel::demoWished, this, &WorkbenchWindow::openDemo);
    connect(modelPanel_, &ModelPanel::recentWished, this, &WorkbenchWindow::openModel);
    connect(&settings_, &Settings::recentModelsChanged, modelPanel_,
            [this] { modelPanel_->setRecentModels(settings_.recentModels()); });
    modelPanel_->setRecentModels(settings_.recentModels());
    modelPanel_->setDemoAvailable(!workflow_.engine().demoModel().isEmpty());
    connect(planPanel_, &PlanPanel::applyWished, this, &WorkbenchWindow::askApply);
    connect(planPanel_, &PlanPanel::saveWished, this, &WorkbenchWindow::askSavePlan);
    connect(planPanel_, &PlanPanel::loadWished, this, &WorkbenchWindow::askLoadPlan);
    connect(planPanel_, &PlanPanel::copyWished, this, &WorkbenchWindow::copyJson);
    connect(planPanel_, &PlanPanel::messageRaised, this,
            [this](const QString& text) { messages_->showMessage(MessageBar::Kind::Warning, text); });
    for (LeftBar* bar : findChildren<LeftBar*>()) {
        connect(bar, &LeftBar::measureWished, &workflow_, &Workflow::measureLeft);
        connect(bar, &LeftBar::wholeWished, &workflow_, &Workflow::forgetLeft);
    }
    previewPanel_->setTextChoice(settings_.evaluation());
    connect(previewPanel_, &PreviewPanel::textChosen, &settings_, &Settings::setEvaluation);
    connect(&settings_, &Settings::evaluationChanged, previewPanel_,
            [this] { previewPanel_->setTextChoice(settings_.evaluation()); });
}

void WorkbenchWindow::connectHealing() {
    connect(healPanel_, &HealPanel::startWished, &workflow_, &Workflow::heal);
    connect(healPanel_, &HealPanel::copyWished, this, [this](const HealDraft& draft, int chopFirst) {
        QApplication::clipboard()->setText(workflow_.healCommands(draft, chopFirst));
        showStatus(tr("Copied the command lines that repeat this healing."));
    });
    connect(&workflow_.runs(), &RunBoard::begun, this, &WorkbenchWindow::showCurves);
    connect(&workflow_.runs(), &RunBoard::said, this, [this](const QString& text) {
        jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Info, text});
    });
    connect(runsPanel_, &RunsPanel::openWished, this, &WorkbenchWindow::openModel);
    connect(runsPanel_, &RunsPanel::messageRaised, this, &WorkbenchWindow::showStatus);
}

void WorkbenchWindow::showHeal() {
    layouts_.choose(QStringLiteral("Heal"));
    layouts_.dock(QStringLiteral("heal"))->show();
    layouts_.dock(QStringLiteral("heal"))->raise();
    showCurves();
    healPanel_->setFocus();
}

// Where there is room for them: other layouts keep what is in front.
void WorkbenchWindow::showCurves() {
    if (layouts_.current() != QStringLiteral("Heal")) return;
    layouts_.dock(QStringLiteral("curves"))->show();
    layouts_.dock(QStringLiteral("curves"))->raise();
}

// Before a model is open there is nothing to see but the ways to open one.
void WorkbenchWindow::showWelcome() {
    if (workflow_.document().model() == nullptr) layouts_.dock(QStringLiteral("model"))->raise();
}

// The panel comes to the front, unless it would hide the map that the cell was pinned in.
void WorkbenchWindow::showPinned() {
    const auto& cell = channels_.pinned();
    if (!cell) return;
    QDockWidget* panel = layouts_.dock(QStringLiteral("channel"));
    const QDockWidget* map = layouts_.dock(QStringLiteral("channels"));
    if (!tabifiedDockWidgets(panel).contains(map)) {
        panel->show();
        panel->raise();
    }
    showStatus(tr("Pinned %1: see the panel Channel.").arg(QString::fromStdString(formatUnitCell(*cell))));
}

void WorkbenchWindow::connectPlots() {
    connect(&channels_, &ChannelFeed::pinChanged, this, &WorkbenchWindow::showPinned);
    for (PlotView* view : findChildren<PlotView*>()) {
        view->setFigureForm(figureForm());
        connect(view, &PlotView::figureFormChosen, this, &WorkbenchWindow::setFigureForm);
        connect(view, &PlotView::messageRaised, this, [this](const QString& text) {
            showStatus(text);
            jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Info, text});
        });
    }
}

FigureForm WorkbenchWindow::figureForm() const {
    return FigureForm::fromMap(settings_.plotChoices(QLatin1String(kFigures)));
}

void WorkbenchWindow::setFigureForm(const FigureForm& form) {
    settings_.setPlotChoices(QLatin1String(kFigures), form.toMap());
    for (PlotView* view : findChildren<PlotView*>()) view->setFigureForm(form);
}

void WorkbenchWindow::connectWorkflow() {
    connect(&workflow_, &Workflow::statusChanged, this, &WorkbenchWindow::showStatus);
    connect(&workflow_, &Workflow::problemRaised, this, &WorkbenchWindow::showProblem);
    connect(&workflow_, &Workflow::resultWritten, this, &WorkbenchWindow::showResult);
    connect(&workflow_, &Workflow::modelGone, this, [this](const SessionKeeper::Left& session) {
        messages_->showMessage(
            MessageBar::Kind::Warning, tr("%1 is not there any more.").arg(session.offer.model.path),
            session.json.isEmpty() ? tr("It was looked for where other models are: say where it is now.")
                                   : tr("Its plan is kept: say where the model is now."),
            tr("Locate..."), [this, session] { askLocate(session); });
    });
    connect(&workflow_, &Workflow::modelMoved, this, &WorkbenchWindow::offerMoved);
    connect(&workflow_, &Workflow::warningsRaised, this, [this](const QStringList& warnings) {
        for (const QString& warning : warnings) {
            jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Warning, warning});
        }
        showStatus(warnings.first());
    });
    connect(&workflow_, &Workflow::modelReady, this, [this] {
        messages_->clear();
        selection_.setLayer(-1);
        selection_.forgetSteps();
        if (layouts_.current() != QStringLiteral("Heal")) layouts_.dock(QStringLiteral("layers"))->raise();
    });
    connect(&workflow_, &Workflow::measuringChanged, this, &WorkbenchWindow::explainEmptyViews);
    PlanDocument& document = workflow_.document();
    connect(&document, &PlanDocument::modelChanged, this, &WorkbenchWindow::refreshTitle);
    connect(&document, &PlanDocument::fileChanged, this, &WorkbenchWindow::refreshTitle);
    connect(document.undoStack(), &QUndoStack::cleanChanged, this, &WorkbenchWindow::refreshTitle);
}

void WorkbenchWindow::offerMoved(const SessionKeeper::Left& session, const QString& folder) {
    const QString name = QString::fromStdString(session.offer.model.facts.name);
    const QFileInfo place(folder);
    messages_->showMessage(MessageBar::Kind::Information,
                           place.fileName() == name ? tr("%1 is now in %2: open it?").arg(name, place.path())
                                                    : tr("%1 is now %2: open it?").arg(name, folder),
                           {}, tr("Open it"), [this, session, folder] {
                               SessionKeeper::Left moved = session;
                               moved.offer.model.path = folder;
                               guard_->beforeLosingPlan([this, moved] { workflow_.goOn(moved); });
                           });
}

void WorkbenchWindow::connectMessages() {
    EngineClient& engine = workflow_.engine();
    const auto settles = [this](EngineTask task) { return [this, task] { settle(task); }; };
    connect(&engine, &EngineClient::analysisChanged, this, settles(EngineTask::Measure));
    connect(&engine, &EngineClient::planned, this, settles(EngineTask::Plan));
    connect(&workflow_.document(), &PlanDocument::fileChanged, this, settles(EngineTask::Plan));
    connect(&engine, &EngineClient::previewReady, this, settles(EngineTask::Preview));
    connect(&engine, &EngineClient::applied, this, settles(EngineTask::Apply));
    connect(&engine, &EngineClient::chopsCompared, this, settles(EngineTask::ChopLab));
    connect(&engine, &EngineClient::lossesReady, this, settles(EngineTask::Losses));
    connect(&engine, &EngineClient::tookBack, this, settles(EngineTask::TakeBack));
    connect(&engine, &EngineClient::completionDone, this, settles(EngineTask::Complete));
    connect(&engine, &EngineClient::rateMeasured, this, settles(EngineTask::Rate));
    connect(&engine, &EngineClient::evaluated, this, settles(EngineTask::Evaluate));
    connect(&engine, &EngineClient::benched, this, settles(EngineTask::Bench));
    connect(&engine, &EngineClient::activationsReady, this, settles(EngineTask::Activations));
    connect(&engine, &EngineClient::healed, this, settles(EngineTask::Heal));
    connect(&engine, &EngineClient::runRemoved, this, settles(EngineTask::Runs));
    connect(&engine, &EngineClient::taskFailed, this, [this](const Problem& problem) {
        if (problem.cancelled) settle(problem.task);
    });
}

void WorkbenchWindow::settle(EngineTask task) {
    if (task == problemTask_ && messages_->message() == problemShown_) messages_->clear();
}

void WorkbenchWindow::connectLossGuard() {
    guard_ = new LossGuard(*this, workflow_, [this](const std::function<void()>& then) { savePlanAs(then); });
    connect(guard_, &LossGuard::waits, this,
            [this](const QString& message, const std::function<void()>& closeNow) {
                messages_->showMessage(MessageBar::Kind::Information, message,
                                       tr("Closing now loses the steps since the last checkpoint."),
                                       tr("Close now"), closeNow);
                showStatus(message);
            });
}

void WorkbenchWindow::showProblem(const Problem& problem) {
    if (problem.task == EngineTask::Heal) guard_->stay();
    messages_->showMessage(MessageBar::Kind::Error, problem.message, problem.hint);
    problemTask_ = problem.task;
    problemShown_ = messages_->message();
    // Failures of jobs are in the log already; those found before a job began are not.
    jobsPanel_->logOnce(
        {QDateTime::currentDateTime(), LogEntry::Severity::Error, joined(problem.message, problem.hint)});
}

void WorkbenchWindow::showResult(const QString& folder, const QString& summary) {
    messages_->showMessage(MessageBar::Kind::Information, summary, {}, tr("Open result"),
                           [this, folder] { openModel(folder); });
}

void WorkbenchWindow::showStatus(const QString& status) {
    status_->setValue(status);
}

// While a measurement runs, views that wait for it say so instead of how to start one.
void WorkbenchWindow::explainEmptyViews(bool measuring) {
    for (PlotView* view : findChildren<PlotView*>()) {
        // These do not wait for a measurement.
        if (qobject_cast<TradeoffView*>(view) != nullptr || qobject_cast<ChopCurvesView*>(view) != nullptr ||
            qobject_cast<HealCurvesView*>(view) != nullptr ||
            qobject_cast<ActivationView*>(view) != nullptr || qobject_cast<RooflineView*>(view) != nullptr)
            continue;
        if (!usualEmptyTexts_.contains(view)) usualEmptyTexts_.insert(view, view->emptyText());
        view->setEmptyText(measuring ? tr("Measuring: this view fills by itself. Progress is under Jobs.")
                                     : usualEmptyTexts_.value(view));
    }
}

void WorkbenchWindow::refreshTitle() {
    PlanDocument& document = workflow_.document();
    QString title = QStringLiteral("Secateur");
    if (document.model() != nullptr) {
        title += QStringLiteral(" - ") + QString::fromStdString(document.model()->name);
        if (!document.file().isEmpty())
            title += QStringLiteral(" - ") + QFileInfo(document.file()).fileName();
        title += QStringLiteral("[*]");
    }
    const QString progress = jobWatch_ != nullptr ? jobWatch_->progress() : QString();
    setWindowTitle(progress.isEmpty() ? title : progress + QStringLiteral(" - ") + title);
    setWindowModified(!document.saved());
    setAccessibleDescription(title.remove(QStringLiteral("[*]")));
}

void WorkbenchWindow::openPath(const QString& path) {
    const QFileInfo info(path);
    const QString suffix = info.suffix().toLower();
    if (info.isFile() && suffix == QStringLiteral("json") &&
        info.fileName() != QStringLiteral("config.json")) {
        loadPlan(path);
    } else if (info.isFile() && (suffix == QStringLiteral("txt") || suffix == QStringLiteral("jsonl") ||
                                 suffix == QStringLiteral("gz"))) {
        TextChoice choice = settings_.evaluation();
        choice.file = info.absoluteFilePath();
        settings_.setEvaluation(choice);
        showStatus(tr("Perplexity is now previewed on %1.").arg(info.fileName()));
    } else if (info.isFile() && (suffix == QStringLiteral("h5") || suffix == QStringLiteral("hdf5"))) {
        workflow_.openAnalysis(info.absoluteFilePath());
    } else {
        // A file of a checkpoint stands for its folder; what is not there is refused with its name.
        openModel(info.isFile() ? info.absolutePath() : info.absoluteFilePath());
    }
}

void WorkbenchWindow::openModel(const QString& folder) {
    guard_->beforeLosingPlan([this, folder] { workflow_.openModel(folder); });
}

void WorkbenchWindow::loadPlan(const QString& file) {
    guard_->beforeLosingPlan(
        [this, file] { workflow_.loadPlan(file); },
        tr("What is not saved is in no file; Undo brings it back as long as the model is open."));
}

void WorkbenchWindow::openDemo() {
    guard_->beforeLosingPlan([this] { workflow_.openDemo(); });
}

void WorkbenchWindow::keepSession(SessionKeeper& keeper, bool offer) {
    keeper_ = &keeper;
    keeper.keepAll(workflow_.sessionParts());
    const auto& left = keeper.left();
    if (!offer || !left) return;
    const QString name = QString::fromStdString(left->offer.model.facts.name);
    const int edits = left->offer.edits;
    const QString said = edits == 0   ? tr("Last time: %1.").arg(name)
                         : edits == 1 ? tr("Last time: %1 with one edit of its plan.").arg(name)
                                      : tr("Last time: %1 with %2 edits of its plan.").arg(name).arg(edits);
    messages_->showMessage(MessageBar::Kind::Information, said, {}, tr("Go on"), [this, session = *left] {
        guard_->beforeLosingPlan([this, session] { workflow_.goOn(session); });
    });
}

void WorkbenchWindow::copyJson() {
    QApplication::clipboard()->setText(workflow_.document().json());
    showStatus(tr("Copied the plan as JSON."));
}

void WorkbenchWindow::copyCommands() {
    PlanDocument& document = workflow_.document();
    if (document.model() == nullptr) return;
    QApplication::clipboard()->setText(commandText(
        *document.model(), document.wishes(), workflow_.engine().methods(), workflow_.calibrationText(),
        windowOptions(settings_.calibration()), workflow_.preview().text(), workflow_.preview().windows()));
    showStatus(tr("Copied the command lines that repeat this plan."));
}

void WorkbenchWindow::copyLabCommands() {
    const auto& model = workflow_.document().model();
    const ChopLab& lab = workflow_.chopLab();
    if (model == nullptr || lab.strategies().empty()) return;
    QApplication::clipboard()->setText(chopLabCommandText(
        *model, lab.strategies(), workflow_.document().analysis() != nullptr, workflow_.calibrationText(),
        windowOptions(settings_.calibration()), workflow_.preview().text(), workflow_.preview().windows()));
    showStatus(tr("Copied the command lines that repeat this comparison."));
}

void WorkbenchWindow::copyEvaluateCommands() {
    QApplication::clipboard()->setText(evaluateCommandText(
        *workflow_.document().model(), workflow_.document().wishes(), workflow_.engine().methods(),
        workflow_.calibrationText(), windowOptions(settings_.calibration()), evaluation_->request()));
    showStatus(tr("Copied the command lines that repeat this evaluation."));
}

void WorkbenchWindow::copyBenchCommands() {
    QApplication::clipboard()->setText(benchCommandText(
        *workflow_.document().model(), workflow_.document().wishes(), workflow_.engine().methods(),
        workflow_.calibrationText(), windowOptions(settings_.calibration()), bench_->options()));
    showStatus(tr("Copied the command lines that repeat this bench."));
}

void WorkbenchWindow::restorePlan() {
    workflow_.document().edit(tr("Restore everything"), emptyWishes());
}

// Of docks behind others Qt still counts the controls as visible: Tab passes over them.
bool WorkbenchWindow::focusNextPrevChild(bool next) {
    const auto hidden = [](const QWidget* widget) {
        const QDockWidget* dock = dockAround(widget);
        return dock != nullptr && !isInFront(*dock);
    };
    const QWidget* first = nullptr;
    while (QMainWindow::focusNextPrevChild(next)) {
        const QWidget* at = focusWidget();
        if (!hidden(at)) return true;
        if (at == first) return false;
        if (first == nullptr) first = at;
    }
    return false;
}

void WorkbenchWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && event->modifiers() == Qt::NoModifier && selection_.canStepBack())
        return selection_.stepBack();
    QMainWindow::keyPressEvent(event);
}

void WorkbenchWindow::closeEvent(QCloseEvent* event) {
    if (!guard_->mayClose()) return event->ignore();
    layoutKeeper_->keep();
    event->accept();
}

void WorkbenchWindow::dragEnterEvent(QDragEnterEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.first().isLocalFile()) event->acceptProposedAction();
}

void WorkbenchWindow::dropEvent(QDropEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (urls.size() != 1 || !urls.first().isLocalFile()) return;
    event->acceptProposedAction();
    openPath(urls.first().toLocalFile());
}

}  // namespace secateur
