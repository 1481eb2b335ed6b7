// SPDX-License-Identifier: GPL-3.0-or-later
//
// One layer at a time loses units on the stream that the narrowed layers below it give, and the linear that
// read them (o_proj, down_proj) makes up for it.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/compress/refit.h"
#include "core/data/tokens.h"
#include "core/model/inputs.h"
#include "core/model/weights.h"

namespace secateur {

enum class Compensation { None, Bias, Refit };

// Gram matrices of the inputs of one linear: of the windows that fits are made on, and of every fifth, held
// out.
struct SplitInputs {
    InputStatistics fit, held;
};

// Throws InvalidArgument for fewer than two windows.
void requireHeldOut(const TokenWindows& windows);

class Narrowing {
public:
    // `weights`: the network before the step.
    Narrowing(WeightSource& weights, int seqLen, JobContext& context);

    // What `reader` (O or Down) of the layer reads. `layer`: that of `position` of the network before the
    // step, whose attention may have been narrowed already. `stream`: [windows, seq, D], what the sublayer
    // reads.
    [[nodiscard]] SplitInputs inputsOf(const LayerWeights& layer, int position, LinearName reader,
                                       const at::Tensor& stream) const;
    // Keeps KV groups (O) or MLP channels (Down), by index, and compensates. Throws Corrupt where the refit
    // is NaN or Inf.
    void keep(LayerWeights& layer, int position, LinearName reader, const std::vector<std::int64_t>& units,
              const SplitInputs& inputs, Compensation compensation);
    // Warns how many linears were refitted, and how well.
    void report() const;

private:
    void put(const Refit& refit, Linear& linear, int layer, LinearName name);

    WeightSource& weights_;
    JobContext& context_;
    PassContext before_;
    int linears_ = 0, refits_ = 0;
    double errors_ = 0.0, biasErrors_ = 0.0;
};

}  // namespace secateur
