// SPDX-License-Identifier: GPL-3.0-or-later
//
// Orders of layers by different metrics, compared.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/data/analysis.h"

namespace secateur {

// 1 is the least; equal values share the mean of their ranks. Values are finite.
[[nodiscard]] std::vector<double> ranksOf(std::span<const float> values);

// Spearman's rank correlation of two lists of equal length: 1 for the same order, -1 for the opposite one.
// None for fewer than three values, values that are not finite, and lists of equal values.
[[nodiscard]] std::optional<double> rankAgreement(std::span<const float> a, std::span<const float> b);

// How the order of layers by a metric agrees with that by what their removal costs, which is the one that was
// measured. None without leave-one-out or the metric.
[[nodiscard]] std::optional<double> agreementWithLeaveOneOut(const Analysis& analysis, const char* metric);

}  // namespace secateur
