// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing runs of round numbers, as a workspace folder would tell them.
#pragma once

#include "core/data/run_record.h"
#include "widgets/document/job_row.h"
#include "widgets/plots/curve_data.h"

namespace secateur::testing {

// Step `step`: loss 4 / step, and a held-out perplexity of 10 / step every fifth step.
[[nodiscard]] HealPoint samplePoint(std::int64_t step);

// /runs/NAME with `steps` steps of 20 done, batch 4 x 32 tokens, 1000 parameters; before 12, dense 1.5.
[[nodiscard]] RunRecord sampleRun(const char* name, RunState state, int steps,
                                  HealMethod method = HealMethod::Continued);

// What the device thread says of the job that works on a run.
[[nodiscard]] JobRow healJobRow(int id, const char* folder, JobState state, double fraction = 0.0);

// The curve of a run of samplePoint(1) to samplePoint(steps), healed from 12; dense 1.5.
[[nodiscard]] HealCurve healCurve(const char* name, int colour, int steps);

}  // namespace secateur::testing
