// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/change_words.h"

#include <variant>

#include "core/base/units.h"

namespace secateur {

namespace {

bool keepsAll(const UnitMask& mask) {
    return countKept(mask) == static_cast<int>(mask.size());
}

}  // namespace

bool isIdentity(const Plan& plan) {
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            if (!chop->empty()) return false;
        } else if (const auto* width = std::get_if<WidthStep>(&step)) {
            for (const LayerKeep& keep : width->keep) {
                if ((keep.kvGroups && !keepsAll(*keep.kvGroups)) ||
                    (keep.channels && !keepsAll(*keep.channels)))
                    return false;
            }
        } else {
            return false;
        }
    }
    return true;
}

std::string changeSentence(const PreviewReport& report, const Plan& plan) {
    if (isIdentity(plan)) return "The plan removes nothing.";
    return report.withinError() ? "The change is smaller than its standard error." : "";
}

std::string plannedPerplexity(const PreviewReport& report, const Plan& plan) {
    const std::string sentence = changeSentence(report, plan);
    return formatPerplexity(report.planPerplexity, report.planStandardError) + " (" +
           formatChange(report.change(), report.changeStandardError) + ")" +
           (sentence.empty() ? "" : ". " + sentence);
}

}  // namespace secateur
