// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where large host tensors live. Layer weights and activations come and go in blocks of megabytes, the same
// sizes again and again. The C library either returns each block to the system, whose fresh pages then cost
// more than computing on them, or keeps holes into which the next aligned block of the same size does not
// fit, so that streaming grows by a layer with every layer. This pool keeps freed blocks by size class, up to
// a bound; beyond it those go first that nobody asked for longest.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <c10/core/Allocator.h>

namespace secateur {

// Thread rule: any thread.
class BlockPool final : public c10::Allocator {
public:
    // At most `keptBytes` of free blocks stay here.
    explicit BlockPool(std::size_t keptBytes) : bound_(keptBytes) {}
    ~BlockPool() override;
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;

    // Every host tensor of this process comes from one pool from now on. Lives to the end of the process, as
    // tensors may.
    static void install();

    // From this many bytes on, blocks are the pool's; smaller ones are the C library's.
    static constexpr std::size_t kSmallest = std::size_t{1} << 20;
    // What a request takes: up to an eighth more than asked, so that like sizes share blocks.
    [[nodiscard]] static std::size_t classBytes(std::size_t bytes) noexcept;

    // Throws c10::OutOfMemoryError.
    [[nodiscard]] c10::DataPtr allocate(std::size_t bytes) override;
    [[nodiscard]] c10::DeleterFnPtr raw_deleter() const override;
    void copy_data(void* target, const void* source, std::size_t count) const override;

    // Bytes of all blocks that are in use, small ones among them, and the most of them since beginPeak().
    [[nodiscard]] std::int64_t usedBytes() const noexcept { return inUse_.load(std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t peakBytes() const noexcept { return peak_.load(std::memory_order_relaxed); }
    void beginPeak() noexcept { peak_.store(usedBytes(), std::memory_order_relaxed); }

    // Another bound; what is free beyond it goes back to the system at once. Returns the bound before.
    std::size_t setBound(std::size_t keptBytes);

    // For tests, and for the pool's own deleter.
    [[nodiscard]] void* take(std::size_t bytes);
    void give(void* block) noexcept;
    [[nodiscard]] std::size_t keptBytes() const;

private:
    struct Free {
        void* block;
        std::size_t size;
    };
    using FreeList = std::list<Free>;

    void count(std::int64_t bytes) noexcept;
    // Gives the oldest free blocks back to the system until the bound holds.
    void keepToBound() noexcept;

    std::size_t bound_;
    std::atomic<std::int64_t> inUse_{0};
    std::atomic<std::int64_t> peak_{0};
    mutable std::mutex mutex_;
    std::size_t kept_ = 0;
    std::unordered_map<void*, std::size_t> used_;
    FreeList free_;                                                  // oldest first
    std::map<std::size_t, std::vector<FreeList::iterator>> bySize_;  // likewise
};

// While it lives the pool of the process keeps up to `bytes` of free blocks: for work that takes and frees
// the same hundreds of megabytes again in every step.
class KeptBlocks {
public:
    explicit KeptBlocks(std::size_t bytes);
    ~KeptBlocks();
    KeptBlocks(const KeptBlocks&) = delete;
    KeptBlocks& operator=(const KeptBlocks&) = delete;

private:
    std::size_t before_;
};

// The most that host tensors of the process take at one time from now on. One at a time.
class PeakBlocks {
public:
    PeakBlocks();
    // Beyond what they took when this was made.
    [[nodiscard]] std::int64_t bytes() const;

private:
    std::int64_t before_;
};

}  // namespace secateur
