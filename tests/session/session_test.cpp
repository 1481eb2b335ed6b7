// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/base/error.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

using fixtures::golden;
using fixtures::open;
using fixtures::tokens;

ErrorCode codeOf(const std::function<void()>& work, std::string* message = nullptr) {
    try {
        work();
    } catch (const Error& error) {
        if (message) *message = error.message();
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::Internal;
}

TEST(Session, UnknownDevicesAndDtypesAreRefused) {
    EXPECT_EQ(codeOf([] { static_cast<void>(Session::open(golden("qwen2"), {.device = "tpu"})); }),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(codeOf([] { static_cast<void>(Session::open(golden("qwen2"), {.device = "cuda:x"})); }),
              ErrorCode::InvalidArgument);
}

TEST(Session, PerplexityReportNamesItsProtocol) {
    JobContext context;
    const auto session = open(golden("llama-mha"));
    const PerplexityReport report =
        session->perplexity(tokens(*session, "llama-mha", "evaluation", 4), context);
    EXPECT_EQ(report.tokensScored, 4 * 47);
    EXPECT_FALSE(report.bitsPerByte.has_value());
    EXPECT_GT(report.peakRssBytes, 0);
    for (const char* part : {"chunked", "4 windows of 48", "no BOS", "float32", "cpu"})
        EXPECT_NE(report.protocol.find(part), std::string::npos) << report.protocol;
}

TEST(Session, SlidingWithFullStrideIsChunkedPlusTheTail) {
    JobContext context;
    const auto session = open(golden("llama-mha"));
    TextSource source;
    source.tokensFile = (golden("llama-mha") / "tokens.safetensors").string();
    source.tokensName = "evaluation";
    const PerplexityReport chunked =
        session->perplexity(tokens(*session, "llama-mha", "evaluation"), context);
    const PerplexityReport sliding = session->slidingPerplexity(source, {.seqLen = 48}, 48, context);
    EXPECT_EQ(sliding.tokensScored, chunked.tokensScored);
    EXPECT_NEAR(sliding.perplexity / chunked.perplexity, 1.0, 1e-5);
    const PerplexityReport dense = session->slidingPerplexity(source, {.seqLen = 48}, 24, context);
    EXPECT_GT(dense.tokensScored, chunked.tokensScored);
}

TEST(Session, TokenIdsOutsideTheVocabularyAreNamed) {
    JobContext context;
    const auto session = open(golden("llama-mha"));
    TokenWindows windows = tokens(*session, "llama-mha", "evaluation", 2);
    windows.ids[50] = 320;
    std::string message;
    EXPECT_EQ(codeOf([&] { static_cast<void>(session->perplexity(windows, context)); }, &message),
              ErrorCode::InvalidArgument);
    EXPECT_NE(message.find("320 at position 50"), std::string::npos) << message;
}

TEST(Session, NaNWeightsAreNamedWithTheirTensor) {
    const fixtures::Scratch scratch;
    std::filesystem::copy(golden("qwen2"), scratch / "model");
    const auto file = scratch / "model/model.safetensors";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        const float nan = NAN;
        stream.seekp(-4, std::ios::end);
        stream.write(reinterpret_cast<const char*>(&nan), sizeof nan);
    }
    JobContext context;
    const auto session = open(scratch / "model");
    std::string message;
    EXPECT_EQ(
        codeOf(
            [&] {
                static_cast<void>(session->perplexity(tokens(*session, "qwen2", "evaluation", 2), context));
            },
            &message),
        ErrorCode::Corrupt);
    EXPECT_NE(message.find("tensor model."), std::string::npos) << message;
    EXPECT_NE(message.find("NaN"), std::string::npos) << message;
}

TEST(Session, OneWindowIsTooFewToMeasure) {
    JobContext context;
    const auto session = open(golden("llama-mha"));
    EXPECT_EQ(codeOf([&] {
                  static_cast<void>(
                      session->measure(tokens(*session, "llama-mha", "calibration", 1), {}, context, {}));
              }),
              ErrorCode::InvalidArgument);
}

TEST(Session, MeasuringUnderAChopEqualsMeasuringTheChoppedCheckpoint) {
    const fixtures::Scratch scratch;
    JobContext context;
    const auto session = open(golden("llama3-gqa"));
    test::ShortRequest request;
    request.chop.layers = {1, 3};
    const Plan plan = session->plan(nullptr, nullptr, request, context).plan;
    const TokenWindows windows = tokens(*session, "llama3-gqa", "calibration");
    MeasureOptions options;
    options.plan = plan;
    const auto under = session->measure(windows, options, context, {});
    static_cast<void>(session->apply(plan, nullptr, nullptr, scratch / "chopped", {}, context));
    const auto chopped = open(scratch / "chopped");
    const auto direct = chopped->measure(windows, {}, context, {});
    EXPECT_EQ(under->choppedLayers, (std::vector<int>{1, 3}));
    ASSERT_EQ(under->layers.size(), direct->layers.size());
    const std::vector<int> originals{0, 2, 4, 5};
    for (std::size_t i = 0; i < originals.size(); ++i) {
        EXPECT_EQ(under->layers[i].layer, originals[i]);
        EXPECT_EQ(direct->layers[i].layer, originals[i]);
        EXPECT_EQ(under->layers[i].oProj.fluctuation, direct->layers[i].oProj.fluctuation);
        EXPECT_EQ(under->layers[i].downProj.mean, direct->layers[i].downProj.mean);
    }
    EXPECT_EQ(under->residual.cosine, direct->residual.cosine);
}

TEST(Session, TheNumberOfThreadsChangesNothingThatMatters) {
    JobContext context;
    const SessionOptions one{.device = "cpu", .dtype = ComputeDtype::F32, .threads = 1};
    const SessionOptions two{.device = "cpu", .dtype = ComputeDtype::F32, .threads = 2};
    const auto single = Session::open(golden("qwen3"), one);
    const double first = single->perplexity(tokens(*single, "qwen3", "evaluation"), context).perplexity;
    const auto both = Session::open(golden("qwen3"), two);
    EXPECT_NEAR(both->perplexity(tokens(*both, "qwen3", "evaluation"), context).perplexity / first, 1.0,
                1e-5);
}

TEST(Session, MeasurePublishesStages) {
    JobContext context;
    const auto session = open(golden("llama-mha"));
    std::vector<bool> withLeaveOneOut;
    MeasureOptions options;
    options.leaveOneOut = true;
    static_cast<void>(session->measure(tokens(*session, "llama-mha", "calibration", 4), options, context,
                                       [&](const std::shared_ptr<const Analysis>& analysis) {
                                           withLeaveOneOut.push_back(analysis->leaveOneOut.has_value());
                                       }));
    EXPECT_EQ(withLeaveOneOut, (std::vector<bool>{false, true}));
}

TEST(Session, ApplyRefusesAnExistingFolderAndItsOwnSource) {
    const fixtures::Scratch scratch;
    JobContext context;
    const auto session = open(golden("llama-mha"));
    test::ShortRequest request;
    request.chop.layers = {2};
    const Plan plan = session->plan(nullptr, nullptr, request, context).plan;
    std::filesystem::create_directories(scratch / "there");
    EXPECT_EQ(codeOf([&] {
                  static_cast<void>(session->apply(plan, nullptr, nullptr, scratch / "there", {}, context));
              }),
              ErrorCode::Exists);
    ApplyOptions force;
    force.overwrite = true;
    EXPECT_EQ(
        codeOf([&] {
            static_cast<void>(session->apply(plan, nullptr, nullptr, golden("llama-mha"), force, context));
        }),
        ErrorCode::InvalidArgument);
    EXPECT_TRUE(std::filesystem::exists(golden("llama-mha") / "model.safetensors"));
}

}  // namespace
}  // namespace secateur
