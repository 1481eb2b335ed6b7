// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/width_limits.h"

#include <algorithm>

#include "core/planning/structures.h"

namespace secateur {

namespace {

// Moves the best `count` of the units to the front.
void bestFirst(std::vector<int>& units, std::span<const float> scores, int count) {
    std::partial_sort(units.begin(), units.begin() + count, units.end(),
                      [&](int a, int b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
}

}  // namespace

void keepBest(std::vector<float>& scores, int count) {
    count = std::min(count, static_cast<int>(scores.size()));
    if (count <= 0) return;
    std::vector<int> units(scores.size());
    for (std::size_t unit = 0; unit < units.size(); ++unit) units[unit] = static_cast<int>(unit);
    bestFirst(units, scores, count);
    for (int i = 0; i < count; ++i) scores[units[i]] = kAlwaysKept;
}

int roundedCount(int kept, int units, int roundTo, int minimum) {
    if (roundTo <= 1 || kept == units) return kept;
    const int largest = units / roundTo * roundTo;
    int rounded = std::clamp((kept + roundTo / 2) / roundTo * roundTo, std::min(roundTo, largest), largest);
    while (rounded < minimum && rounded + roundTo <= units) rounded += roundTo;
    return rounded == 0 || rounded < std::min(minimum, units) ? units : rounded;
}

void adjustCount(UnitMask& mask, std::span<const float> scores, int count) {
    const int kept = countKept(mask);
    if (count == kept) return;
    const bool adding = count > kept;
    std::vector<int> candidates;
    for (std::size_t unit = 0; unit < mask.size(); ++unit)
        if ((mask[unit] == 0) == adding) candidates.push_back(static_cast<int>(unit));
    const int stay = adding ? count - kept : count;
    bestFirst(candidates, scores, stay);
    for (std::size_t i = 0; i < candidates.size(); ++i)
        mask[candidates[i]] = static_cast<int>(i) < stay ? 1 : 0;
}

}  // namespace secateur
