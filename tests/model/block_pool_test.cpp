// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/block_pool.h"

#include <cstring>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace secateur {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

TEST(BlockPool, RoundsUpByAnEighthAtMost) {
    EXPECT_EQ(BlockPool::classBytes(8 * kMiB), 8 * kMiB);
    EXPECT_EQ(BlockPool::classBytes(8 * kMiB + 1), 9 * kMiB);
    for (const std::size_t bytes :
         {kMiB, kMiB + 1, 3 * kMiB - 7, 11'534'336 * std::size_t{1}, 45'088'768 * std::size_t{1}}) {
        EXPECT_GE(BlockPool::classBytes(bytes), bytes);
        EXPECT_LE(BlockPool::classBytes(bytes), bytes + bytes / 8);
    }
}

TEST(BlockPool, GivesAFreedBlockToTheNextRequestOfItsSize) {
    BlockPool pool(64 * kMiB);
    void* first = pool.take(4 * kMiB);
    std::memset(first, 1, 4 * kMiB);
    pool.give(first);
    EXPECT_EQ(pool.keptBytes(), 4 * kMiB);
    EXPECT_EQ(pool.take(4 * kMiB - 100), first);
    EXPECT_EQ(pool.keptBytes(), 0u);
    pool.give(first);
}

TEST(BlockPool, KeepsNoMoreThanItsBound) {
    BlockPool pool(8 * kMiB);
    void* blocks[3];
    for (void*& block : blocks) block = pool.take(4 * kMiB);
    for (void* block : blocks) pool.give(block);
    EXPECT_EQ(pool.keptBytes(), 8 * kMiB);
}

TEST(BlockPool, ALowerBoundGivesBlocksBackAtOnce) {
    constexpr std::size_t kBytes = std::size_t{4} << 20;
    BlockPool pool(4 * kBytes);
    std::vector<void*> blocks;
    for (int i = 0; i < 3; ++i) blocks.push_back(pool.take(kBytes));
    for (void* block : blocks) pool.give(block);
    EXPECT_EQ(pool.keptBytes(), 3 * kBytes);
    EXPECT_EQ(pool.setBound(kBytes), 4 * kBytes);
    EXPECT_EQ(pool.keptBytes(), kBytes);
    pool.give(pool.take(kBytes));
    EXPECT_EQ(pool.keptBytes(), kBytes);
}

TEST(BlockPool, CountsWhatIsInUseAndTheMostOfIt) {
    BlockPool pool(64 * kMiB);
    void* first = pool.take(4 * kMiB);
    void* second = pool.take(2 * kMiB);
    EXPECT_EQ(pool.usedBytes(), std::int64_t{6} << 20);
    pool.give(first);
    EXPECT_EQ(pool.usedBytes(), std::int64_t{2} << 20) << "a block that is kept is not in use";
    EXPECT_EQ(pool.peakBytes(), std::int64_t{6} << 20);
    pool.beginPeak();
    EXPECT_EQ(pool.peakBytes(), std::int64_t{2} << 20);
    pool.give(second);
    EXPECT_EQ(pool.usedBytes(), 0);
}

TEST(BlockPool, ThePeakOfTheProcessCountsSmallTensorsToo) {
    BlockPool::install();
    const PeakBlocks peak;
    { const at::Tensor tensors[] = {at::empty({1000}, at::kFloat), at::empty({1 << 20}, at::kFloat)}; }
    const std::int64_t both = 4 * (1000 + (std::int64_t{1} << 20));
    EXPECT_GE(peak.bytes(), both);
    EXPECT_LE(peak.bytes(), both + both / 8 + 4096) << "what allocators round up to";
    static_cast<void>(at::empty({100}, at::kFloat));
    EXPECT_GE(peak.bytes(), both) << "the most stays";
}

TEST(BlockPool, BlocksInUseAreDistinctAndWritable) {
    BlockPool pool(64 * kMiB);
    void* a = pool.take(2 * kMiB);
    void* b = pool.take(2 * kMiB);
    ASSERT_NE(a, b);
    std::memset(a, 0x11, 2 * kMiB);
    std::memset(b, 0x22, 2 * kMiB);
    EXPECT_EQ(static_cast<unsigned char*>(a)[2 * kMiB - 1], 0x11);
    pool.give(a);
    pool.give(b);
}

}  // namespace
}  // namespace secateur
