// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/budget_threshold.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace secateur {

namespace {

constexpr int kBucketBits = 16;

// The upper bits of a key that grows as the score falls; -0 and +0 share it.
std::uint32_t bucketOf(float score) {
    const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);
    const std::uint32_t ascending = (bits & 0x80000000u) ? ~bits : bits | 0x80000000u;
    return ~ascending >> (32 - kBucketBits);
}

template <typename Visit>
void forEachUnit(const std::vector<UnitPool>& pools, Visit visit) {
    for (const UnitPool& pool : pools)
        for (const std::span<const float> row : pool.rows)
            for (const float score : row) visit(score, pool.cost);
}

std::vector<std::int64_t> bucketCosts(const std::vector<UnitPool>& pools) {
    std::vector<std::int64_t> costs(std::size_t{1} << kBucketBits, 0);
    forEachUnit(pools, [&](float score, std::int64_t cost) { costs[bucketOf(score)] += cost; });
    return costs;
}

struct Unit {
    float score;
    std::int64_t cost;
};

// Where the running sum of costs reaches the budget: the bucket, its non-empty predecessor, and the cost
// before that one.
struct Crossing {
    std::uint32_t previous = 0;
    std::uint32_t bucket = 0;
    std::int64_t costBefore = 0;
};

Crossing findCrossing(const std::vector<std::int64_t>& costs, double keepBudget) {
    Crossing crossing;
    std::int64_t sum = 0;
    bool first = true;
    for (std::uint32_t bucket = 0; bucket < costs.size(); ++bucket) {
        if (costs[bucket] == 0) continue;
        crossing.previous = first ? bucket : crossing.bucket;
        crossing.costBefore = first ? 0 : sum - costs[crossing.bucket];
        crossing.bucket = bucket;
        sum += costs[bucket];
        first = false;
        if (static_cast<double>(sum) >= keepBudget) break;
    }
    return crossing;
}

// Units of the two buckets, by descending score, ties as they come.
std::vector<Unit> unitsOf(const std::vector<UnitPool>& pools, const Crossing& crossing) {
    std::vector<Unit> units;
    forEachUnit(pools, [&](float score, std::int64_t cost) {
        const std::uint32_t bucket = bucketOf(score);
        if (bucket == crossing.bucket || bucket == crossing.previous) units.push_back({score, cost});
    });
    std::stable_sort(units.begin(), units.end(),
                     [](const Unit& a, const Unit& b) { return a.score > b.score; });
    return units;
}

}  // namespace

std::int64_t totalCost(const std::vector<UnitPool>& pools) {
    std::int64_t total = 0;
    for (const UnitPool& pool : pools)
        for (const std::span<const float> row : pool.rows)
            total += pool.cost * static_cast<std::int64_t>(row.size());
    return total;
}

float budgetThreshold(const std::vector<UnitPool>& pools, double keepBudget) {
    const Crossing crossing = findCrossing(bucketCosts(pools), keepBudget);
    const std::vector<Unit> units = unitsOf(pools, crossing);
    std::int64_t sum = crossing.costBefore;
    double nearest = std::numeric_limits<double>::infinity();
    float threshold = 0.0f;
    for (const Unit& unit : units) {
        sum += unit.cost;
        const double distance = std::abs(static_cast<double>(sum) - keepBudget);
        if (distance >= nearest) break;
        nearest = distance;
        threshold = unit.score;
    }
    return threshold;
}

}  // namespace secateur
