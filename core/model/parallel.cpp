// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ThreadLocalState.h>
#include <dlfcn.h>

namespace secateur {

namespace {

// The entry points of the OpenMP library that LibTorch has loaded, whatever its file is called.
struct OpenMp {
    void (*parallel)(void (*work)(void*), void* data, unsigned threads, unsigned flags) = nullptr;
    int (*inside)() = nullptr;

    OpenMp() {
#if !defined(__SANITIZE_THREAD__)  // its barriers are invisible to the thread sanitizer
        parallel = reinterpret_cast<decltype(parallel)>(::dlsym(RTLD_DEFAULT, "GOMP_parallel"));
        inside = reinterpret_cast<decltype(inside)>(::dlsym(RTLD_DEFAULT, "omp_in_parallel"));
#endif
    }
    [[nodiscard]] bool usable() const {
        return parallel != nullptr && inside != nullptr && inside() == 0;
    }
};

struct Loop {
    std::int64_t count;
    std::int64_t grain;
    const std::function<void(std::int64_t, std::int64_t)>& part;
    std::atomic<std::int64_t> next{0};

    void work() {
        for (std::int64_t from = 0; (from = next.fetch_add(grain)) < count;)
            part(from, std::min(count, from + grain));
    }
};

}  // namespace

int threadCount() {
    return at::get_num_threads();
}

std::int64_t rowsTogether(std::int64_t width) {
    return std::max<std::int64_t>(1, kValuesTogether / std::max<std::int64_t>(width, 1));
}

void inParallel(std::int64_t count, std::int64_t grain,
                const std::function<void(std::int64_t, std::int64_t)>& part) {
    static const OpenMp openMp;
    const std::int64_t parts = (count + grain - 1) / grain;
    const auto threads = static_cast<unsigned>(std::min<std::int64_t>(threadCount(), parts));
    Loop loop{count, grain, part};
    if (threads < 2 || !openMp.usable()) return loop.work();
    openMp.parallel([](void* data) { static_cast<Loop*>(data)->work(); }, &loop, threads, 0);
}

void inLanes(std::int64_t count, const std::function<void(std::int64_t)>& work) {
    const at::ThreadLocalState settings;
    std::vector<std::exception_ptr> problems(static_cast<std::size_t>(count));
    inParallel(count, 1, [&](std::int64_t begin, std::int64_t end) {
        const at::ThreadLocalStateGuard guard(settings);
        for (std::int64_t lane = begin; lane < end; ++lane) {
            try {
                work(lane);
            } catch (...) {
                problems[static_cast<std::size_t>(lane)] = std::current_exception();
            }
        }
    });
    for (const std::exception_ptr& problem : problems)
        if (problem) std::rethrow_exception(problem);
}

}  // namespace secateur
