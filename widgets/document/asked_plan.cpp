// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/asked_plan.h"

#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"

namespace secateur {

bool removesSomething(const PlanDocument& document) {
    return document.valid() && !isIdentity(document.result()->plan);
}

std::optional<PreviewRequest> askedNow(const PlanDocument& document, const PreviewFeed& preview) {
    return removesSomething(document) ? std::optional(preview.request()) : std::nullopt;
}

bool isOfPresentPlan(const std::optional<PreviewRequest>& asked, const PlanDocument& document) {
    if (!document.valid()) return false;
    if (!asked) return !removesSomething(document);
    return asked->revision == document.revision() || asked->plan.steps == document.result()->plan.steps;
}

}  // namespace secateur
