// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/block_pool.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>
#include <malloc.h>
#include <sys/mman.h>

namespace secateur {

namespace {

constexpr std::size_t kKept = std::size_t{64} << 20;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Aligned to huge pages, which spare hundreds of page faults a block where the system grants them.
void* mapBlock(std::size_t bytes) {
    const std::size_t room = bytes + kHugePage;
    void* mapped = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    TORCH_CHECK_WITH(OutOfMemoryError, mapped != MAP_FAILED, "not enough memory for ", bytes, " bytes");
    const auto begin = reinterpret_cast<std::uintptr_t>(mapped);
    const std::uintptr_t aligned = (begin + kHugePage - 1) / kHugePage * kHugePage;
    if (aligned > begin) ::munmap(mapped, aligned - begin);
    if (const std::size_t tail = begin + room - (aligned + bytes); tail > 0)
        ::munmap(reinterpret_cast<void*>(aligned + bytes), tail);
    ::madvise(reinterpret_cast<void*>(aligned), bytes, MADV_HUGEPAGE);
    return reinterpret_cast<void*>(aligned);
}

BlockPool& processPool() {
    static auto* pool = new BlockPool(kKept);  // never destroyed: tensors of static storage may outlive main
    return *pool;
}

void giveToProcessPool(void* block) {
    processPool().give(block);
}

}  // namespace

BlockPool::~BlockPool() {
    for (const Free& one : free_) ::munmap(one.block, one.size);
}

void BlockPool::install() {
    static const bool done = [] {
        c10::SetCPUAllocator(&processPool(), /*priority=*/1);
        return true;
    }();
    static_cast<void>(done);
}

std::size_t BlockPool::classBytes(std::size_t bytes) noexcept {
    const std::size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
}

c10::DataPtr BlockPool::allocate(std::size_t bytes) {
    const bool small = bytes < kSmallest;
    void* block = small ? c10::alloc_cpu(bytes) : take(bytes);
    if (small) count(static_cast<std::int64_t>(::malloc_usable_size(block)));
    return {block, block, &giveToProcessPool, at::Device(at::kCPU)};
}

c10::DeleterFnPtr BlockPool::raw_deleter() const {
    return &giveToProcessPool;
}

void BlockPool::copy_data(void* target, const void* source, std::size_t count) const {
    default_copy_data(target, source, count);
}

void* BlockPool::take(std::size_t bytes) {
    const std::size_t size = classBytes(bytes);
    const std::scoped_lock lock(mutex_);
    auto& blocks = bySize_[size];
    void* block = nullptr;
    if (blocks.empty()) {
        block = mapBlock(size);
    } else {
        block = blocks.back()->block;
        free_.erase(blocks.back());
        blocks.pop_back();
        kept_ -= size;
    }
    used_.emplace(block, size);
    count(static_cast<std::int64_t>(size));
    return block;
}

void BlockPool::count(std::int64_t bytes) noexcept {
    const std::int64_t now = inUse_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    std::int64_t most = peakBytes();
    while (now > most && !peak_.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
    }
}

void BlockPool::give(void* block) noexcept {
    if (block == nullptr) return;
    std::unique_lock lock(mutex_);
    const auto found = used_.find(block);
    if (found == used_.end()) {
        lock.unlock();
        count(-static_cast<std::int64_t>(::malloc_usable_size(block)));
        c10::free_cpu(block);
        return;
    }
    const std::size_t size = found->second;
    used_.erase(found);
    count(-static_cast<std::int64_t>(size));
    bySize_[size].push_back(free_.insert(free_.end(), {block, size}));
    kept_ += size;
    keepToBound();
}

void BlockPool::keepToBound() noexcept {
    while (kept_ > bound_) {
        const Free oldest = free_.front();
        std::vector<FreeList::iterator>& same = bySize_[oldest.size];
        same.erase(same.begin());
        free_.pop_front();
        ::munmap(oldest.block, oldest.size);
        kept_ -= oldest.size;
    }
}

std::size_t BlockPool::setBound(std::size_t keptBytes) {
    const std::scoped_lock lock(mutex_);
    const std::size_t before = std::exchange(bound_, keptBytes);
    keepToBound();
    return before;
}

KeptBlocks::KeptBlocks(std::size_t bytes) : before_(processPool().setBound(std::max(bytes, kKept))) {}

KeptBlocks::~KeptBlocks() {
    processPool().setBound(before_);
}

PeakBlocks::PeakBlocks() : before_(processPool().usedBytes()) {
    processPool().beginPeak();
}

std::int64_t PeakBlocks::bytes() const {
    return processPool().peakBytes() - before_;
}

std::size_t BlockPool::keptBytes() const {
    const std::scoped_lock lock(mutex_);
    return kept_;
}

}  // namespace secateur
