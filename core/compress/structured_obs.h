// SPDX-License-Identifier: GPL-3.0-or-later
//
// Structured optimal brain surgery (methods-2.md M2): layer after layer, on what the narrowed layers below
// give, KV groups and then MLP channels go in the order of numeric/group_removal.h, and the reader is
// compensated before the next sublayer is looked at.
#pragma once

#include <functional>
#include <vector>

#include "core/base/job_context.h"
#include "core/compress/narrowing.h"
#include "core/data/tokens.h"
#include "core/data/unit_set.h"
#include "core/model/weights.h"

namespace secateur {

struct ObsWishes {
    int rounds = 16;        // of MLP channels; KV groups go in one
    double damping = 1e-2;  // of the mean of the diagonal of the covariance
    bool addsSignal = false;
    Compensation compensation = Compensation::Refit;
};

// What is decided outside, of a sublayer of layer `position`: O its KV groups, Down its MLP channels.
struct ObsDecision {
    // How many of so many units go.
    std::function<int(int position, LinearName reader, int units)> removed;
    // Which stay, by scores of which the lowest go; empty: all.
    std::function<UnitMask(int position, LinearName reader, const std::vector<float>& scores)> keep;
};

// Without compensation the order is by the Gram matrix; else the mean is made up for, and it is by the
// covariance. Throws like removalOrder() and Narrowing.
void structuredObsPass(WeightSource& weights, const TokenWindows& windows, const ObsWishes& wishes,
                       const ObsDecision& decision, JobContext& context);

}  // namespace secateur
