// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which strategy to begin with: what costs least before healing is not what costs least after it (LayerChop,
// arXiv 2305.14864: of its five, output is the cheapest before and the worst after).
#include <algorithm>
#include <variant>

#include "core/planning/planner.h"

namespace secateur {

namespace {

constexpr std::int64_t kLarge = 1'000'000'000;

}  // namespace

std::string suggestedChop(ChopPurpose purpose, std::int64_t parameters) {
    if (purpose == ChopPurpose::AsItIs) return "block-influence";
    return parameters < kLarge ? "max-gap" : "input";
}

ChopPurpose purposeOf(const PlanRequest& request, std::size_t step) {
    const auto after = request.steps.begin() + static_cast<std::ptrdiff_t>(step + 1);
    const bool heals = std::any_of(after, request.steps.end(), [](const StepRequest& later) {
        return std::holds_alternative<HealStep>(later);
    });
    return heals ? ChopPurpose::Healed : ChopPurpose::AsItIs;
}

std::vector<std::string> nameStrategies(PlanRequest& request, std::int64_t parameters, bool scored) {
    std::vector<std::string> said;
    const std::string healed = suggestedChop(ChopPurpose::Healed, parameters);
    const std::string asItIs = suggestedChop(ChopPurpose::AsItIs, parameters);
    for (std::size_t i = 0; i < request.steps.size(); ++i) {
        auto* chop = std::get_if<ChopRequest>(&request.steps[i]);
        if (chop == nullptr || chop->count <= 0 || !chop->strategy.empty()) continue;
        const bool heals = purposeOf(request, i) == ChopPurpose::Healed;
        chop->strategy = heals || !scored ? healed : asItIs;
        const std::string begin = "the layers to chop are chosen by " + chop->strategy;
        if (heals)
            said.push_back(begin + ", as a heal step follows");
        else if (scored)
            said.push_back(begin + ", as no heal step follows; where the result is healed, " + healed +
                           " is suggested");
        else
            said.push_back(begin +
                           ", as there is no analysis or text to score layers with; where the result "
                           "is not healed, " +
                           asItIs + " is suggested");
    }
    return said;
}

}  // namespace secateur
