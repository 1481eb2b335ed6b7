// SPDX-License-Identifier: GPL-3.0-or-later
//
// What calibration sees at the inputs of a layer's linears: sums that methods decide by. Sums over batches of
// windows are independent of how windows are batched but for float32 rounding. Thread rule: the compute
// thread alone.
#pragma once

#include <array>
#include <cstdint>

#include <ATen/ATen.h>

#include "core/model/decoder.h"

namespace secateur {

// What a method must see of a linear's inputs. Sizes and Gram include Norms.
enum class Watch { Nothing, Norms, Sizes, Gram };

// Of the inputs at one site, on the network that earlier steps and earlier layers left.
struct InputStatistics {
    at::Tensor
        norm2;  // [in] f32: mean over windows of the window's sum over tokens of x^2 (algorithms.md 2.1)
    at::Tensor mean;             // [in] f32: over all tokens
    at::Tensor absMean, absMax;  // [in] f32: of |x| over all tokens; undefined unless Watch::Sizes
    at::Tensor gram;             // [in, in] f32: sum over tokens of x x^T; undefined unless Watch::Gram
    std::int64_t windows = 0;
    std::int64_t tokens = 0;
};

class InputAccumulator {
public:
    explicit InputAccumulator(Watch watch = Watch::Gram) : watch_(watch) {}
    // x: [windows, seq, in]
    void add(const at::Tensor& x);
    [[nodiscard]] InputStatistics finish() const;

private:
    Watch watch_;
    at::Tensor sum_, squares_;    // [in] f64
    at::Tensor sizes_, largest_;  // [in] f64 and f32: of |x|
    at::Tensor gram_;             // [in, in] f64, or f32 and the upper blocks alone
    std::int64_t windows_ = 0;
    std::int64_t tokens_ = 0;
};

// Sees the sites asked for, of the one layer that runs.
class InputObserver final : public ActivationObserver {
public:
    InputObserver(Watch watch, const std::array<bool, kSites>& sites) : sites_(sites) {
        accumulators_.fill(InputAccumulator(watch));
    }
    void see(int, Site site, const at::Tensor& x) override {
        const auto index = static_cast<std::size_t>(site);
        if (sites_[index]) accumulators_[index].add(x);
    }
    [[nodiscard]] InputStatistics finish(Site site) const {
        return accumulators_[static_cast<std::size_t>(site)].finish();
    }

private:
    std::array<bool, kSites> sites_;
    std::array<InputAccumulator, kSites> accumulators_;
};

}  // namespace secateur
