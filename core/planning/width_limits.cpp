// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/width_limits.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/planning/structures.h"

namespace secateur {

namespace {

// Calls `take` for the best `count` of the units (ascending numbers); ties go to the lowest.
template <typename Take>
void forBest(std::span<const int> units, std::span<const float> scores, int count, Take take) {
    if (count <= 0) return;
    std::vector<float> values;
    values.reserve(units.size());
    for (const int unit : units) values.push_back(scores[unit]);
    const auto place = values.begin() + (count - 1);
    std::nth_element(values.begin(), place, values.end(), std::greater<>());
    const float cutoff = *place;
    auto ties = count - std::count_if(values.begin(), place, [&](float value) { return value > cutoff; });
    for (const int unit : units)
        if (scores[unit] > cutoff || (scores[unit] == cutoff && ties-- > 0)) take(unit);
}

}  // namespace

void keepBest(std::vector<float>& scores, int count) {
    std::vector<int> units(scores.size());
    std::iota(units.begin(), units.end(), 0);
    const std::vector<float> original = count > 0 ? scores : std::vector<float>();
    forBest(units, original, std::min(count, static_cast<int>(scores.size())),
            [&](int unit) { scores[unit] = kAlwaysKept; });
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
    for (const int unit : candidates) mask[unit] = 0;
    forBest(candidates, scores, stay, [&](int unit) { mask[unit] = 1; });
}

std::optional<UnitMask> spread(const std::optional<UnitMask>& mask, const UnitMask& left) {
    if (!mask) return std::nullopt;
    UnitMask all = left;
    std::size_t next = 0;
    for (std::uint8_t& unit : all)
        if (unit) unit = (*mask)[next++];
    return all;
}

}  // namespace secateur
