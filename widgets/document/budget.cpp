// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/budget.h"

#include <algorithm>

namespace secateur {
namespace {

WidthRequest presentWidth(const PlanWishes& wishes) {
    const WidthRequest* present = widthWish(wishes);
    return present != nullptr ? *present : WidthRequest{};
}

PlanWishes withNarrowing(PlanWishes wishes, const WidthRequest& width) {
    if (widthWish(wishes) != nullptr) return withWidth(std::move(wishes), width);
    const auto shapes = [](const Wish& wish) { return std::holds_alternative<ChopRequest>(wish.wished); };
    const auto rest = std::ranges::find_if_not(wishes.steps, shapes);
    wishes.steps.insert(rest, Wish{width});
    return wishes;
}

}  // namespace

PlanWishes withBudget(PlanWishes wishes, const Budget& budget, const Accounting& present) {
    const WidthRequest width = withBudget(presentWidth(wishes), budget, present);
    return withNarrowing(std::move(wishes), width);
}

PlanWishes withRatio(PlanWishes wishes, double ratio) {
    const WidthRequest width = withRatio(presentWidth(wishes), ratio);
    return withNarrowing(std::move(wishes), width);
}

std::optional<Budget> budgetOf(const PlanWishes& wishes) {
    const WidthRequest* width = widthWish(wishes);
    if (width == nullptr) return std::nullopt;
    if (width->targetParameters) return Budget{Budget::Kind::Parameters, 0.0, *width->targetParameters};
    if (width->targetBytes) return Budget{Budget::Kind::Bytes, 0.0, *width->targetBytes};
    return std::nullopt;
}

}  // namespace secateur
