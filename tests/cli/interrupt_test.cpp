// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ctrl-C: cancelled within a second, exit code 130, nothing half-written.
#include <csignal>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

namespace {

// A network and a text that take far longer to measure than it takes to interrupt them.
class Interrupted : public testing::TestWithParam<int> {
protected:
    static void SetUpTestSuite() {
        folder_ = std::make_unique<ScratchFolder>();
        writeRandomModel(*folder_ / "model", 256, 24, 512);
        writeTokens(*folder_ / "tokens.safetensors", 128 * 2048, 512);
    }
    static void TearDownTestSuite() { folder_.reset(); }

    static void expectCancelled(const std::vector<std::string>& arguments, int signal) {
        const Outcome run = secateur(
            arguments + std::vector<std::string>{"--tokens",
                                                 *folder_ / "tokens.safetensors" + std::string(":ids"),
                                                 "--dtype", "f32", "--device", "cpu"},
            {.signal = signal});
        EXPECT_EQ(run.exitCode, 130) << run.err;
        EXPECT_LT(run.secondsAfterSignal, kMost);
        EXPECT_EQ(run.out, "");
        EXPECT_THAT(run.err, testing::HasSubstr("cancelled"));
        EXPECT_THAT(folder_->entries(), testing::ElementsAre("model", "tokens.safetensors"));
    }

    static constexpr double kMost = 2.0;  // a second, and what a busy machine adds
    static inline std::unique_ptr<ScratchFolder> folder_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Signals, Interrupted, testing::Values(SIGINT, SIGTERM));

TEST_P(Interrupted, MeasureLeavesNoAnalysis) {
    expectCancelled({"measure", *folder_ / "model", "-o", *folder_ / "a.h5"}, GetParam());
}

TEST_P(Interrupted, PerplexityPrintsNothing) {
    expectCancelled({"ppl", *folder_ / "model"}, GetParam());
}

}  // namespace secateur::test
