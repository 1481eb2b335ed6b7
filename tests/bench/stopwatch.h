// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace secateur {

// What `work` takes.
template <class Work>
double seconds(const Work& work) {
    const auto started = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

}  // namespace secateur
