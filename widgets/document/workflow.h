// SPDX-License-Identifier: GPL-3.0-or-later
//
// What follows what: a model that opened is measured, a method that needs text is planned by the engine, a
// result is announced. Ties engine, document, preview and settings, so that panels and menus only say what
// they want. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>

#include "widgets/document/chop_lab.h"
#include "widgets/document/engine_client.h"
#include "widgets/document/heal_draft.h"
#include "widgets/document/lost_model.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/plan_pins.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/session_keeper.h"
#include "widgets/document/settings.h"

namespace secateur {

class Workflow final : public QObject {
    Q_OBJECT
public:
    Workflow(EngineClient& engine, Settings& settings, QObject* parent = nullptr);

    [[nodiscard]] PlanDocument& document() noexcept { return document_; }
    [[nodiscard]] PreviewFeed& preview() noexcept { return preview_; }
    [[nodiscard]] RunBoard& runs() noexcept { return runs_; }
    [[nodiscard]] PlanPins& pins() noexcept { return pins_; }
    [[nodiscard]] ReferenceShelf& references() noexcept { return references_; }
    [[nodiscard]] ChopLab& chopLab() noexcept { return chopLab_; }
    [[nodiscard]] SessionParts sessionParts() noexcept {
        return {&document_, &preview_.plans(), &pins_, &chopLab_, &settings_};
    }
    [[nodiscard]] EngineClient& engine() noexcept { return engine_; }
    [[nodiscard]] Settings& settings() noexcept { return settings_; }

    // A recent model that is not where it was is looked for: modelMoved() or modelGone() tells.
    void openModel(const QString& folder);
    // Opens the session's model and puts its plan and history back. A model that is gone, or is another one
    // than it was, is announced as a problem.
    void goOn(const SessionKeeper::Left& session);
    // A model that is not where it was is looked for, as with openModel(). A session without JSON is its
    // model alone.
    // The same of a file.
    void openSession(const QString& file);
    void saveSession(const QString& file);
    void openDemo();
    void measure();
    // An analysis that was saved stands for a measurement.
    void openAnalysis(const QString& file);
    void saveAnalysis(const QString& file);
    // Measures the network that the plan's first chops leave, so that widths are scored on it; see
    // PlanDocument::measuredAfter(), which says whether there is something to gain. The other way gives the
    // measurement of the whole network back.
    void measureLeft();
    void forgetLeft();
    void apply(const QString& folder, const QString& format, bool overwrite);
    // Heals what the plan leaves of the open model, or the checkpoint that is chosen. A plan that removes
    // nothing is made to chop `chopFirst` layers before, as an edit that can be undone.
    void heal(const HealDraft& draft, int chopFirst);
    // The command lines that do the same.
    [[nodiscard]] QString healCommands(const HealDraft& draft, int chopFirst) const;
    // Plan files. Failures are announced, never thrown.
    bool savePlan(const QString& file);
    bool loadPlan(const QString& file);

    // The text that the settings choose, the shipped sample where they choose none.
    [[nodiscard]] TextSource calibrationText() const;
    // What perplexity is measured on: the text that the settings choose, and where they choose none the
    // windows that the run held out whose result the open model is, else the sample. Of the calibration text
    // the windows after those that calibration uses, as far as there are enough.
    struct Judged {
        TextSource text;
        WindowOptions windows;
    };
    [[nodiscard]] Judged judgedOn() const;
    // Leaving single layers out is still to come, or under way.
    [[nodiscard]] bool leaveOneOutExpected() const noexcept {
        return leaveOneOutPending_ || leaveOneOutRunning_;
    }
    // The folder that a checkpoint is being written to; empty when none is.
    [[nodiscard]] QString writing() const { return writing_; }
    // What happened last, in one line.
    [[nodiscard]] QString status() const { return status_; }

Q_SIGNALS:
    void statusChanged(const QString& status);
    void problemRaised(const secateur::Problem& problem);
    void warningsRaised(const QStringList& warnings);
    void modelReady();
    // Of a session to go on with, or a recent model: to be located, and gone on with from there.
    void modelGone(const secateur::SessionKeeper::Left& session);
    // The same, whose model was found in another folder.
    void modelMoved(const secateur::SessionKeeper::Left& session, const QString& folder);
    void measuringChanged(bool measuring);  // begins, and ends with the first values or a failure
    void resultWritten(const QString& folder, const QString& summary);

private:
    void modelOpened(const std::shared_ptr<const ModelSummary>& model);
    void analysisPublished(const std::shared_ptr<const Analysis>& analysis);
    void leftMeasured(const std::shared_ptr<const Analysis>& analysis);
    void measureLeaveOneOut();
    void planByEngine(const PlanRequest& request, quint64 revision);
    void resultApplied(const ApplyReport& report);
    void taskFailed(const Problem& problem);
    void previewTextChanged();
    void restoreSession();
    void openThere(const QString& folder);
    void sayPerplexity();
    void sayPlanProblem();
    void say(const QString& status);
    [[nodiscard]] MeasureRequest measureRequest() const;
    // The layers that are chopped before healing where the plan removes nothing.
    [[nodiscard]] ChopRequest chopBeforeHealing(int layers) const;
    [[nodiscard]] bool cheapToLeaveOut() const;

    EngineClient& engine_;
    Settings& settings_;
    PlanDocument document_;
    PreviewFeed preview_;
    RunBoard runs_;
    ReferenceShelf references_;
    PlanPins pins_;
    ChopLab chopLab_;
    LostModel lost_;
    QString status_;
    std::optional<SessionKeeper::Left> session_;  // to go on with when its model is open
    QString perplexity_;                          // as it was said last
    QString planProblem_;                         // why there is no plan, as it was said last
    QString writing_;
    std::vector<PlanStep> leftChops_;  // that are measured after, while they are
    bool restoring_ = false;           // a session; what follows from its texts is done once, after it
    bool leaveOneOutPending_ = false;
    bool leaveOneOutRunning_ = false;
};

}  // namespace secateur
