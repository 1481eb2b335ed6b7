// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/workbench_window.h"

#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileInfo>
#include <QMimeData>
#include <QStatusBar>
#include <QToolBar>

#include "app/workbench/window_menus.h"
#include "widgets/document/command_text.h"
#include "widgets/panels/chop_lab_panel.h"
#include "widgets/panels/combo_box_accessible.h"
#include "widgets/panels/heal_curves_panel.h"
#include "widgets/panels/heal_panel.h"
#include "widgets/panels/input_rules.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/map_panels.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/model_panel.h"
#include "widgets/panels/pareto_panel.h"
#include "widgets/panels/plan_panel.h"
#include "widgets/panels/preview_panel.h"
#include "widgets/panels/runs_panel.h"
#include "widgets/panels/tradeoff_panel.h"
#include "widgets/panels/value_label.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/chop_curves_view.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/heal_curves_view.h"
#include "widgets/plots/pareto_view.h"
#include "widgets/plots/profile_view.h"
#include "widgets/plots/similarity_view.h"
#include "widgets/plots/tradeoff_view.h"

namespace secateur {

WorkbenchWindow::WorkbenchWindow(EngineClient& engine, Settings& settings, QWidget* parent)
    : QMainWindow(parent),
      settings_(settings),
      workflow_(engine, settings),
      chopLab_(workflow_.document(), workflow_.preview(), engine),
      layouts_(*this, settings),
      messages_(new MessageBar(this)),
      status_(new ValueLabel(tr("Status"), this)) {
    installComboBoxAccessibility();
    installInputRules();
    setAccessibleName(QStringLiteral("Secateur"));
    setAcceptDrops(true);
    auto* bar = new QToolBar(tr("Messages"), this);
    bar->setObjectName(QStringLiteral("messages"));
    bar->setMovable(false);
    bar->toggleViewAction()->setVisible(false);
    messages_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    QAction* holder = bar->addWidget(messages_);
    holder->setVisible(false);
    connect(messages_, &MessageBar::shown, this, [bar, holder](bool shown) {
        holder->setVisible(shown);
        bar->setVisible(shown);
    });
    addToolBar(Qt::TopToolBarArea, bar);
    bar->hide();
    statusBar()->addWidget(status_, 1);
    buildDocks();
    connectPanels();
    connectHealing();
    connectPlots();
    connectWorkflow();
    buildMenus(*this);
    showStatus(workflow_.status());
    refreshTitle();
    if (!restoreGeometry(settings_.geometry())) resize(1280, 800);
    layouts_.restore();
    layouts_.dock(QStringLiteral("model"))->raise();
}

WorkbenchWindow::~WorkbenchWindow() = default;

void WorkbenchWindow::buildDocks() {
    PlanDocument& document = workflow_.document();
    modelPanel_ = new ModelPanel(document);
    planPanel_ = new PlanPanel(document, workflow_.engine().methods());
    previewPanel_ = new PreviewPanel(document, workflow_.preview());
    jobsPanel_ = new JobsPanel(workflow_.engine());
    layouts_.add(QStringLiteral("model"), tr("Model"), modelPanel_);
    layouts_.add(QStringLiteral("layers"), tr("Layers"), new LayersPanel(document, selection_));
    layouts_.add(QStringLiteral("channels"), tr("Channel map"), new ChannelMapPanel(document, selection_));
    layouts_.add(QStringLiteral("profile"), tr("Profile"), new ProfilePanel(document, selection_));
    layouts_.add(QStringLiteral("distribution"), tr("Distribution"),
                 new DistributionPanel(document, selection_));
    layouts_.add(QStringLiteral("similarity"), tr("Similarity"), new SimilarityPanel(document, selection_));
    layouts_.add(QStringLiteral("tradeoff"), tr("Trade-off"),
                 new TradeoffPanel(workflow_.document(), workflow_.preview()));
    layouts_.add(QStringLiteral("chop-lab"), tr("Chop lab"), new ChopLabPanel(document, chopLab_));
    layouts_.add(QStringLiteral("plan"), tr("Plan"), planPanel_);
    layouts_.add(QStringLiteral("preview"), tr("Preview"), previewPanel_);
    healPanel_ = new HealPanel(document, workflow_.runs(), settings_);
    runsPanel_ = new RunsPanel(workflow_.runs());
    layouts_.add(QStringLiteral("heal"), tr("Heal"), healPanel_);
    layouts_.add(QStringLiteral("curves"), tr("Healing curves"), new HealCurvesPanel(workflow_.runs()));
    layouts_.add(QStringLiteral("pareto"), tr("Pareto"), new ParetoPanel(workflow_.runs()));
    layouts_.add(QStringLiteral("runs"), tr("Runs"), runsPanel_);
    layouts_.add(QStringLiteral("jobs"), tr("Jobs"), jobsPanel_);
}

void WorkbenchWindow::connectPanels() {
    connect(modelPanel_, &ModelPanel::openWished, this, &WorkbenchWindow::askModel);
    connect(modelPanel_, &ModelPanel::demoWished, &workflow_, &Workflow::openDemo);
    connect(modelPanel_, &ModelPanel::recentWished, &workflow_, &Workflow::openModel);
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
    previewPanel_->setTextChoice(settings_.evaluation());
    connect(previewPanel_, &PreviewPanel::textChosen, &settings_, &Settings::setEvaluation);
    connect(&settings_, &Settings::evaluationChanged, previewPanel_,
            [this] { previewPanel_->setTextChoice(settings_.evaluation()); });
}

void WorkbenchWindow::connectHealing() {
    connect(healPanel_, &HealPanel::startWished, &workflow_, &Workflow::heal);
    connect(&workflow_.runs(), &RunBoard::said, this, [this](const QString& text) {
        jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Info, text});
    });
    connect(runsPanel_, &RunsPanel::openWished, &workflow_, &Workflow::openModel);
    connect(runsPanel_, &RunsPanel::messageRaised, this, &WorkbenchWindow::showStatus);
}

