// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much memory a session may use, and how much it did.
#pragma once

#include <cstdint>
#include <thread>

#include <ATen/ATen.h>

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

}  // namespace secateur
