// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/device_memory.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <string>

#include <ATen/DeviceAccelerator.h>

namespace secateur {

namespace {

// A "Key:   123 kB" line of a file of /proc, in bytes; 0 when absent.
std::int64_t procValue(const char* file, const std::string& key) {
    std::ifstream stream(file);
    std::string line;
    while (std::getline(stream, line))
        if (line.rfind(key, 0) == 0) return std::stoll(line.substr(key.size())) * 1024;
    return 0;
}

std::int64_t privateMemory() {
    return procValue("/proc/self/status", "RssAnon:");
}

}  // namespace

std::int64_t freeMemory(const at::Device& device) {
    if (device.is_cuda())
        return static_cast<std::int64_t>(
            at::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
    return procValue("/proc/meminfo", "MemAvailable:");
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

}  // namespace secateur
