// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loops over rows on LibTorch's own threads. at::parallel_for is a template that runs in the caller's thread
// alone unless the caller is compiled with OpenMP, which would bring a second thread pool beside LibTorch's.
#pragma once

#include <cstdint>
#include <functional>

namespace secateur {

// Threads that such a loop uses.
[[nodiscard]] int threadCount();

// Values that are worth a thread's while, and rows of `width` that have about so many.
inline constexpr std::int64_t kValuesTogether = 8192;
[[nodiscard]] std::int64_t rowsTogether(std::int64_t width);

// Calls `part` with [from, to) parts of [0, count), `grain` long but for the last; which thread gets which
// part is open, so parts must write to places of their own. `part` must not throw.
void inParallel(std::int64_t count, std::int64_t grain,
                const std::function<void(std::int64_t from, std::int64_t to)>& part);

// Calls work(0) to work(count - 1), each on one thread with the operations of LibTorch in it, and with the
// caller's settings of LibTorch (inference, recording of gradients). Throws what the first of them threw.
void inLanes(std::int64_t count, const std::function<void(std::int64_t lane)>& work);

}  // namespace secateur
