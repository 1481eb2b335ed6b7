// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window: panels in docks, menus, status. It knows what the user wants; the workflow does it. GUI thread
// only.
#pragma once

#include <QHash>
#include <QMainWindow>
#include <functional>

#include "app/workbench/dock_layouts.h"
#include "widgets/document/channel_feed.h"
#include "widgets/document/chop_lab.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/workflow.h"
#include "widgets/plots/figure_form.h"

namespace secateur {

class BenchFeed;
class ChannelMapPanel;
class EvaluationFeed;
class GuidePanel;
class GuideTips;
class GuidedTour;
class DockKeys;
class HealPanel;
class JobWatch;
class LayoutKeeper;
class JobsPanel;
class LossGuard;
class MessageBar;
class ModelPanel;
class PlanPanel;
class PlotView;
class PreviewPanel;
class ReportExport;
class RunsPanel;
class ScreenModes;
class ValueLabel;

class WorkbenchWindow final : public QMainWindow {
    Q_OBJECT
public:
    WorkbenchWindow(EngineClient& engine, Settings& settings, QWidget* parent = nullptr);
    ~WorkbenchWindow() override;

    [[nodiscard]] Workflow& workflow() noexcept { return workflow_; }
    [[nodiscard]] LayerSelection& selection() noexcept { return selection_; }
    [[nodiscard]] DockLayouts& layouts() noexcept { return layouts_; }
    [[nodiscard]] const DockLayouts& layouts() const noexcept { return layouts_; }
    [[nodiscard]] ChopLab& chopLab() noexcept { return workflow_.chopLab(); }
    [[nodiscard]] EvaluationFeed& evaluation() noexcept { return *evaluation_; }
    [[nodiscard]] ChannelFeed& channels() noexcept { return channels_; }
    [[nodiscard]] HealPanel& healPanel() noexcept { return *healPanel_; }
    [[nodiscard]] MessageBar& messages() noexcept { return *messages_; }
    [[nodiscard]] ScreenModes& screenModes() noexcept { return *modes_; }
    [[nodiscard]] JobWatch& jobWatch() noexcept { return *jobWatch_; }

    // What figures are offered in, of all plots.
    [[nodiscard]] FigureForm figureForm() const;
    void setFigureForm(const FigureForm& form);

    // A checkpoint folder, a plan JSON or a text file: what a drop or the command line gives.
    void openPath(const QString& path);
    // All ask first when that would lose an unsaved plan.
    void openModel(const QString& folder);
    void openDemo();
    void loadPlan(const QString& file);
    // What edits are kept by from now on. `offer`: says what the last window left, with a button to go on.
    void keepSession(SessionKeeper& keeper, bool offer);

public Q_SLOTS:
    void askOpenSession();
    void askSaveSession();
    void askOpenAnalysis();
    void askSaveAnalysis();
    void askModel();
    void askSavePlan();  // to its file; where it has none, asks
    void askSavePlanAs();
    void askLoadPlan();
    void askApply();
    void askReport();
    void askCalibrationText();
    void copyJson();
    void copyCommands();
    void copyLabCommands();  // of the last comparison
    void copyEvaluateCommands();
    void copyBenchCommands();
    void restorePlan();  // an empty plan, undoable
    void copyFacts();    // for who reports a problem
    void showAbout();
    void showGuide();  // at what has the focus: its card, else its panel's page
    void showGlossary();
    void showMethods();
    void showTour();
    void showHeal();  // the panel, in its layout

protected:
    bool focusNextPrevChild(bool next) override;
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;  // what nobody in the window wanted
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildDocks();
    void buildFrame();
    void buildWordDocks();
    void buildMeasureDocks();
    void buildGuide();  // once all docks are there
    void showGuidePage(const QString& address);
    void connectPanels();
    void connectHealing();
    void connectPlots();
    void showPinned();
    void connectWorkflow();
    void connectMessages();
    void connectLossGuard();
    void askLocate(const SessionKeeper::Left& session);
    void offerMoved(const SessionKeeper::Left& session, const QString& folder);
    void savePlanAs(const std::function<void()>& then);
    void showWelcome();
    void showCurves();
    void showProblem(const Problem& problem);
    // What is said of a task that failed goes when the task succeeds, or is given up.
    void settle(EngineTask task);
    void showResult(const QString& folder, const QString& summary);
    void showStatus(const QString& status);
    void refreshTitle();
    void explainEmptyViews(bool measuring);

    Settings& settings_;
    LayerSelection selection_;
    Workflow workflow_;
    ChannelFeed channels_;
    DockLayouts layouts_;
    MessageBar* messages_;
    ValueLabel* status_;
    ModelPanel* modelPanel_ = nullptr;
    PlanPanel* planPanel_ = nullptr;
    PreviewPanel* previewPanel_ = nullptr;
    JobsPanel* jobsPanel_ = nullptr;
    HealPanel* healPanel_ = nullptr;
    RunsPanel* runsPanel_ = nullptr;
    GuidePanel* guide_ = nullptr;
    GuideTips* tips_ = nullptr;
    GuidedTour* tour_ = nullptr;
    QHash<PlotView*, QString> usualEmptyTexts_;
    LossGuard* guard_ = nullptr;
    DockKeys* dockKeys_ = nullptr;
    ScreenModes* modes_ = nullptr;
    JobWatch* jobWatch_ = nullptr;
    LayoutKeeper* layoutKeeper_ = nullptr;
    SessionKeeper* keeper_ = nullptr;
    ReportExport* reports_ = nullptr;
    EvaluationFeed* evaluation_ = nullptr;
    BenchFeed* bench_ = nullptr;
    // What the last problem was about, and as what it is shown.
    EngineTask problemTask_ = EngineTask::Open;
    QString problemShown_;
};

}  // namespace secateur
