// SPDX-License-Identifier: GPL-3.0-or-later
//
// Windows of tokens as tensors, and what networks make of them.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/tokens.h"

namespace secateur {

// ids of some windows as [count, seq] int64 on the device.
[[nodiscard]] at::Tensor idsOf(const TokenWindows& windows, const std::vector<int>& which,
                               const at::Device& device);

// What predicts, and what is predicted: stream [batch, seq, D] -> [batch * (seq - 1), D], ids [batch, seq] ->
// [batch * (seq - 1)].
[[nodiscard]] at::Tensor inputsOf(const at::Tensor& stream);
[[nodiscard]] at::Tensor targetsOf(const at::Tensor& ids);

// Mean cross-entropy of the next tokens of each window of ids, nats: [batch] f64 on the host. stream: after
// the final norm, [batch, seq, D]; head: [vocab, D], of the same dtype. Without recording.
[[nodiscard]] at::Tensor windowLosses(const at::Tensor& stream, const at::Tensor& head,
                                      const at::Tensor& ids);

}  // namespace secateur
