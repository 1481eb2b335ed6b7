// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a checkpoint was made from, as the plan's file beside it says: so its units are known by their numbers
// in the network before. Files are read: any thread but the window's.
#pragma once

#include <QString>
#include <optional>
#include <string>

#include "core/data/model_summary.h"
#include "core/data/network_state.h"

namespace secateur {

// The plan that a run's checkpoint was made by: in its folder, or in that of what it heals. Empty: none.
[[nodiscard]] QString planFileOf(const RunRecord& run);
// The same of a checkpoint, which may be healed.
[[nodiscard]] QString planFileOf(const ModelSummary& model);

// The plan's file as it is, for parsePlan(). Throws Error where it cannot be read.
[[nodiscard]] std::string planText(const QString& file);

// What the plan beside `made` left of the network before it, where that one has this fingerprint. None where
// no such plan lies there, or it leaves other widths than `made` has.
[[nodiscard]] std::optional<NetworkState> madeFrom(const ModelSummary& made, const NetworkConfig& before,
                                                   const std::string& fingerprint);

// One heals the other, or both the same: units of the same numbers are the same. False where it is not known.
[[nodiscard]] bool healsOf(const ModelSummary& a, const ModelSummary& b);

}  // namespace secateur
