// SPDX-License-Identifier: GPL-3.0-or-later
// The docks of the window, and what is seen around them in every layout.
#include <QDockWidget>
#include <QStatusBar>
#include <QToolBar>

#include "app/workbench/history_panel.h"
#include "app/workbench/workbench_window.h"
#include "widgets/document/bench_feed.h"
#include "widgets/document/completions.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/loss_feed.h"
#include "widgets/document/plan_values.h"
#include "widgets/document/rate_feed.h"
#include "widgets/document/take_back.h"
#include "widgets/guide/dock_place.h"
#include "widgets/panels/bench_panel.h"
#include "widgets/panels/channel_panel.h"
#include "widgets/panels/chop_lab_panel.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/completions_panel.h"
#include "widgets/panels/evaluate_panel.h"
#include "widgets/panels/headline_strip.h"
#include "widgets/panels/heal_curves_panel.h"
#include "widgets/panels/heal_panel.h"
#include "widgets/panels/job_status.h"
#include "widgets/panels/jobs_panel.h"
#include "widgets/panels/layers_panel.h"
#include "widgets/panels/loss_panel.h"
#include "widgets/panels/map_panels.h"
#include "widgets/panels/model_panel.h"
#include "widgets/panels/plan_panel.h"
#include "widgets/panels/preview_panel.h"
#include "widgets/panels/runs_panel.h"
#include "widgets/panels/scatter_panel.h"
#include "widgets/panels/take_back_panel.h"
#include "widgets/panels/tradeoff_panel.h"