void WorkbenchWindow::showHeal() {
    layouts_.choose(QStringLiteral("Heal"));
    layouts_.dock(QStringLiteral("heal"))->show();
    layouts_.dock(QStringLiteral("heal"))->raise();
    healPanel_->setFocus();
}

void WorkbenchWindow::connectPlots() {
    for (PlotView* view : findChildren<PlotView*>()) {
        connect(view, &PlotView::messageRaised, this, [this](const QString& text) {
            showStatus(text);
            jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Info, text});
        });
    }
}

void WorkbenchWindow::connectWorkflow() {
    connect(&workflow_, &Workflow::statusChanged, this, &WorkbenchWindow::showStatus);
    connect(&workflow_, &Workflow::problemRaised, this, &WorkbenchWindow::showProblem);
    connect(&workflow_, &Workflow::resultWritten, this, &WorkbenchWindow::showResult);
    connect(&workflow_, &Workflow::warningsRaised, this, [this](const QStringList& warnings) {
        for (const QString& warning : warnings) {
            jobsPanel_->log({QDateTime::currentDateTime(), LogEntry::Severity::Warning, warning});
        }
        showStatus(warnings.first());
    });
    connect(&workflow_, &Workflow::modelReady, this, [this] {
        messages_->clear();
        selection_.setLayer(-1);
        layouts_.dock(QStringLiteral("layers"))->raise();
    });
    connect(&workflow_, &Workflow::measuringChanged, this, &WorkbenchWindow::explainEmptyViews);
    PlanDocument& document = workflow_.document();
    connect(&document, &PlanDocument::modelChanged, this, &WorkbenchWindow::refreshTitle);
    connect(&document, &PlanDocument::fileChanged, this, &WorkbenchWindow::refreshTitle);
    connect(document.undoStack(), &QUndoStack::cleanChanged, this, &WorkbenchWindow::refreshTitle);
}

