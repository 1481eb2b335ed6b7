// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plan of a question that is asked of the dense network and of what the present plan leaves. GUI thread
// only.
#pragma once

#include <optional>

#include "widgets/document/engine_client.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;

// What is asked now; nothing where the plan removes nothing, and the dense network is asked alone.
[[nodiscard]] std::optional<PreviewRequest> askedNow(const PlanDocument& document,
                                                     const PreviewFeed& preview);
[[nodiscard]] bool removesSomething(const PlanDocument& document);
// Whether what was asked is of the present plan, however often that was changed and undone meanwhile.
[[nodiscard]] bool isOfPresentPlan(const std::optional<PreviewRequest>& asked, const PlanDocument& document);

}  // namespace secateur
