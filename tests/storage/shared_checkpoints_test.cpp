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

}  // namespace
}  // namespace secateur
