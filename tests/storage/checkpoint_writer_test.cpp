// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <cstring>
#include <limits>

#include <sys/resource.h>
#include <unistd.h>

#include "core/storage/output_file.h"
#include "core/storage/shard_writer.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

// No file may grow beyond `bytes` while it lives: what a full disk looks like, on any machine.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, signal_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*signal_)(int);
};

// Gives up the rights of root, which no permission stops, while it lives.
class PlainUser {
public:
    PlainUser() {
        if (::geteuid() == 0) became_ = ::seteuid(65534) == 0;
    }
    ~PlainUser() {
        if (became_ && ::seteuid(0) != 0) std::abort();
    }
    PlainUser(const PlainUser&) = delete;
    PlainUser& operator=(const PlainUser&) = delete;
    [[nodiscard]] static bool possible() {
        return ::geteuid() != 0 || (::seteuid(65534) == 0 && ::seteuid(0) == 0);
    }

private:
    bool became_ = false;
};

const std::vector<std::byte> kFour(16, std::byte{1});

void addOne(CheckpointWriter& writer, const std::string& tensor) {
    writer.add(tensor, Dtype::F32, {4}, kFour);
}

class Writer : public testing::Test {
protected:
    std::shared_ptr<const Checkpoint> source_ = Checkpoint::open(golden("llama3-gqa"));
    ScratchFolder scratch_;
    fs::path target_ = scratch_ / "out";
};

