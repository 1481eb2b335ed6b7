// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one mutable object of the window: the opened network, its analysis, what the user wishes, and the plan
// that follows. Every edit is an undoable command; the plan is made again at once (milliseconds), or asked of
// the engine when its method prunes as it goes. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUndoStack>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/model_summary.h"
#include "core/planning/planner.h"
#include "core/planning/score_memory.h"
#include "widgets/document/plan_history.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

class PlanDocument final : public QObject {
    Q_OBJECT
public:
    explicit PlanDocument(QObject* parent = nullptr);

    // --- facts
    // ---------------------------------------------------------------------------------------------------------------
    // A new network begins a new, empty plan with an empty history and no analysis.
    void setModel(std::shared_ptr<const ModelSummary> model);
    // Measured values arrive in stages; the wishes stay and the plan is made again.
    void setAnalysis(std::shared_ptr<const Analysis> analysis);
    // One of what the chops before every other step leave, as measuredAfter() gave them: it scores the plan
    // for as long as these are the plan's first chops, in place of the one of the whole network. Null: there
    // is none.
    void setLeftAnalysis(std::shared_ptr<const Analysis> analysis, std::vector<PlanStep> chops);

    [[nodiscard]] const std::shared_ptr<const ModelSummary>& model() const noexcept { return model_; }
    // What the plan was made from and views draw.
    [[nodiscard]] const std::shared_ptr<const Analysis>& analysis() const noexcept {
        return ofWhatIsLeft_ ? left_ : analysis_;
    }
    [[nodiscard]] const std::shared_ptr<const Analysis>& wholeAnalysis() const noexcept { return analysis_; }
    // analysis() is of what the plan's chops leave.
    [[nodiscard]] bool ofWhatIsLeft() const noexcept { return ofWhatIsLeft_; }
    // There is such an analysis, of other chops than the plan's.
    [[nodiscard]] bool leftIsStale() const noexcept { return left_ != nullptr && !ofWhatIsLeft_; }
    // What a measurement for this plan runs: its chops before every other step. Nothing where the widths that
    // follow are scored on what these leave already, or nothing is scored after a chop.
    [[nodiscard]] std::optional<std::vector<PlanStep>> measuredAfter() const;

    // --- wishes
    // --------------------------------------------------------------------------------------------------------------
    [[nodiscard]] const PlanWishes& wishes() const noexcept { return wishes_; }
    // What the forms of a width and of a chop show.
    [[nodiscard]] WidthRequest width() const {
        const WidthRequest* width = widthWish(wishes_);
        return width ? *width : WidthRequest{};
    }
    [[nodiscard]] ChopRequest chop() const {
        const ChopRequest* chop = chopWish(wishes_);
        return chop ? *chop : ChopRequest{};
    }
    [[nodiscard]] QUndoStack* undoStack() noexcept { return &undo_; }

    // Edits with the same gesture number become one step of the history. 0: a step of its own.
    [[nodiscard]] int beginGesture() noexcept { return ++gestures_; }
    void edit(const QString& text, PlanWishes wishes, int gesture = 0);
    void setWidth(const QString& text, const WidthRequest& width, int gesture = 0);
    void setChop(const QString& text, const ChopRequest& chop);
    void setPartRemoved(int layer, LayerPart part, bool removed);
    // Each is one edit. Layers that are kept get back their attention and MLP too.
    void setPartsRemoved(const std::vector<int>& layers, LayerPart part, bool removed);
    void keepLayers(const std::vector<int>& layers);

    // --- plan
    // ----------------------------------------------------------------------------------------------------------------
    // The plan of the present wishes; of the last wishes that had one while problem() or waiting() says
    // otherwise. Null without a model.
    [[nodiscard]] const PlanResult* result() const noexcept { return result_.get(); }
    [[nodiscard]] const KeptUnits& kept() const noexcept { return *kept_; }
    // The same for those who keep it: values that never change, others with the next plan.
    [[nodiscard]] const std::shared_ptr<const PlanResult>& sharedResult() const noexcept { return result_; }
    [[nodiscard]] const std::shared_ptr<const KeptUnits>& sharedKept() const noexcept { return kept_; }
    [[nodiscard]] QString problem() const {
        return problem_;
    }  // why the present wishes have no plan; empty when they have one
    [[nodiscard]] bool waiting() const noexcept { return waiting_; }  // for the engine to plan
    [[nodiscard]] bool valid() const noexcept { return result_ && problem_.isEmpty() && !waiting_; }
    [[nodiscard]] std::uint64_t revision() const noexcept {
        return revision_;
    }  // grows when what a preview shows changes
    // The engine's answer to planningNeeded; answers to older revisions are dropped.
    void acceptPlanned(const PlanResult& result, std::uint64_t revision);
    void rejectPlanned(const QString& problem, std::uint64_t revision);

    // --- files
    // ---------------------------------------------------------------------------------------------------------------
    [[nodiscard]] QString json() const;
    // Throw Error. Loading is an undoable edit and returns warnings.
    void save(const QString& file);
    [[nodiscard]] QStringList load(const QString& file);
    [[nodiscard]] QString file() const { return file_; }
    // Nothing would be lost with the document.
    [[nodiscard]] bool saved() const { return model_ == nullptr || undo_.isClean(); }

    // --- history
    // -------------------------------------------------------------------------------------------------------------
    [[nodiscard]] PlanHistory history() const;
    // The history of an earlier session with this model, in place of the present one.
    void restore(const PlanHistory& history, const QString& file);

    // Called by commands alone.
    void adopt(const PlanWishes& wishes);

Q_SIGNALS:
    void modelChanged();
    void analysisChanged();
    void planChanged();
    void fileChanged();
    void planningNeeded(const secateur::PlanRequest& request, quint64 revision);

private:
    void replan();
    void take(PlanResult result);
    [[nodiscard]] bool planOnWhatIsLeft(PlanResult& result);
    void useWhatIsLeft(bool use);

    std::shared_ptr<const ModelSummary> model_;
    std::shared_ptr<const Analysis> analysis_;
    std::shared_ptr<const Analysis> left_;
    std::vector<PlanStep> leftChops_;                 // that left_ was measured after
    std::optional<ScoreMemory> scores_, leftScores_;  // of analysis_ and left_, for the next plan
    bool ofWhatIsLeft_ = false;
    PlanWishes wishes_ = emptyWishes();
    std::shared_ptr<const PlanResult> result_;
    std::shared_ptr<const KeptUnits> kept_ = std::make_shared<const KeptUnits>();
    QString problem_;
    QString file_;
    QUndoStack undo_;
    std::uint64_t revision_ = 0;
    int gestures_ = 0;
    bool waiting_ = false;
    bool restoring_ = false;  // commands are put back, which need not be planned one by one
};

}  // namespace secateur
