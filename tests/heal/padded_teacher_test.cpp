// SPDX-License-Identifier: GPL-3.0-or-later
//
// A teacher whose embedding is padded beyond the shared tokens, and students that are.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/heal/run_fixture.h"

namespace secateur {
namespace {

using fixtures::checkpoint;
using fixtures::content;

namespace fs = std::filesystem;

constexpr std::int64_t kPadding = 40;

// A tokenizer of two tokens; the numbers are their ids.
void giveTokenizer(const fs::path& folder, int x, int y) {
    const nlohmann::json none = nlohmann::json::array();
    const nlohmann::json model{{"type", "BPE"}, {"vocab", {{"x", x}, {"y", y}}}, {"merges", none}};
    std::ofstream(folder / "tokenizer.json") << nlohmann::json{{"version", "1.0"},
                                                               {"added_tokens", none},
                                                               {"normalizer", nullptr},
                                                               {"pre_tokenizer", nullptr},
                                                               {"model", model}};
}

std::shared_ptr<const Checkpoint> withTokenizer(const fs::path& folder, int x = 0, int y = 1) {
    fs::create_directories(folder);
    for (const char* file : {"config.json", "model.safetensors"})
        fs::copy_file(checkpoint(fixtures::kQwen2)->folder() / file, folder / file);
    giveTokenizer(folder, x, y);
    return Checkpoint::open(folder);
}

// The checkpoint with more rows in its embedding and its head, which no token needs.
std::shared_ptr<const Checkpoint> padded(const fs::path& folder) {
    const auto source = checkpoint(fixtures::kQwen2);
    NetworkConfig config = source->config();
    config.vocabSize += static_cast<int>(kPadding);
    fixtures::NewCheckpoint made(*source, folder);
    for (const std::string& name : source->tensorNames()) {
        const TensorView& view = source->tensor(name);
        at::Tensor value = viewOf(view);
        if (name == kEmbeddingName || name == kOutputHeadName)
            value = at::cat({value, at::ones({kPadding, value.size(1)}, value.options())});
        made.add(name, value, view.dtype);
    }
    static_cast<void>(made.finish(config));
    giveTokenizer(folder, 0, 1);
    return Checkpoint::open(folder);
}

class PaddedTeacherTest : public fixtures::HealRunFixture {
protected:
    PaddedTeacherTest() {
        options_.method = HealMethod::Distill;
        options_.crossEntropyShare = 0.0;
        options_.hiddenShare = 0.5;
        options_.embeddingShare = 0.5;
        student_ = withTokenizer(scratch_ / "student");
    }
};

TEST_F(PaddedTeacherTest, TeachesTheSharedTokensAsTheUnpaddedOneDoes) {
    run(scratch_ / "plain");
    teacher_ = padded(scratch_ / "padded");
    run(scratch_ / "taught");
    const auto plain = readRun(scratch_ / "plain").points, taught = readRun(scratch_ / "taught").points;
    ASSERT_EQ(plain.size(), taught.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
        EXPECT_NEAR(taught[i].divergence, plain[i].divergence, 1e-4 * plain[i].divergence + 1e-9);
        EXPECT_NEAR(taught[i].loss, plain[i].loss, 1e-4 * plain[i].loss + 1e-9);
    }
    options_.teacherTopK = 8;
    options_.generatedWindows = 6;
    EXPECT_EQ(run(scratch_ / "cached").steps, 6);
}

TEST_F(PaddedTeacherTest, APaddedStudentLearnsTheSharedTokens) {
    student_ = padded(scratch_ / "padded");
    teacher_ = withTokenizer(scratch_ / "teacher");
    options_.peakRate = 0.0;
    options_.weightDecay = 0.0;
    run(scratch_ / "taught");
    // The same weights: over the tokens that both know there is nothing to learn.
    for (const HealPoint& point : readRun(scratch_ / "taught").points) {
        EXPECT_NEAR(point.divergence, 0.0, 1e-6);
        EXPECT_NEAR(point.embeddingDistance, 0.0, 1e-9);
    }
}

TEST_F(PaddedTeacherTest, ATeacherWithAnotherTokenizerOfTheSameSizeIsRefused) {
    teacher_ = withTokenizer(scratch_ / "teacher", 1, 0);
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, testing::HasSubstr("the tokenizer of the teacher"));
    EXPECT_FALSE(fs::exists(scratch_ / "out"));
    giveTokenizer(scratch_ / "teacher", 0, 1);
    EXPECT_EQ(run(scratch_ / "out").steps, 6);
}

TEST_F(PaddedTeacherTest, AnotherSizeWithoutATokenizerIsRefused) {
    teacher_ = padded(scratch_ / "padded");
    fs::remove(scratch_ / "padded" / "tokenizer.json");
    EXPECT_EQ(refused(scratch_ / "out"), ErrorCode::InvalidArgument);
    EXPECT_THAT(message_, testing::HasSubstr("no tokenizer in both folders"));
}

}  // namespace
}  // namespace secateur
