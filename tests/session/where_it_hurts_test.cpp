// SPDX-License-Identifier: GPL-3.0-or-later
//
// Losses of single tokens, completions and what cuts win back, through the session.
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class WhereItHurts : public testing::Test {
protected:
    void SetUp() override {
        const std::filesystem::path demo = std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo";
        // A small network is no faster on threads, and tests run beside each other.
        session_ =
            Session::open(demo / "sprout-12", {.device = "cpu", .dtype = ComputeDtype::F32, .threads = 1});
        text_.textFile = (demo / "sample.txt").string();
        windows_ = session_->windows(text_, {.samples = 4, .seqLen = 48, .skip = 64}, context_);
        calibration_ = session_->windows(text_, {.samples = 4, .seqLen = 48}, context_);
    }
    Plan planned(const std::vector<std::string>& steps) {
        return session_->plan(nullptr, &calibration_, fixtures::stepsRequest(steps), context_).plan;
    }
    PreviewOptions options() { return {.perToken = false, .calibration = &calibration_}; }
    TokenLossReport losses(const Plan& plan) {
        return session_->tokenLosses(plan, nullptr, windows_, options(), context_);
    }
    Completion complete(const Plan* plan, double temperature = 0.0, std::uint64_t seed = 0) {
        CompletionOptions wished;
        wished.prompt = "Once upon a time";
        wished.tokens = 16;
        wished.temperature = temperature;
        wished.seed = seed;
        return session_->complete(wished, {plan, nullptr, &calibration_, nullptr}, context_);
    }

    JobContext context_;
    TextSource text_;
    std::shared_ptr<Session> session_;
    TokenWindows windows_, calibration_;
};

TEST_F(WhereItHurts, LossesAddUpToThePreviewsPerplexities) {
    const Plan plan = planned({"chop layers=3", "flap ratio=0.2"});
    const TokenLossReport report = losses(plan);
    const PreviewReport preview = session_->preview(plan, nullptr, windows_, options(), context_);
    EXPECT_EQ(report.preview.planPerplexity, preview.planPerplexity);
    const LossSum sum = wholeSum(report);
    EXPECT_EQ(sum.tokens, 4 * 47);
    EXPECT_NEAR(std::exp(sum.meanDense()) / preview.densePerplexity, 1.0, 1e-6);
    EXPECT_NEAR(std::exp(sum.meanPlanned()) / preview.planPerplexity, 1.0, 1e-6);
    EXPECT_NE(worstTokens(report, 1)[0].change(), 0.0F);
}

TEST_F(WhereItHurts, TokensReadAsTheText) {
    const TokenLossReport report = losses({});
    ASSERT_EQ(report.texts.size(), windows_.ids.size());
    std::string text;
    for (const TokenText& token : report.texts) text += token.text;
    std::ifstream file(text_.textFile);
    std::string source((std::istreambuf_iterator<char>(file)), {});
    for (std::size_t at = 0; (at = source.find('\n', at)) != std::string::npos; at += 2)
        source.replace(at, 1, "\\n");
    EXPECT_THAT(source, HasSubstr(text));
    EXPECT_EQ(report.planned, report.dense) << "a plan that removes nothing";
}

TEST_F(WhereItHurts, DocumentsOfATextHaveTheirOwnSums) {
    const fixtures::Scratch scratch;
    const auto file = scratch / "two.jsonl";
    std::string one, other;
    for (int i = 0; i < 20; ++i) one += "The fox saw a red hat. ", other += "A cat ate the fish. ";
    std::ofstream(file) << R"({"text": ")" << one << "\"}\n"
                        << R"({"text": ")" << other << "\"}\n";
    TextSource source;
    source.textFile = file.string();
    windows_ = session_->windows(source, {.seqLen = 32}, context_);
    const TokenLossReport report = losses(planned({"chop layers=3"}));
    ASSERT_EQ(report.documents.size(), 2u);
    EXPECT_EQ(report.documents[0].first, 0);
    EXPECT_EQ(report.documents[0].last + 1, report.documents[1].first);
    EXPECT_EQ(report.documents[1].last + 1, static_cast<std::int64_t>(windows_.ids.size()));
    // The first token of the second document, or the one after the blank line that comes before it.
    std::string begin;
    for (std::int64_t i = 0; i < 3; ++i)
        begin += report.texts[static_cast<std::size_t>(report.documents[1].first + i)].text;
    EXPECT_THAT(begin, HasSubstr("A cat"));
    EXPECT_NEAR(
        documentSum(report, report.documents[0]).change() + documentSum(report, report.documents[1]).change(),
        wholeSum(report).change(), 1e-9);
}

