// SPDX-License-Identifier: GPL-3.0-or-later
//
// How likely a network finds continuations of contexts: many sequences of different lengths in as few passes
// as possible. Thread rule: the compute thread alone.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/evaluation.h"
#include "core/model/weights.h"

namespace secateur {

// A context and its continuation as ids; at least one id of either.
struct JudgedSequence {
    std::vector<std::int32_t> ids;
    int judged = 0;  // the last of them are the continuation
};

// Of each sequence. Equal inputs run once, so that answers of one token cost one pass together; of inputs
// that begin alike, such as the answers to a question, the beginning runs once; windows of similar length run
// side by side, with what follows the shorter ones left out of account. Of sequences longer than `most` + 1
// ids the first are dropped (as lm-evaluation-harness does). `streamBytes`: of residual streams at a time.
[[nodiscard]] std::vector<AnswerScore> likelihoods(WeightSource& weights,
                                                   std::span<const JudgedSequence> sequences, int most,
                                                   std::int64_t streamBytes, JobContext& context);

}  // namespace secateur
