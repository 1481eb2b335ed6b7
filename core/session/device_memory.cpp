// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/device_memory.h"

#include <algorithm>
#include <chrono>

#include <ATen/DeviceAccelerator.h>

#include "core/base/process_memory.h"

namespace secateur {

namespace {

c10::CachingAllocator::Stat inUse(const at::Device& device) {
    const auto stats = at::accelerator::getDeviceStats(device.index());
    return stats.allocated_bytes[static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE)];
}

}  // namespace

std::int64_t freeMemory(const at::Device& device) {
    if (device.is_cuda())
        return static_cast<std::int64_t>(
            at::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
    return availableMemory();
}

PeakPrivateMemory::PeakPrivateMemory()
    : peak_(privateMemory()), sampler_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
              peak_ = std::max(peak_, privateMemory());
              std::this_thread::sleep_for(std::chrono::milliseconds(10));
          }
      }) {}

std::int64_t PeakPrivateMemory::stop() {
    sampler_.request_stop();
    if (sampler_.joinable()) sampler_.join();
    return std::max(peak_, privateMemory());
}

PeakTensorMemory::PeakTensorMemory(const at::Device& device) : device_(device) {
    if (device_.is_cpu()) {
        host_.emplace();
        return;
    }
    at::accelerator::resetPeakStats(device_.index());
    before_ = inUse(device_).current;
}

std::int64_t PeakTensorMemory::bytes() const {
    return host_ ? host_->bytes() : inUse(device_).peak - before_;
}

}  // namespace secateur
