// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/common_units.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/planning/narrowed_analysis.h"
#include "widgets/document/made_by.h"

namespace secateur {
namespace {

using Models = std::vector<std::shared_ptr<const ModelSummary>>;

std::shared_ptr<const ModelSummary> measuredModel(const Models& known, const Analysis& analysis) {
    const auto found = std::ranges::find(known, analysis.modelFingerprint,
                                         [](const auto& model) { return model->fingerprint; });
    return found != known.end() ? *found : nullptr;
}

// Whether units of the same numbers are the same in two networks of one shape, as far as is known.
bool keptTheSame(const Models& known, const Analysis& a, const Analysis& b) {
    if (a.modelFingerprint == b.modelFingerprint) return true;
    const auto modelA = measuredModel(known, a), modelB = measuredModel(known, b);
    if (modelA != nullptr && modelB != nullptr && healsOf(*modelA, *modelB)) return true;
    // What no plan made has all its units, and so has another of its shape.
    return std::ranges::any_of(
        std::initializer_list<std::shared_ptr<const ModelSummary>>{modelA, modelB},
        [](const auto& model) { return model != nullptr && planFileOf(*model).isEmpty(); });
}

// `whole` on what is left of it in the network of `part`.
std::shared_ptr<const Analysis> takenOn(const ModelSummary& part, const Analysis& whole) {
    const auto left = madeFrom(part, measuredNetwork(whole, part.config), whole.modelFingerprint);
    return left ? std::make_shared<const Analysis>(narrowedTo(whole, *left)) : nullptr;
}

}  // namespace

CommonUnits commonUnits(const Models& known, std::shared_ptr<const Analysis> a,
                        std::shared_ptr<const Analysis> b) {
    CommonUnits common{std::move(a), std::move(b), known.front()};
    if (sameShape(*common.a, *common.b)) {
        common.placeByPlace = !keptTheSame(known, *common.a, *common.b);
        return common;
    }
    for (const bool narrowB : {false, true}) {
        std::shared_ptr<const Analysis>& whole = narrowB ? common.b : common.a;
        const auto part = measuredModel(known, narrowB ? *common.a : *common.b);
        auto narrowed = part != nullptr ? takenOn(*part, *whole) : nullptr;
        if (narrowed == nullptr || !sameShape(*narrowed, narrowB ? *common.a : *common.b)) continue;
        whole = std::move(narrowed);
        (narrowB ? common.narrowedB : common.narrowedA) = true;
        common.network = part;
        return common;
    }
    const std::string& foreign =
        common.a->modelFingerprint == known.front()->fingerprint ? common.b->modelName : common.a->modelName;
    throw Error(
        ErrorCode::InvalidArgument,
        "the analysis of " + foreign +
            " is of a network of another shape, and no plan (secateur-plan.json) beside a model that is "
            "open or was a side here says which units both networks have",
        "choose the narrower model as a side once, or open it");
}

}  // namespace secateur
