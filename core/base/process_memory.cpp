// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process_memory.h"

#include <fstream>
#include <string>

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

}  // namespace

std::int64_t privateMemory() {
    return procValue("/proc/self/status", "RssAnon:");
}

std::int64_t availableMemory() {
    return procValue("/proc/meminfo", "MemAvailable:");
}

}  // namespace secateur
