// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a user has decided about a plan: the value that undo and redo move through. Pure functions between
// wishes and plans.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/planning/change_words.h"
#include "core/planning/planner.h"
#include "core/planning/step_text.h"

namespace secateur {

enum class LayerPart { Layer, Attention, Mlp };

// A decided step, or none. Never changed and shared by all states of the history that have it: the masks of a
// large network are megabytes.
class SettledStep {
public:
    SettledStep(std::nullopt_t = std::nullopt) noexcept {}  // NOLINT(google-explicit-constructor)
    template <class Step>
    requires std::constructible_from<PlanStep, Step> SettledStep(
        Step&& step)  // NOLINT(google-explicit-constructor, bugprone-forwarding-reference-overload)
        : step_(std::make_shared<const PlanStep>(std::forward<Step>(step))) {}
    [[nodiscard]] explicit operator bool() const noexcept { return step_ != nullptr; }
    [[nodiscard]] const PlanStep& operator*() const noexcept { return *step_; }
    [[nodiscard]] bool operator==(const SettledStep& other) const {
        return step_ == other.step_ || (step_ && other.step_ && *step_ == *other.step_);
    }

private:
    std::shared_ptr<const PlanStep> step_;
};

// One step as it is wished for.
struct Wish {
    StepRequest wished;
    // As a loaded plan has it; authoritative until the wish changes.
    SettledStep settled = std::nullopt;
    bool on = true;  // off: it stays in the list and is left out of the plan
    bool operator==(const Wish&) const = default;
};

// A plan as it was loaded: while its steps are wished as they are, its facts stay, and saving writes its
// text.
struct LoadedPlan {
    Plan plan;
    std::string text;
};

struct PlanWishes {
    std::vector<Wish> steps;  // in the order in which they are carried out
    std::shared_ptr<const LoadedPlan> loaded = nullptr;
    bool operator==(const PlanWishes&) const = default;
};

// A plan that removes nothing, with FLAP ready at ratio 0.
[[nodiscard]] PlanWishes emptyWishes();

// The wishes whose plan is `plan`: its steps, each settled. `text`: of its file.
[[nodiscard]] PlanWishes wishesOf(const Plan& plan, std::string text = {});
// True when the wishes are the steps of the loaded plan, all of them and in their order.
[[nodiscard]] bool asLoaded(const PlanWishes& wishes);

// The wishes with a strategy for every chop of a number of layers: where none is named, the one suggested for
// what comes after it. `analysed`: there is an analysis to score layers with.
[[nodiscard]] PlanWishes withStrategies(PlanWishes wishes, const ModelSummary& model, bool analysed);
// The strategy to suggest for a chop before everything else: it will be healed when a step of the wishes
// heals.
[[nodiscard]] std::string suggestedFirst(const PlanWishes& wishes, const ModelSummary& model, bool analysed);

// The chop and the width that forms with one of each show: the last of its kind; null when there is none.
[[nodiscard]] const ChopRequest* chopWish(const PlanWishes& wishes);
[[nodiscard]] const WidthRequest* widthWish(const PlanWishes& wishes);
// The wishes with that one changed. A chop that removes nothing leaves the list; a new one comes first, a new
// width last.
[[nodiscard]] PlanWishes withChop(PlanWishes wishes, const ChopRequest& chop);
[[nodiscard]] PlanWishes withWidth(PlanWishes wishes, const WidthRequest& width);

// What engine and planning are asked for: the steps that are on, settled ones as they are, less what an
// earlier step chops. Throws what makePlan throws.
[[nodiscard]] PlanRequest requestOf(const ModelSummary& model, const Analysis* analysis,
                                    const PlanWishes& wishes);
// True when a step is decided by running the network, so that the engine must plan it.
[[nodiscard]] bool plannedByEngine(const PlanWishes& wishes);
// Throws what makePlan throws. `memory`: as there.
[[nodiscard]] PlanResult planOf(const ModelSummary& model, const Analysis* analysis, const PlanWishes& wishes,
                                ScoreMemory* memory = nullptr);
// Puts back what a loaded plan says of itself, where it still holds.
void restoreFacts(PlanResult& result, const PlanWishes& wishes);

// What the chops of a plan remove, all together, as explicit lists.
[[nodiscard]] ChopRequest explicitChop(const Plan& plan);
// `layer` (or one part of it) removed or restored. Removing a layer forgets about its parts.
[[nodiscard]] ChopRequest withPart(ChopRequest chop, int layer, LayerPart part, bool removed);
// The same in the wishes: restored in every chop that removes it, removed by the chop that forms show.
// `plan`: the plan of the wishes, for chops by a strategy; may be null.
[[nodiscard]] PlanWishes withParts(PlanWishes wishes, const Plan* plan, const std::vector<int>& layers,
                                   LayerPart part, bool removed);
[[nodiscard]] PlanWishes withPart(PlanWishes wishes, const Plan* plan, int layer, LayerPart part,
                                  bool removed);

}  // namespace secateur