TEST_F(WhereItHurts, APlanThatRemovesNothingWritesTheDenseText) {
    const Plan nothing = planned({"flap ratio=0"});
    for (const double temperature : {0.0, 0.9}) {
        const Completion dense = complete(nullptr, temperature, 5);
        const Completion plan = complete(&nothing, temperature, 5);
        EXPECT_EQ(plan.ids, dense.ids);
        EXPECT_EQ(plan.text, dense.text);
        EXPECT_EQ(plan.meanLoss, dense.meanLoss);
    }
}

// Every form of a linear, biases, narrow and missing layers: what the plan writes is what the checkpoint
// writes that it is applied to, and each token is the most probable one of a pass over the whole text.
TEST_F(WhereItHurts, APlanWritesWhatItsCheckpointWrites) {
    const fixtures::Scratch scratch;
    const std::vector<std::vector<std::string>> chains{
        {"chop layers=3 attention=5 mlp=7", "flap ratio=0.2 compensate=bias"},
        {"chop keep=0,1,2,2,3,4,5,6,7,8,9,10,11"},
        {"wanda pattern=2:4", "gptq bits=4 group=32"},
        {"svd-llm keep=0.9"}};
    for (std::size_t i = 0; i < chains.size(); ++i) {
        const Plan plan = planned(chains[i]);
        const Completion completion = complete(&plan);
        const auto folder = scratch / std::to_string(i);
        static_cast<void>(
            session_->apply(plan, nullptr, &calibration_, folder, {.outDtype = "f32"}, context_));
        const auto written = fixtures::open(folder);
        TokenWindows text;
        text.ids = completion.promptIds;
        text.ids.insert(text.ids.end(), completion.ids.begin(), completion.ids.end());
        text.seqLen = static_cast<int>(text.ids.size());
        const std::vector<float> logits = written->logits(text, 0, context_);
        const std::size_t vocabulary = logits.size() / text.ids.size();
        for (std::size_t token = 0; token < completion.ids.size(); ++token) {
            const std::size_t row = completion.promptIds.size() + token - 1;
            const auto begin = logits.begin() + static_cast<std::ptrdiff_t>(row * vocabulary);
            const float best = *std::max_element(begin, begin + static_cast<std::ptrdiff_t>(vocabulary));
            EXPECT_NEAR(begin[completion.ids[token]], best, 2e-3F * std::abs(best) + 1e-3F)
                << chains[i].front() << ", token " << token;
        }
    }
}

TEST_F(WhereItHurts, TextArrivesAsItIsWritten) {
    CompletionOptions wished;
    wished.prompt = "The cat";
    wished.tokens = 12;
    std::vector<std::string> pieces;
    const Completion completion =
        session_->complete(wished, {}, context_, [&](const std::string& text) { pieces.push_back(text); });
    EXPECT_GT(pieces.size(), 6u);
    std::string all;
    for (const std::string& piece : pieces) all += piece;
    EXPECT_EQ(all, completion.text);
    EXPECT_FALSE(completion.text.empty());
}

TEST_F(WhereItHurts, ModelsWithoutTokenizerSaySo) {
    const auto bare = fixtures::open(fixtures::golden("llama-mha"));
    EXPECT_THROW(static_cast<void>(bare->complete({}, {}, context_)), Error);
    const TokenWindows windows = fixtures::tokens(*bare, "llama-mha", "evaluation", 2);
    const TokenLossReport report = bare->tokenLosses({}, nullptr, windows, {}, context_);
    EXPECT_EQ(report.texts.at(1).text, "#" + std::to_string(windows.ids[1]));
}

TEST_F(WhereItHurts, TakingBackIsRankedByWhatAParameterWins) {
    const Plan plan = planned({"chop layers=1,3", "flap ratio=0.1"});
    std::size_t seen = 0;
    const TakeBackReport report =
        session_->takeBack(plan, nullptr, windows_, options(), context_,
                           [&](const TakeBackReport& so) { EXPECT_EQ(so.rows.size(), ++seen); });
    ASSERT_EQ(report.rows.size(), 4u);
    EXPECT_EQ(seen, 4u);
    for (std::size_t i = 1; i < report.rows.size(); ++i)
        EXPECT_GE(*report.rows[i - 1].wonPerMillion(), *report.rows[i].wonPerMillion());
    for (const TakeBackRow& row : report.rows) {
        const PreviewReport alone = session_->preview(row.plan, nullptr, windows_, options(), context_);
        EXPECT_NEAR(row.perplexity / alone.planPerplexity, 1.0, 1e-6);
        EXPECT_NEAR(row.wonBack, report.present.planPerplexity - alone.planPerplexity, 1e-5);
        EXPECT_EQ(row.parametersReturned,
                  alone.accounting.parametersAfter - report.present.accounting.parametersAfter);
        EXPECT_GT(row.parametersReturned, 0);
        EXPECT_TRUE(row.wonBackError);
    }
}

}  // namespace
}  // namespace secateur