TEST_F(Writer, GivesTheCheckpointBackInOneFile) {
    writeCopy(*source_, target_, 5'000'000'000);
    const auto copy = Checkpoint::open(target_);
    EXPECT_EQ(copy->summary().fingerprint, source_->summary().fingerprint);
    for (const std::string& tensor : source_->tensorNames()) {
        const TensorView& was = source_->tensor(tensor);
        const TensorView& is = copy->tensor(tensor);
        ASSERT_EQ(is.shape, was.shape);
        EXPECT_EQ(std::memcmp(is.bytes.data(), was.bytes.data(), was.bytes.size()), 0) << tensor;
    }
    EXPECT_TRUE(fs::exists(target_ / "model.safetensors"));
    EXPECT_FALSE(fs::exists(target_ / "model.safetensors.index.json"));
    EXPECT_EQ(scratch_.entries(), 1U);
}

TEST_F(Writer, NamesAndIndexesShardsAsHfDoes) {
    writeCopy(*source_, target_, 1'500'000);
    const json index = json::parse(readText(target_ / "model.safetensors.index.json"));
    EXPECT_EQ(index.at("metadata").at("total_size"), source_->summary().bytes);
    EXPECT_EQ(index.at("weight_map").size(), source_->tensorNames().size());
    EXPECT_TRUE(fs::exists(target_ / "model-00001-of-00003.safetensors"));
    EXPECT_TRUE(fs::exists(target_ / "model-00003-of-00003.safetensors"));
    EXPECT_EQ(Checkpoint::open(target_)->summary().fingerprint, source_->summary().fingerprint);
}

TEST_F(Writer, CopiesCompanionsButNotWeights) {
    for (const char* file : {"tokenizer.json", "generation_config.json", "LICENSE.txt", "Notice",
                             "pytorch_model.bin", "train.py"})
        writeText(scratch_ / file, file);
    fs::create_directory(scratch_ / "additional_chat_templates");
    writeText(scratch_ / "additional_chat_templates/tool_use.jinja", "{{ tools }}");
    writeText(scratch_ / "additional_chat_templates/notes.bin", "x");
    CheckpointWriter writer(target_, 0, {});
    addOne(writer, "t");
    writer.writeFile("README.md", "card");
    writer.copyCompanions(scratch_.path());
    writer.finish();
    for (const char* file : {"tokenizer.json", "generation_config.json", "LICENSE.txt", "Notice"})
        EXPECT_EQ(readText(target_ / file), file);
    EXPECT_EQ(readText(target_ / "README.md"), "card");
    EXPECT_EQ(readText(target_ / "additional_chat_templates/tool_use.jinja"), "{{ tools }}");
    EXPECT_FALSE(fs::exists(target_ / "additional_chat_templates/notes.bin"));
    EXPECT_FALSE(fs::exists(target_ / "pytorch_model.bin"));
    EXPECT_FALSE(fs::exists(target_ / "train.py"));
}

TEST_F(Writer, WritesTheModellingFilesWithPerLayerConfigs) {
    CheckpointWriter writer(target_, 0, {});
    addOne(writer, "t");
    writer.writeConfig(source_->config(), Dtype::F32, HfLayout::PerLayer, source_->configJson());
    writer.finish();
    for (const char* file : {"modeling_secateur.py", "configuration_secateur.py"})
        EXPECT_EQ(readText(target_ / file), readText(fs::path(SECATEUR_SOURCE_DIR) / "resources/hf" / file));
}

TEST_F(Writer, LeavesNothingWhenNotFinished) {
    const fs::path deep = scratch_ / "new" / "deeper" / "out";
    {
        CheckpointWriter writer(deep, 0, {});
        addOne(writer, "t");
        EXPECT_FALSE(fs::exists(deep));
    }
    EXPECT_EQ(scratch_.entries(), 0U);
    CheckpointWriter writer(deep, 0, {});
    addOne(writer, "t");
    writer.finish();
    EXPECT_TRUE(fs::exists(deep / "model.safetensors"));
}

TEST_F(Writer, RefusesToReplaceUnlessAskedAndOnlyCheckpoints) {
    writeCopy(*source_, target_, 5'000'000'000);
    expectError([&] { CheckpointWriter writer(target_, 0, {}); }, ErrorCode::Exists, {target_.string()});
    writeText(target_ / "old", "old");
    writeCopy(*source_, target_, 5'000'000'000, true);
    EXPECT_FALSE(fs::exists(target_ / "old"));
    EXPECT_EQ(Checkpoint::open(target_)->summary().fingerprint, source_->summary().fingerprint);

    fs::create_directory(scratch_ / "holidays");
    writeText(scratch_ / "holidays" / "photo.jpg", "x");
    expectError([&] { CheckpointWriter writer(scratch_ / "holidays", 0, {.overwrite = true}); },
                ErrorCode::Exists, {"holidays", "not a checkpoint"});
    writeText(scratch_ / "file", "x");
    expectError([&] { CheckpointWriter writer(scratch_ / "file", 0, {.overwrite = true}); },
                ErrorCode::Exists, {"file"});
    EXPECT_EQ(scratch_.entries(), 3U);
}

TEST_F(Writer, KeepsTheOldCheckpointWhenItFails) {
    writeCopy(*source_, target_, 5'000'000'000);
    expectError(
        [&] {
            const FileSizeLimit limit(4096);
            writeCopy(*source_, target_, 5'000'000'000, true);
        },
        ErrorCode::OutOfDisk, {target_.string()});
    EXPECT_EQ(Checkpoint::open(target_)->summary().fingerprint, source_->summary().fingerprint);
    EXPECT_EQ(scratch_.entries(), 1U);
}

TEST_F(Writer, RefusesMoreThanTheDiskHolds) {
    expectError([&] { CheckpointWriter writer(target_, std::numeric_limits<std::int64_t>::max(), {}); },
                ErrorCode::OutOfDisk, {target_.string(), "are free"});
    EXPECT_EQ(scratch_.entries(), 0U);
}

TEST_F(Writer, SaysWhichFileFilledTheDisk) {
    const FileSizeLimit limit(100'000);
    expectError([&] { writeCopy(*source_, target_, 5'000'000'000); }, ErrorCode::OutOfDisk,
                {(target_ / "shard-1.safetensors").string()});
    EXPECT_EQ(scratch_.entries(), 0U);
    const std::vector<std::byte> data(200'000);
    expectError(
        [&] {
            writeSafetensors(scratch_ / "t.safetensors", {{"t", Dtype::U8, {200'000}, data}}, false);
        },
        ErrorCode::OutOfDisk, {"t.safetensors"});
    EXPECT_EQ(scratch_.entries(), 0U);
}

TEST_F(Writer, SaysWhichFolderCannotBeWritten) {
    writeText(scratch_ / "file", "x");
    expectError([&] { CheckpointWriter writer(scratch_ / "file" / "out", 0, {}); }, ErrorCode::OutOfDisk,
                {"file/out"});
    expectError([&] { writeSafetensors(scratch_ / "file" / "t", {}, false); }, ErrorCode::OutOfDisk,
                {"file/t"});
    if (!PlainUser::possible()) GTEST_SKIP() << "needs to drop the rights of root";
    fs::create_directory(scratch_ / "locked");
    fs::permissions(scratch_ / "locked",
                    fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
    const PlainUser user;
    expectError([&] { CheckpointWriter writer(scratch_ / "locked" / "out", 0, {}); }, ErrorCode::OutOfDisk,
                {"locked/out"});
    expectError([&] { CheckpointWriter writer(scratch_ / "locked" / "a" / "out", 0, {}); },
                ErrorCode::OutOfDisk, {"locked"});
    expectError([&] { writeSafetensors(scratch_ / "locked" / "t", {}, false); }, ErrorCode::OutOfDisk,
                {"locked/t"});
}

TEST_F(Writer, ChecksWhatItIsGiven) {
    CheckpointWriter writer(target_, 0, {});
    expectError([&] { writer.add("t", Dtype::F32, {5}, kFour); }, ErrorCode::Internal, {"\"t\""});
    addOne(writer, "t");
    expectError([&] { addOne(writer, "t"); }, ErrorCode::Internal, {"\"t\""});
    expectError([&] { writer.writeFile("../escape", "x"); }, ErrorCode::Internal, {"escape"});
}

TEST(ShardWriter, StreamsAFileThatOutgrowsItsBuffer) {
    ScratchFolder scratch;
    std::vector<std::byte> data(1000);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i);
    ShardWriter shard(scratch / "s", "shown", 2500);
    for (const char* tensor : {"a", "b", "c", "d"}) shard.add(tensor, Dtype::U8, {1000}, data);
    shard.finish();
    const SafetensorsFile file(scratch / "s");
    ASSERT_EQ(file.tensors().size(), 4U);
    for (const auto& [tensor, view] : file.tensors())
        EXPECT_EQ(std::memcmp(view.bytes.data(), data.data(), 1000), 0) << tensor;
}

TEST(ShardWriter, SendsOnWhatWouldNotBeAlignedOrHaveNoRoomInTheHeader) {
    ScratchFolder scratch;
    const std::vector<std::byte> data(2);
    ShardWriter shard(scratch / "s", "shown");
    EXPECT_TRUE(shard.book().fits("a", Dtype::F32));
    shard.add("a", Dtype::BF16, {1}, data);
    EXPECT_TRUE(shard.book().fits("b", Dtype::BF16));
    EXPECT_FALSE(shard.book().fits("b", Dtype::F32));
    EXPECT_FALSE(shard.book().fits(std::string(200'000, 'x'), Dtype::BF16));
}

TEST(WriteSafetensors, AppearsWholeOrNotAtAll) {
    ScratchFolder scratch;
    const fs::path file = scratch / "t.safetensors";
    const std::vector<std::byte> data(8);
    writeSafetensors(file, {{"t", Dtype::I64, {1}, data}}, false);
    EXPECT_EQ(SafetensorsFile(file).tensor("t").dtype, Dtype::I64);
    expectError([&] { writeSafetensors(file, {}, false); }, ErrorCode::Exists, {file.string()});
    writeSafetensors(file, {{"u", Dtype::U8, {8}, data}}, true);
    EXPECT_EQ(SafetensorsFile(file).tensors().count("u"), 1U);
    expectError([&] { writeSafetensors(scratch.path(), {}, true); }, ErrorCode::InvalidArgument,
                {"regular file"});
    expectError([&] { writeSafetensors("/dev/full", {}, true); }, ErrorCode::InvalidArgument, {"/dev/full"});
    EXPECT_EQ(scratch.entries(), 1U);
}

TEST(OutputFile, ReplacesFilesAndFoldersOnSimpleFileSystems) {
    ScratchFolder scratch;
    for (const char* folder : {"old", "new"}) {
        fs::create_directory(scratch / folder);
        writeText(scratch / folder / "content", folder);
    }
    expectError([&] { renameInSteps(scratch / "new", scratch / "old", false); }, ErrorCode::Exists, {"old"});
    renameInSteps(scratch / "new", scratch / "old", true);
    EXPECT_EQ(readText(scratch / "old" / "content"), "new");
    EXPECT_EQ(scratch.entries(), 1U);
    // What cannot be put in place leaves the old one as it was.
    expectError([&] { renameInSteps(scratch / "absent", scratch / "old", true); }, ErrorCode::OutOfDisk,
                {"old"});
    EXPECT_EQ(readText(scratch / "old" / "content"), "new");
    EXPECT_EQ(scratch.entries(), 1U);
}

TEST(OutputFile, TurnsAFullDeviceIntoOutOfDisk) {
    // What a file system says when a write finds no room, without one that is full.
    expectError([] { throwWriteError("out/model.safetensors", ENOSPC); }, ErrorCode::OutOfDisk,
                {"out/model.safetensors"});
    const Error readOnly = errorOf([] { throwWriteError("out", EROFS); });
    EXPECT_EQ(readOnly.code(), ErrorCode::OutOfDisk);
    EXPECT_NE(readOnly.hint().find("folder"), std::string::npos);
}

}  // namespace
}  // namespace secateur
