// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/score_memory.h"

#include <algorithm>

namespace secateur {

namespace {

constexpr std::size_t kTables = 4;  // two width steps, before and after an edit

}  // namespace

std::shared_ptr<const ScoreTable> ScoreMemory::find(const ScoreRequest& request,
                                                    const std::vector<Part>& parts) const {
    const auto found = std::ranges::find_if(
        known_, [&](const Known& known) { return known.request == request && known.parts == parts; });
    return found == known_.end() ? nullptr : found->table;
}

void ScoreMemory::keep(const ScoreRequest& request, std::vector<Part> parts,
                       std::shared_ptr<const ScoreTable> table) {
    if (known_.size() == kTables) known_.erase(known_.begin());
    known_.push_back({request, std::move(parts), std::move(table)});
}

}  // namespace secateur
