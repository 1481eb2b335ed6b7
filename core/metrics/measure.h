// SPDX-License-Identifier: GPL-3.0-or-later
//
// One pass of calibration windows over the network: everything that any score needs.
#pragma once

#include <cstdint>

#include "core/base/job_context.h"
#include "core/data/analysis.h"
#include "core/data/tokens.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

// Fills layers, residual and angular of an analysis; calibration and provenance are the caller's.
// `angularBytes` bounds the memory of the angular distances. Throws InvalidArgument for fewer than two
// windows.
[[nodiscard]] Analysis measurePass(WeightSource& weights, const TokenWindows& windows,
                                   std::int64_t angularBytes, JobContext& context);

}  // namespace secateur
