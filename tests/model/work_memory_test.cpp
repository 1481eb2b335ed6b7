// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is larger than a layer: in memory up to a limit, beyond it in files without a name.
#include "core/model/work_memory.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/model/low_rank.h"
#include "core/storage/scratch_file.h"

namespace secateur {
namespace {

namespace fs = std::filesystem;

// TMPDIR of its own for a test.
class WorkMemoryTest : public testing::Test {
protected:
    WorkMemoryTest() {
        std::string pattern = (fs::temp_directory_path() / "secateur-scratch-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        if (const char* before = std::getenv("TMPDIR")) before_ = before;
        ::setenv("TMPDIR", folder_.c_str(), 1);
    }
    ~WorkMemoryTest() override {
        if (before_.empty())
            ::unsetenv("TMPDIR");
        else
            ::setenv("TMPDIR", before_.c_str(), 1);
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    static LayerWeights layer() {
        LayerWeights layer;
        layer.q.weight = at::rand({8, 8});
        layer.up.weight = at::rand({16, 8});
        layer.down.body = std::make_shared<LowRankBody>(at::rand({3, 16}), at::rand({8, 3}));
        return layer;
    }

    fs::path folder_;
    std::string before_;
};

TEST_F(WorkMemoryTest, FillsMemoryFirstThenFiles) {
    WorkMemory memory(1000);
    const at::Tensor values = at::rand({10, 20});  // 800 bytes
    at::Tensor first = memory.copy(values), second = memory.copy(values);
    EXPECT_EQ(memory.residentBytes(), 800);
    EXPECT_EQ(memory.spilledBytes(), 800);
    EXPECT_TRUE(at::equal(first, values));
    EXPECT_TRUE(at::equal(second, values));
    second.add_(1.0);
    EXPECT_TRUE(at::equal(second, values + 1.0));
    const at::Tensor view = second.narrow(0, 2, 3);
    second.reset();
    EXPECT_EQ(memory.spilledBytes(), 800) << "a view still holds the file";
    first.reset();
    EXPECT_EQ(memory.residentBytes(), 0);
    EXPECT_TRUE(at::equal(view, values.narrow(0, 2, 3) + 1.0));
    EXPECT_EQ(memory.keep(at::rand({5})).numel(), 5);
}

TEST_F(WorkMemoryTest, TensorsOutliveIt) {
    at::Tensor kept;
    const at::Tensor values = at::rand({100});
    {
        WorkMemory memory(0);
        kept = memory.copy(values);
    }
    EXPECT_TRUE(at::equal(kept, values));
}

TEST_F(WorkMemoryTest, FilesHaveNoNameWhileTheyAreUsed) {
    WorkMemory memory(0);
    const at::Tensor spilled = memory.copy(at::ones({1 << 16}));
    EXPECT_EQ(memory.spilledBytes(), 4 << 16);
    EXPECT_TRUE(fs::is_empty(folder_)) << "a killed process would leave it behind";
}

TEST_F(WorkMemoryTest, KeepsOfALayerWhatIsNotItsSources) {
    const LayerWeights source = layer();
    LayerWeights changed = source;
    changed.up.weight = at::rand({16, 8});
    changed.down.body = std::make_shared<LowRankBody>(at::rand({3, 16}), at::rand({8, 3}));
    WorkMemory memory(0);
    const LayerWeights kept = memory.keep(changed, source);
    EXPECT_TRUE(kept.q.weight.is_alias_of(source.q.weight));
    EXPECT_FALSE(kept.up.weight.is_alias_of(changed.up.weight));
    EXPECT_TRUE(at::equal(kept.up.weight, changed.up.weight));
    EXPECT_TRUE(at::equal(kept.down.dense(), changed.down.dense()));
    EXPECT_EQ(memory.spilledBytes(), 4 * (16 * 8 + 3 * 16 + 8 * 3));
    WorkMemory roomy(1 << 20);
    EXPECT_EQ(roomy.keep(changed, source).up.weight.const_data_ptr(), changed.up.weight.const_data_ptr());
}

TEST_F(WorkMemoryTest, ADiskThatIsTooSmallSaysWhatToDo) {
    try {
        const ScratchFile file(std::int64_t{1} << 60);
        FAIL() << "no disk is as large as that";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfDisk);
        EXPECT_THAT(error.message(), testing::HasSubstr(folder_.string()));
        EXPECT_THAT(error.hint(), testing::HasSubstr("TMPDIR"));
    }
    EXPECT_TRUE(fs::is_empty(folder_));
    ::setenv("TMPDIR", (folder_ / "missing").c_str(), 1);
    try {
        const ScratchFile file(1);
        FAIL() << "there is no such folder";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfDisk);
        EXPECT_THAT(error.message(), testing::HasSubstr("missing"));
    }
}

}  // namespace
}  // namespace secateur
