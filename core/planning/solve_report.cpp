// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/solve_report.h"

#include <algorithm>
#include <utility>

#include "core/data/take_back.h"

namespace secateur {

void rank(std::vector<SolveRow>& rows) {
    std::ranges::stable_sort(rows, {}, [](const SolveRow& row) {
        return std::pair(row.problem.empty() ? 0 : 1, row.measured.planPerplexity);
    });
    for (SolveRow& row : rows) {
        if (!row.problem.empty()) continue;
        const PerplexityDifference difference = perplexityDifference(row.windowLoss, rows.front().windowLoss);
        row.behind = difference.value;
        row.behindError = difference.standardError;
    }
}

}  // namespace secateur
