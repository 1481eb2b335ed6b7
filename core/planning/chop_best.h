// SPDX-License-Identifier: GPL-3.0-or-later
//
// The best of a comparison of chop strategies: the least perplexity at every count, and who holds it. Pure
// functions of values; any thread.
#pragma once

#include <vector>

#include "core/data/reports.h"

namespace secateur {

struct BestChop {
    int count = 0;             // layers removed
    int row = 0;               // of the report: the least perplexity at that count, the first of equals
    std::vector<int> alike{};  // other rows that remove the same
};

// One for each count that has a finite perplexity, ascending; chops of attention alone, which remove less
// than so many layers, do not take part. Where the one that held the count before is equal to the best, it
// holds on.
[[nodiscard]] std::vector<BestChop> bestChops(const ChopSweepReport& report);

// The largest count whose best costs at most the fraction `most` of the dense perplexity; the smallest there
// is where none does; 0 without any.
[[nodiscard]] int affordableCount(const ChopSweepReport& report, double most);

}  // namespace secateur
