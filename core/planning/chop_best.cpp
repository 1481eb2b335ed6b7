// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/chop_best.h"

#include <cmath>
#include <map>

namespace secateur {

namespace {

bool sameChop(const ChopStep& a, const ChopStep& b) {
    return a.layers == b.layers && a.attention == b.attention && a.mlp == b.mlp && a.merge == b.merge;
}

// False for chops of attention alone, whose count is not of whole layers: at the same count they remove less.
bool competes(const ChopSweepRow& row) {
    const ChopStep& chop = row.chop;
    const bool attentionAlone = row.count > 0 && chop.layers.empty() && chop.mlp.empty() &&
                                chop.attention.size() == static_cast<std::size_t>(row.count);
    return std::isfinite(row.perplexity) && !attentionAlone;
}

}  // namespace

std::vector<BestChop> bestChops(const ChopSweepReport& report) {
    std::map<int, std::vector<int>> byCount;
    for (std::size_t i = 0; i < report.rows.size(); ++i)
        if (competes(report.rows[i])) byCount[report.rows[i].count].push_back(static_cast<int>(i));
    const auto row = [&](int i) -> const ChopSweepRow& { return report.rows[static_cast<std::size_t>(i)]; };
    std::vector<BestChop> bests;
    for (const auto& [count, rows] : byCount) {
        BestChop best{count, rows.front()};
        for (const int i : rows)
            if (row(i).perplexity < row(best.row).perplexity) best.row = i;
        if (!bests.empty()) {
            const std::string& holder = row(bests.back().row).strategy;
            for (const int i : rows)
                if (row(i).strategy == holder && row(i).perplexity <= row(best.row).perplexity) best.row = i;
        }
        for (const int i : rows)
            if (i != best.row && sameChop(row(i).chop, row(best.row).chop)) best.alike.push_back(i);
        bests.push_back(std::move(best));
    }
    return bests;
}

int affordableCount(const ChopSweepReport& report, double most) {
    const std::vector<BestChop> bests = bestChops(report);
    int count = bests.empty() ? 0 : bests.front().count;
    for (const BestChop& best : bests) {
        const ChopSweepRow& row = report.rows[static_cast<std::size_t>(best.row)];
        if (report.change(row) <= most) count = best.count;
    }
    return count;
}

}  // namespace secateur