namespace secateur {

void WorkbenchWindow::buildDocks() {
    PlanDocument& document = workflow_.document();
    modelPanel_ = new ModelPanel(document);
    evaluation_ = new EvaluationFeed(document, workflow_.preview(), workflow_.engine(), this);
    evaluation_->keepChoicesIn(settings_);
    bench_ = new BenchFeed(document, workflow_.preview(), workflow_.engine(), this);
    planPanel_ = new PlanPanel(document, workflow_.engine().methods(),
                               new RateFeed(document, workflow_.preview(), workflow_.engine(), this));
    previewPanel_ = new PreviewPanel(document, workflow_.preview());
    jobsPanel_ = new JobsPanel(workflow_.engine());
    layouts_.add(QStringLiteral("model"), tr("Model"), modelPanel_);
    layouts_.add(QStringLiteral("layers"), tr("Layers"), new LayersPanel(document, selection_));
    auto* map = new ChannelMapPanel(document, selection_);
    map->keepChoicesIn(settings_);
    map->pinIn(channels_);
    layouts_.add(QStringLiteral("channels"), tr("Channel map"), map);
    layouts_.add(QStringLiteral("channel"), tr("Channel"), new ChannelPanel(document, channels_));
    layouts_.add(QStringLiteral("profile"), tr("Profile"), new ProfilePanel(document, selection_));
    layouts_.add(QStringLiteral("distribution"), tr("Distribution"),
                 new DistributionPanel(document, selection_));
    layouts_.add(QStringLiteral("similarity"), tr("Similarity"), new SimilarityPanel(document, selection_));
    auto* values = new PlanValues(document, *evaluation_, *bench_, this);
    layouts_.add(
        QStringLiteral("tradeoff"), tr("Trade-off"),
        new TradeoffPanel(document, workflow_.preview(), workflow_.runs(), workflow_.pins(), *values));
    layouts_.add(
        QStringLiteral("compare"), tr("Compare"),
        new ComparePanel(document, workflow_.preview(), workflow_.runs(), workflow_.pins(),
                         workflow_.references(), settings_, selection_, workflow_.engine().methods()));
    layouts_.add(QStringLiteral("scatter"), tr("Scatter"),
                 new ScatterPanel(document, selection_, workflow_.references()));
    layouts_.add(QStringLiteral("chop-lab"), tr("Chop lab"), new ChopLabPanel(document, chopLab()));
    layouts_.add(QStringLiteral("plan"), tr("Plan"), planPanel_);
    layouts_.add(QStringLiteral("preview"), tr("Preview"), previewPanel_);
    healPanel_ = new HealPanel(document, workflow_.runs(), settings_);
    runsPanel_ = new RunsPanel(workflow_.runs());
    layouts_.add(QStringLiteral("heal"), tr("Heal"), healPanel_);
    layouts_.add(QStringLiteral("curves"), tr("Healing curves"), new HealCurvesPanel(workflow_.runs()));
    layouts_.add(QStringLiteral("runs"), tr("Runs"), runsPanel_);
    layouts_.add(QStringLiteral("jobs"), tr("Jobs"), jobsPanel_);
    layouts_.add(QStringLiteral("history"), tr("History"), new HistoryPanel(*document.undoStack()));
    buildWordDocks();
    buildMeasureDocks();
}

// What a plan costs in words.
void WorkbenchWindow::buildWordDocks() {
    PlanDocument& document = workflow_.document();
    auto* losses = new LossFeed(document, workflow_.preview(), workflow_.engine(), this);
    auto* takeBack = new TakeBack(document, workflow_.preview(), workflow_.engine(), this);
    auto* completions =
        new Completions(document, workflow_.preview(), workflow_.runs(), workflow_.engine(), this);
    layouts_.add(QStringLiteral("losses"), tr("Where it hurts"), new LossPanel(document, *losses));
    layouts_.add(QStringLiteral("take-back"), tr("Take back"),
                 new TakeBackPanel(document, *takeBack, workflow_.engine()));
    layouts_.add(QStringLiteral("completions"), tr("Completions"),
                 new CompletionsPanel(document, *completions));
}

// What a plan costs in right answers and in time.
void WorkbenchWindow::buildMeasureDocks() {
    PlanDocument& document = workflow_.document();
    auto* evaluate = new EvaluatePanel(document, *evaluation_);
    connect(evaluate, &EvaluatePanel::copyWished, this, &WorkbenchWindow::copyEvaluateCommands);
    layouts_.add(QStringLiteral("evaluate"), tr("Evaluate"), evaluate);
    auto* bench = new BenchPanel(document, *bench_);
    connect(bench, &BenchPanel::copyWished, this, &WorkbenchWindow::copyBenchCommands);
    layouts_.add(QStringLiteral("bench"), tr("Bench"), bench);
}

// What is seen in every layout: the headline above the docks, jobs below them.
void WorkbenchWindow::buildFrame() {
    auto* headline = new HeadlineStrip(workflow_.document(), workflow_.preview(), this);
    headline->setDemoAvailable(!workflow_.engine().demoModel().isEmpty());
    connect(headline, &HeadlineStrip::openWished, this, &WorkbenchWindow::askModel);
    connect(headline, &HeadlineStrip::demoWished, this, &WorkbenchWindow::openDemo);
    connect(headline, &HeadlineStrip::measureWished, &workflow_, &Workflow::measure);
    connect(headline, &HeadlineStrip::applyWished, this, &WorkbenchWindow::askApply);
    auto* bar = new QToolBar(tr("Headline"), this);
    bar->setObjectName(QStringLiteral("headline"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->addWidget(headline);
    addToolBar(Qt::TopToolBarArea, bar);
    // A state that was saved without it hides it.
    connect(&layouts_, &DockLayouts::arranged, bar, &QWidget::show);
    auto* jobs = new JobStatus(jobsPanel_->jobs(), workflow_.engine(), this);
    statusBar()->addPermanentWidget(jobs);
    connect(jobs, &JobStatus::listWished, this, [this] {
        QDockWidget* dock = layouts_.dock(QStringLiteral("jobs"));
        const bool seen = isInFront(*dock);
        dock->setVisible(!seen);
        if (!seen) dock->raise();
    });
}

}  // namespace secateur
