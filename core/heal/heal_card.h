// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/data/model_summary.h"
#include "core/data/run_record.h"

namespace secateur {

// README.md of a healed checkpoint: where it comes from, what it learned from and what it was judged on,
// perplexities before and after, and what of the held-out text had been seen in training.
[[nodiscard]] std::string healCard(const RunRecord& run, const ModelSummary& source);

}  // namespace secateur
