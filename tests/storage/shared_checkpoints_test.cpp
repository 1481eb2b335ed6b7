// SPDX-License-Identifier: GPL-3.0-or-later
//
// Other people's models beside the checkout open as well.
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;

TEST(SharedCheckpoints, Open) {
    const fs::path models = fs::path(SECATEUR_SHARED_DIR) / "models";
    if (!fs::exists(models)) GTEST_SKIP() << models << " is not there";
    const ModelSummary stories = Checkpoint::open(models / "stories260K")->summary();
    EXPECT_EQ(stories.parameters, 260032);
    EXPECT_TRUE(stories.hasTokenizer);
    EXPECT_EQ(Checkpoint::open(models / "babyllama-char-940k")->summary().config.vocabSize, 105);
}

TEST(SharedCheckpoints, FoundInTheWildLoadOrSayWhy) {
    const fs::path found = fs::path(SECATEUR_SHARED_DIR) / "found";
    if (!fs::exists(found)) GTEST_SKIP() << found << " is not there";
    const auto warnings = [&](const char* folder) {
        return Checkpoint::open(found / folder)->summary().warnings;
    };
    EXPECT_EQ(warnings("tied-flag-own-head").size(), 1U);
    EXPECT_FALSE(Checkpoint::open(found / "tied-flag-own-head")->config().tiedEmbeddings);
    for (const char* folder : {"no-model-prefix", "unused-f64-buffer", "index-lacks-tensor"})
        EXPECT_TRUE(warnings(folder).empty()) << folder;
    const auto refusal = [&](const char* folder) {
        return errorOf([&] { static_cast<void>(Checkpoint::open(found / folder)); });
    };
    EXPECT_EQ(exitCode(refusal("is-causal-false").code()), 4);
    EXPECT_NE(refusal("is-causal-false").message().find("is_causal"), std::string::npos);
    EXPECT_EQ(exitCode(refusal("quantized-without-flag").code()), 4);
    EXPECT_NE(refusal("quantized-without-flag").message().find("GPTQ"), std::string::npos);
    EXPECT_NE(refusal("lfs-pointers").hint().find("git lfs pull"), std::string::npos);
}

}  // namespace
}  // namespace secateur
