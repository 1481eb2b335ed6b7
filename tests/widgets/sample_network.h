// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small network and a measurement of it, made of plain numbers: the later the layer and the higher the
// channel, the more it matters.
#pragma once

#include <memory>

#include "core/data/analysis.h"
#include "core/data/model_summary.h"

namespace secateur::testing {

inline constexpr int kLayers = 6;
inline constexpr int kGroups = 4;
inline constexpr int kChannels = 32;

[[nodiscard]] std::shared_ptr<const ModelSummary> sampleModel();
[[nodiscard]] std::shared_ptr<const Analysis> sampleAnalysis(bool leaveOneOut = false);

}  // namespace secateur::testing
