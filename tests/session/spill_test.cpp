// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does not fit into a session's memory goes to unnamed files, and changes nothing of any result.

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/read_text.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using fixtures::Scratch;
using test::readText;

constexpr const char* kFamily = "llama3-gqa";
constexpr std::int64_t kTiny = 1 << 16;  // a tenth of it holds no stream and no matrix

class Spilling : public testing::Test {
protected:
    struct Side {
        std::shared_ptr<Session> session;
        TokenWindows calibration, evaluation;
    };
    static Side side(std::int64_t memoryLimit) {
        Side side{fixtures::open(fixtures::golden(kFamily), memoryLimit), {}, {}};
        side.calibration = fixtures::tokens(*side.session, kFamily, "calibration");
        side.evaluation = fixtures::tokens(*side.session, kFamily, "evaluation");
        return side;
    }
    Plan planned(Side& side, const std::vector<std::string>& steps) {
        return side.session->plan(nullptr, &side.calibration, fixtures::stepsRequest(steps), context_).plan;
    }

    JobContext context_;
    Scratch scratch_;
    Side roomy_ = side(std::int64_t{1} << 32);
    Side tiny_ = side(kTiny);
};

TEST_F(Spilling, AppliedNetworksAreTheSameToTheByte) {
    int number = 0;
    for (const std::vector<std::string>& steps : std::vector<std::vector<std::string>>{
             {"rtn bits=4 group=0"},
             {"wanda sparsity=0.5", "gptq bits=4 group=0"},
             {"sparsegpt pattern=2:4", "chop layers=1", "svd-llm keep=0.6"},
             {"svd keep=0.5", "gptq bits=4 group=0"},
             {"flap ratio=0.3 compensate=refit", "magnitude sparsity=0.3"}}) {
        SCOPED_TRACE(testing::PrintToString(steps));
        const std::string name = std::to_string(number++);
        const Plan plan = planned(roomy_, steps);
        for (const auto& [side, folder] : {std::pair{&roomy_, "roomy"}, std::pair{&tiny_, "tiny"}})
            static_cast<void>(side->session->apply(plan, nullptr, &side->calibration,
                                                   scratch_ / (folder + name), {}, context_));
        EXPECT_EQ(readText(scratch_ / ("roomy" + name) / "model.safetensors"),
                  readText(scratch_ / ("tiny" + name) / "model.safetensors"));
    }
}

TEST_F(Spilling, MeasuredNumbersAreTheSame) {
    const auto roomy = roomy_.session->measure(roomy_.calibration, {}, context_, {});
    const auto tiny = tiny_.session->measure(tiny_.calibration, {}, context_, {});
    EXPECT_EQ(roomy->residual.cosine, tiny->residual.cosine);
    EXPECT_EQ(roomy->residual.relativeUpdate, tiny->residual.relativeUpdate);
    ASSERT_EQ(roomy->layers.size(), tiny->layers.size());
    for (std::size_t i = 0; i < roomy->layers.size(); ++i) {
        EXPECT_EQ(roomy->layers[i].downProj.fluctuation, tiny->layers[i].downProj.fluctuation);
        EXPECT_EQ(roomy->layers[i].oProj.mean, tiny->layers[i].oProj.mean);
    }
    EXPECT_EQ(roomy->angular.lastToken, tiny->angular.lastToken);
}

TEST_F(Spilling, PreviewsAreTheSameAlsoAfterAnEdit) {
    for (const std::vector<std::string>& steps :
         {std::vector<std::string>{"wanda sparsity=0.5"}, {"wanda sparsity=0.5", "chop layers=2"}}) {
        const Plan plan = planned(roomy_, steps);
        const auto preview = [&](Side& side) {
            return side.session->preview(plan, nullptr, side.evaluation,
                                         {.perToken = false, .calibration = &side.calibration}, context_);
        };
        const PreviewReport roomy = preview(roomy_), tiny = preview(tiny_);
        EXPECT_EQ(roomy.planPerplexity, tiny.planPerplexity);
        EXPECT_EQ(roomy.densePerplexity, tiny.densePerplexity);
    }
}

// The folder for scratch is one that does not exist.
TEST_F(Spilling, AScratchFolderThatCannotBeUsedIsNamed) {
    const char* before = std::getenv("TMPDIR");
    const std::string restore = before ? before : "";
    ::setenv("TMPDIR", (scratch_ / "missing").c_str(), 1);
    try {
        static_cast<void>(tiny_.session->measure(tiny_.calibration, {}, context_, {}));
        ADD_FAILURE() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfDisk);
        EXPECT_THAT(error.message(), testing::HasSubstr("missing"));
    }
    EXPECT_NO_THROW(static_cast<void>(roomy_.session->measure(roomy_.calibration, {}, context_, {})));
    if (before)
        ::setenv("TMPDIR", restore.c_str(), 1);
    else
        ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace secateur
