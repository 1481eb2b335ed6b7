// SPDX-License-Identifier: GPL-3.0-or-later
//
// A checkpoint that was moved is found by what it is, within limits.
#include "core/storage/checkpoint_search.h"

#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;

class CheckpointSearchTest : public testing::Test {
protected:
    CheckpointSearchTest() {
        fs::create_directories(scratch_ / "models" / std::string("llama"));
        const fs::path made = copyGolden("llama-mha", scratch_);
        fingerprint_ = Checkpoint::open(made)->summary().fingerprint;
        const fs::path other = copyGolden("llama3-gqa", scratch_);
        place(other, "models/first");
        place(made, "models/archive/renamed");
        fs::create_directories(scratch_ / "models" / std::string("empty"));
        writeText(scratch_ / "models/empty/config.json", "no JSON");
    }
    void place(const fs::path& from, const std::string& to) {
        fs::create_directories((scratch_ / to).parent_path());
        fs::rename(from, scratch_ / to);
    }
    CheckpointSearch search(const std::string& place) const {
        return {fingerprint_, {scratch_ / "not there", scratch_ / place}};
    }

    ScratchFolder scratch_;
    std::string fingerprint_;
};

TEST_F(CheckpointSearchTest, FindsItTwoLevelsBelowAPlaceWhateverItIsCalled) {
    const fs::path expected = fs::canonical(scratch_ / "models/archive/renamed");
    EXPECT_EQ(findCheckpoint(search("models")), expected);
    EXPECT_EQ(findCheckpoint(search("models/archive/renamed")), expected);
    place(scratch_ / "models/archive", "models/deep/deeper");
    EXPECT_EQ(findCheckpoint(search("models")), std::nullopt) << "three levels below";
    EXPECT_TRUE(findCheckpoint(search("models/deep")).has_value());
}

TEST_F(CheckpointSearchTest, AnotherModelIsNotIt) {
    fs::remove_all(scratch_ / "models/archive");
    EXPECT_EQ(findCheckpoint(search("models")), std::nullopt);
}

TEST_F(CheckpointSearchTest, HiddenFoldersAndLinksArePassedOver) {
    place(scratch_ / "models/archive", "aside/archive");
    fs::create_directory_symlink(scratch_ / "aside", scratch_ / "models/link");
    EXPECT_EQ(findCheckpoint(search("models")), std::nullopt);
    place(scratch_ / "aside/archive", "models/.hidden");
    EXPECT_EQ(findCheckpoint(search("models")), std::nullopt);
}

TEST_F(CheckpointSearchTest, EndsAtItsLimitsAndWhenItIsStopped) {
    for (int i = 0; i < 30; ++i) fs::create_directories(scratch_ / ("models/a" + std::to_string(i)));
    CheckpointSearch few = search("models");
    few.mostFolders = 20;
    EXPECT_EQ(findCheckpoint(few), std::nullopt);
    few.mostFolders = 60;
    EXPECT_TRUE(findCheckpoint(few).has_value());
    few.mostTime = std::chrono::milliseconds(-1);
    EXPECT_EQ(findCheckpoint(few), std::nullopt);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(findCheckpoint(search("models"), stop.get_token()), std::nullopt);
}

}  // namespace
}  // namespace secateur
