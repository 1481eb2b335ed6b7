// SPDX-License-Identifier: GPL-3.0-or-later
//
// Optimal brain surgery on groups of inputs (SlimGPT, OSSCAR, ZipLM; methods-2.md M2): the groups go in
// rounds, those first without which the output changes least once all other weights have made up for them as
// well as they can.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

namespace secateur {

struct GroupRemoval {
    std::int64_t width = 1;  // consecutive inputs of a group
    std::int64_t count = 0;  // groups to remove
    int rounds = 1;          // in which they go, as many in each
    double damping = 1e-2;   // of the mean of the diagonal of H, at least
    // What Tyr-the-Pruner's published code ranks by: W_g (H W)_g is added to the loss of a group.
    bool addsSignal = false;
};

// One score a group: its place in the order of removal, and for those that stay the places after it, by the
// loss after the last round. weight: [out, in]; covariance H: [in, in] of its inputs, of which it is not
// asked whether they are centred. With W the weights as they are by then and g the group, the loss is
//     tr W_g' [(H^-1)_gg]^-1 W_g / 2,
// and what is left becomes W - (H^-1)_:g [(H^-1)_gg]^-1 W_g. float64. Throws InvalidArgument where H cannot
// be factored, Corrupt where it holds NaN or Inf; `where` names the linear.
[[nodiscard]] std::vector<float> removalOrder(const at::Tensor& weight, const at::Tensor& covariance,
                                              const GroupRemoval& removal, const std::string& where);

}  // namespace secateur
