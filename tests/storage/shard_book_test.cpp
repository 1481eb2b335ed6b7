// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the book of weight files promises is what the writer of checkpoints writes.
#include "core/data/shard_book.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "core/data/tensor_table.h"
#include "core/storage/checkpoint_writer.h"
#include "tests/planning/toy_network.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

std::uint64_t elementsOf(const TensorSpec& spec) {
    std::uint64_t count = 1;
    for (const std::int64_t size : spec.shape) count *= static_cast<std::uint64_t>(size);
    return count;
}

ShardSizes written(const std::filesystem::path& folder, const NetworkConfig& network, Dtype dtype,
                   std::int64_t limit) {
    CheckpointWriter writer(folder, 0, {.overwrite = false, .shardBytes = limit});
    for (const TensorSpec& spec : networkTensors(network))
        writer.add(spec.name, dtype, spec.shape,
                   std::vector<std::byte>(elementsOf(spec) * byteSize(dtype), std::byte{1}));
    ShardSizes sizes{writer.tensorBytes(), writer.fileBytes(), 0};
    writer.finish();
    std::int64_t onDisk = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".safetensors") continue;
        onDisk += static_cast<std::int64_t>(entry.file_size());
        ++sizes.count;
    }
    EXPECT_EQ(sizes.files, onDisk);
    return sizes;
}

void expectPromised(const NetworkConfig& network, Dtype dtype, std::int64_t limit, int files) {
    test::ScratchFolder scratch;
    const ShardSizes promised = shardSizes(network, dtype, limit);
    const ShardSizes made = written(scratch / "out", network, dtype, limit);
    EXPECT_EQ(promised.tensors, made.tensors);
    EXPECT_EQ(promised.files, made.files);
    EXPECT_EQ(promised.count, made.count);
    EXPECT_EQ(promised.count, files);
}

TEST(ShardBook, PromisesOneFile) {
    expectPromised(test::network({4}), Dtype::F32, kShardBytes, 1);
    expectPromised(test::network({.layers = 3, .hidden = 24, .tied = true}), Dtype::BF16, kShardBytes, 1);
}

TEST(ShardBook, PromisesSeveralFiles) {
    const std::int64_t all = shardSizes(test::network({4}), Dtype::F32).tensors;
    expectPromised(test::network({4}), Dtype::F32, all / 2, 3);
    const int each = static_cast<int>(networkTensors(test::network({4})).size());
    expectPromised(test::network({4}), Dtype::F32, 1, each);
}

TEST(ShardBook, PromisesTheRoomThatALargeFileKeepsForItsHeader) {
    const NetworkConfig large = test::network({.layers = 2, .hidden = 256, .vocab = 20'000});
    const ShardSizes sizes = shardSizes(large, Dtype::F32);
    ASSERT_GT(sizes.tensors, std::int64_t{32} << 20);
    EXPECT_EQ(sizes.files - sizes.tensors, 8 + 256 * 1024);
    expectPromised(large, Dtype::F32, kShardBytes, 1);
}

TEST(ShardBook, CountsNamesThatAreEscaped) {
    ShardBook book;
    for (const char* name : {"plain", "quo\"te", "back\\slash", "line\nbreak", "gr\xc3\xbc\xc3\x9f"})
        book.add({name, Dtype::U8, {}, 1});
    book.add({"shape", Dtype::I64, {10, 1, 1000}, 80'000});
    EXPECT_EQ(book.fileBytes(), book.header().size() + book.dataBytes());
}

}  // namespace
}  // namespace secateur
