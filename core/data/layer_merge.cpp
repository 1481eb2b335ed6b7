// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/layer_merge.h"

namespace secateur {

const char* name(MergeRule rule) noexcept {
    return rule == MergeRule::Paper ? "paper" : "code";
}

std::optional<MergeRule> mergeRule(const std::string& name) {
    if (name == "paper") return MergeRule::Paper;
    if (name == "code") return MergeRule::Code;
    return std::nullopt;
}

}  // namespace secateur
