// SPDX-License-Identifier: GPL-3.0-or-later
//
// Truncated singular value decompositions: what the factorize methods share (algorithms.md 7).
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/ATen.h>

#include "core/data/options.h"
#include "core/model/linear.h"

namespace secateur {

// `keep`: the share of a linear's parameters that stays.
[[nodiscard]] OptionSpec keepOption();
[[nodiscard]] std::int64_t rankOf(const OptionValues& options, std::int64_t out, std::int64_t in);

// weight: [out, in] f64. whitening: undefined, or lower S [in, in] f64, with which W S is truncated instead
// of W, and S taken back out. Both factors get the square root of the singular values.
[[nodiscard]] std::shared_ptr<const LinearBody> truncated(const at::Tensor& weight, std::int64_t rank,
                                                          const at::Tensor& whitening);

}  // namespace secateur
