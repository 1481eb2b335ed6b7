// SPDX-License-Identifier: GPL-3.0-or-later
//
// Streaming statistics of the input channels of one linear, in both forms (algorithms.md 1.3):
//   exact      mean and M2 over tokens, merged window by window with Chan's formula; variance = M2 / (tokens
//   - 1) reference  what the published FLAP code accumulates, one window = one sample, in the order given:
//              m_k = ((k-1) m_{k-1} + mean_k) / k,  F_1 = 0,  F_k = F_{k-1} (k-2)/(k-1) + sum_t (x_t - m_k)^2
//              / k
// and beside them what other methods sum up over windows: root sum_k (mean_t |x|)^2 (Minitron), mean_k root
// sum_t x^2 (2SSP).
// State is float64; results are float32. Independent of how windows are grouped into batches and of the
// number of threads.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/analysis.h"

namespace secateur {

class ChannelAccumulator {
public:
    // x: [windows, seq, channels]. The first call fixes the number of channels.
    void add(const at::Tensor& x);

    // Statistics of everything added; what the weights say is left empty.
    [[nodiscard]] ChannelStatistics finish() const;
    [[nodiscard]] std::int64_t windows() const noexcept { return windows_; }

private:
    void addWindow(const float* mean, const float* centred2, const float* absMean, std::int64_t seq);

    std::int64_t windows_ = 0;
    double tokens_ = 0.0;
    std::vector<double> mean_, centred2_, referenceMean_, referenceFluctuation_, norm2_, absMean2_, norm_;
};

}  // namespace secateur