void WorkbenchWindow::showProblem(const Problem& problem) {
    messages_->showMessage(MessageBar::Kind::Error, problem.message, problem.hint);
    // Failures of jobs are in the log already; those found before a job began are not.
    jobsPanel_->logOnce(
        {QDateTime::currentDateTime(), LogEntry::Severity::Error, withHint(problem.message, problem.hint)});
}

void WorkbenchWindow::showResult(const QString& folder, const QString& summary) {
    messages_->showMessage(MessageBar::Kind::Information, summary, {}, tr("Open result"),
                           [this, folder] { workflow_.openModel(folder); });
}

void WorkbenchWindow::showStatus(const QString& status) {
    status_->setValue(status);
}

// While a measurement runs, views that wait for it say so instead of how to start one.
void WorkbenchWindow::explainEmptyViews(bool measuring) {
    for (PlotView* view : findChildren<PlotView*>()) {
        // These do not wait for a measurement.
        if (qobject_cast<TradeoffView*>(view) != nullptr || qobject_cast<ChopCurvesView*>(view) != nullptr ||
            qobject_cast<HealCurvesView*>(view) != nullptr || qobject_cast<ParetoView*>(view) != nullptr)
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
    setWindowTitle(title);
    setWindowModified(document.model() != nullptr && !document.undoStack()->isClean());
    setAccessibleDescription(title.remove(QStringLiteral("[*]")));
}

void WorkbenchWindow::openPath(const QString& path) {
    const QFileInfo info(path);
    const QString suffix = info.suffix().toLower();
    if (info.isFile() && suffix == QStringLiteral("json") &&
        info.fileName() != QStringLiteral("config.json")) {
        workflow_.loadPlan(path);
    } else if (info.isFile() && (suffix == QStringLiteral("txt") || suffix == QStringLiteral("jsonl") ||
                                 suffix == QStringLiteral("gz"))) {
        TextChoice choice = settings_.evaluation();
        choice.file = info.absoluteFilePath();
        settings_.setEvaluation(choice);
        showStatus(tr("Perplexity is now previewed on %1.").arg(info.fileName()));
    } else {
        // A file of a checkpoint stands for its folder; what is not there is refused with its name.
        workflow_.openModel(info.isFile() ? info.absolutePath() : info.absoluteFilePath());
    }
}

void WorkbenchWindow::copyJson() {
    QApplication::clipboard()->setText(workflow_.document().json());
    showStatus(tr("Copied the plan as JSON."));
}

void WorkbenchWindow::copyCommands() {
    PlanDocument& document = workflow_.document();
    if (document.model() == nullptr) return;
    const TextChoice calibration = settings_.calibration();
    WindowOptions windows;
    windows.samples = calibration.windows;
    windows.seqLen = calibration.seqLen;
    QApplication::clipboard()->setText(commandText(
        *document.model(), document.wishes(), workflow_.engine().methods(), workflow_.calibrationText(),
        windows, workflow_.preview().text(), workflow_.preview().windows()));
    showStatus(tr("Copied the command lines that repeat this plan."));
}

void WorkbenchWindow::restorePlan() {
    workflow_.document().edit(tr("Restore everything"), emptyWishes());
}

// Of docks behind others Qt still counts the controls as visible: Tab passes over them.
bool WorkbenchWindow::focusNextPrevChild(bool next) {
    const auto hidden = [](const QWidget* widget) {
        for (; widget != nullptr; widget = widget->parentWidget()) {
            if (qobject_cast<const QDockWidget*>(widget) != nullptr) return widget->visibleRegion().isEmpty();
        }
        return false;
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

void WorkbenchWindow::closeEvent(QCloseEvent* event) {
    layouts_.save();
    settings_.setGeometry(saveGeometry());
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
