// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chop strategies through the session: against previews of the same plans and against the golden
// perplexities of networks without one layer.
#include <algorithm>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "tests/golden_families.h"
#include "tests/session/fixtures.h"
#include "tests/short_request.h"

namespace secateur {
namespace {

class ChopSweep : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        session_ = fixtures::open(fixtures::golden(GetParam()));
        windows_ = fixtures::tokens(*session_, GetParam(), "evaluation", 3);
        std::ifstream(fixtures::golden(GetParam()) / "expected.json") >> expected_;
    }
    [[nodiscard]] int layers() const { return session_->summary().config.layerCount(); }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows windows_;
    nlohmann::json expected_;
};
INSTANTIATE_TEST_SUITE_P(Golden, ChopSweep, test::goldenFamilies(), test::kNameOfFamily);

TEST_P(ChopSweep, EveryRowIsThePreviewOfItsPlan) {
    const ChopSweepReport report = session_->chopSweep(nullptr, windows_, {chopStrategies(), {}}, context_);
    EXPECT_EQ(report.layers, layers());
    std::map<std::string, int> rows;
    for (const ChopSweepRow& row : report.rows) {
        ++rows[row.strategy];
        Plan plan;
        plan.model.layers = layers();
        plan.steps.emplace_back(row.chop);
        const PreviewReport preview = session_->preview(plan, nullptr, windows_, {}, context_);
        EXPECT_NEAR(row.perplexity / preview.planPerplexity, 1.0, 1e-5) << row.strategy << " " << row.count;
        EXPECT_EQ(row.accounting, preview.accounting);
        EXPECT_EQ(row.chop.chosenBy, (ChosenBy{row.strategy, row.count}));
        const auto removed = 2 * row.chop.layers.size() + row.chop.attention.size() + row.chop.mlp.size();
        const bool halves = chopStrategy(row.strategy).unit == ChopUnit::Attention;
        EXPECT_EQ(removed, (halves ? 1U : 2U) * static_cast<unsigned>(row.count));
    }
    for (const ChopStrategy& strategy : chopStrategyTable())
        EXPECT_EQ(rows[strategy.name], layers() - strategy.keeps) << strategy.name;
    EXPECT_LT(report.decoderPasses, report.decoderPassesUnshared);
    ASSERT_EQ(report.warnings.size(), 6U);
    const bool told = std::ranges::any_of(
        report.warnings, [](const std::string& warning) { return warning.find("greedy") == 0; });
    EXPECT_TRUE(told);
}

// What is left out first, against an independent implementation.
TEST_P(ChopSweep, OneLayerLessMatchesTheGoldenPerplexities) {
    const auto without = expected_.at("leave_one_out_perplexity").get<std::vector<double>>();
    const TokenWindows all = fixtures::tokens(*session_, GetParam(), "evaluation");
    const ChopSweepReport report = session_->chopSweep(nullptr, all, {chopStrategies(), {1}}, context_);
    EXPECT_NEAR(report.densePerplexity / expected_.at("perplexity").get<double>(), 1.0, 1e-4);
    for (const ChopSweepRow& row : report.rows) {
        if (chopStrategy(row.strategy).unit != ChopUnit::Layers || row.chop.merge) continue;
        ASSERT_EQ(row.chop.layers.size(), 1U) << row.strategy;
        const auto layer = static_cast<std::size_t>(row.chop.layers.front());
        EXPECT_NEAR(row.perplexity / without.at(layer), 1.0, 1e-3) << row.strategy;
        const auto best = std::min_element(without.begin(), without.end());
        if (row.strategy == "leave-one-out") {
            EXPECT_EQ(layer, static_cast<std::size_t>(best - without.begin()));
        }
        if (row.strategy == "greedy") {
            const auto inner = std::min_element(without.begin() + 1, without.end() - 1);
            EXPECT_EQ(layer, static_cast<std::size_t>(inner - without.begin()));
        }
    }
}

TEST_P(ChopSweep, PlansOfTheSameStrategyRemoveTheSame) {
    const ChopSweepReport report = session_->chopSweep(
        nullptr, windows_,
        {{"magnitude", "taylor", "greedy", "finercut", "blockpruner", "greedy-attention"}, {2}}, context_);
    for (const ChopSweepRow& row : report.rows) {
        test::ShortRequest request;
        request.chop.count = 2;
        request.chop.strategy = row.strategy;
        const PlanResult planned = session_->plan(nullptr, &windows_, request, context_);
        EXPECT_EQ(std::get<ChopStep>(planned.plan.steps.at(0)), row.chop);
        const bool byText = row.strategy != "magnitude";
        EXPECT_EQ(planned.plan.calibration.has_value(), byText);
    }
}

TEST_P(ChopSweep, RowsArriveAsTheyBecomeKnown) {
    std::vector<std::size_t> sizes;
    double dense = 0.0;
    const ChopSweepReport report = session_->chopSweep(nullptr, windows_, {{"greedy", "top"}, {1, 2}},
                                                       context_, [&](const ChopSweepReport& soFar) {
                                                           sizes.push_back(soFar.rows.size());
                                                           dense = soFar.densePerplexity;
                                                       });
    EXPECT_THAT(sizes, testing::ElementsAre(0U, 1U, 2U, 3U, 4U));
    EXPECT_EQ(dense, report.densePerplexity);
    EXPECT_EQ(report.rows[0].strategy, "top");
    EXPECT_EQ(report.rows[3].strategy, "greedy");
}

TEST_P(ChopSweep, RefusesWhatCannotBe) {
    const auto code = [&](const ChopSweepRequest& request) {
        try {
            (void)session_->chopSweep(nullptr, windows_, request, context_);
        } catch (const Error& error) {
            return error.code();
        }
        return ErrorCode::Internal;
    };
    EXPECT_EQ(code({{"nonsense"}, {1}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{}, {1}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"top"}, {0}}), ErrorCode::InvalidArgument);
    EXPECT_EQ(code({{"top"}, {layers()}}), ErrorCode::InvalidArgument);
    test::ShortRequest request;
    request.chop.count = 1;
    request.chop.strategy = "taylor";
    EXPECT_THROW((void)session_->plan(nullptr, nullptr, request, context_), Error);
    request.chop.strategy = "greedy";
    request.chop.count = layers() - 1;
    EXPECT_THROW((void)session_->plan(nullptr, &windows_, request, context_), Error);
}

}  // namespace
}  // namespace secateur
