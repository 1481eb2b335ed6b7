// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan does to the loss, without writing anything. The residual streams of the dense network and of
// the last plan are kept, so that after an edit only layers from the first that differs upward run again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/tokens.h"
#include "core/model/decoder.h"
#include "core/model/weights.h"

namespace secateur {

struct PreviewLosses {
    at::Tensor dense;  // [windows, seq - 1]
    at::Tensor plan;
    int firstLayerRun = 0;  // position in the planned network; its layer count when nothing had to run
};

class Preview {
public:
    // `stateBytes` bounds what is kept of residual streams; where not every layer's fits, every k-th is kept.
    Preview(WeightSource& dense, const TokenWindows& windows, std::int64_t stateBytes);

    // `plan`: what the plan leaves of the dense network, at the same place.
    [[nodiscard]] PreviewLosses run(WeightSource& plan, JobContext& context);

private:
    // The streams of one network: input of layer 0, stride, 2 stride, ..., and the losses at the end.
    struct Pass {
        std::vector<std::string> keys;  // of the layers it ran with
        std::vector<at::Tensor> streams;
        at::Tensor losses;
    };
    [[nodiscard]] Pass extend(WeightSource& weights, const Pass* from, int firstDifferent, const char* stage,
                              int& firstRun, JobContext& context) const;

    WeightSource& dense_;
    TokenWindows windows_;
    int stride_ = 1;
    std::optional<Pass> densePass_;
    std::optional<Pass> last_;
};

}  // namespace secateur
