// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much memory a session may use, and how much it did.
#pragma once

#include <cstdint>
#include <optional>
#include <thread>

#include <ATen/ATen.h>

#include "core/model/block_pool.h"

namespace secateur {

// Bytes free on the device: MemAvailable, or what the GPU's allocator says.
[[nodiscard]] std::int64_t freeMemory(const at::Device& device);

// Samples this process's private memory (RssAnon: no mapped checkpoint pages) until stopped.
class PeakPrivateMemory {
public:
    PeakPrivateMemory();
    [[nodiscard]] std::int64_t stop();  // the peak in bytes

private:
    std::int64_t peak_ = 0;
    std::jthread sampler_;
};

// Counts what tensors on the device take, from when it is made. One at a time.
class PeakTensorMemory {
public:
    explicit PeakTensorMemory(const at::Device& device);
    // The most at one time, in bytes, beyond what they took before.
    [[nodiscard]] std::int64_t bytes() const;

private:
    at::Device device_;
    std::optional<PeakBlocks> host_;
    std::int64_t before_ = 0;
};

}  // namespace secateur
