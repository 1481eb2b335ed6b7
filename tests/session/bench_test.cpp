// SPDX-License-Identifier: GPL-3.0-or-later
//
// The measurement of speed through the session: dense and planned beside each other.
#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/session/fixtures.h"

namespace secateur {
namespace {

using testing::HasSubstr;

class Bench : public testing::Test {
protected:
    void SetUp() override {
        const std::filesystem::path demo = std::filesystem::path(SECATEUR_SOURCE_DIR) / "resources/demo";
        session_ =
            Session::open(demo / "sprout-12", {.device = "cpu", .dtype = ComputeDtype::F32, .threads = 1});
        TextSource text;
        text.textFile = (demo / "sample.txt").string();
        windows_ = session_->windows(text, {.samples = 2, .seqLen = 32}, context_);
    }
    Plan planned(const std::vector<std::string>& steps) {
        return session_->plan(nullptr, &windows_, fixtures::stepsRequest(steps), context_).plan;
    }
    BenchReport bench(const Plan* plan) {
        return session_->bench(options_, {plan, nullptr, &windows_, nullptr}, context_);
    }

    JobContext context_;
    std::shared_ptr<Session> session_;
    TokenWindows windows_;
    BenchOptions options_{.promptTokens = 4, .newTokens = 3, .batches = {1, 2}, .repetitions = 1};
};

TEST_F(Bench, ThePlanOfNothingHasTheShapeOfTheDenseNetwork) {
    const Plan nothing = planned({"flap ratio=0"});
    const BenchReport report = bench(&nothing);
    ASSERT_TRUE(report.planned);
    EXPECT_EQ(report.modelFingerprint, session_->summary().fingerprint);
    EXPECT_EQ(report.plannedLoads, report.denseLoads);
    EXPECT_EQ(report.planned->weightBytes, report.dense.weightBytes);
    EXPECT_EQ(report.planned->resident, report.dense.resident);
    ASSERT_EQ(report.planned->batches.size(), 2u);
    for (const int batch : {1, 2}) {
        ASSERT_NE(report.dense.at(batch), nullptr);
        ASSERT_NE(report.planned->at(batch), nullptr);
        EXPECT_EQ(report.planned->at(batch)->layers.size(), report.dense.at(batch)->layers.size());
        EXPECT_GT(report.planned->at(batch)->decodeRate().median, 0.0);
    }
    EXPECT_TRUE(report.remarks.empty());
    EXPECT_EQ(report.place, session_->benchPlace());
    EXPECT_EQ(inWords(report.place), "cpu, float32, 1 thread");
}

TEST_F(Bench, APlanHasFewerLayersBytesAndLoads) {
    const Plan plan = planned({"chop layers=3", "flap ratio=0.3"});
    const BenchReport report = bench(&plan);
    ASSERT_TRUE(report.planned);
    EXPECT_EQ(report.planned->at(1)->layers.size() + 1, report.dense.at(1)->layers.size());
    EXPECT_LT(report.planned->weightBytes, report.dense.weightBytes);
    EXPECT_LT(report.planned->peakBytes, report.dense.peakBytes);
    EXPECT_GT(report.planned->peakBytes, report.planned->weightBytes) << "keys, values, activations";
    for (std::size_t i = 0; i + 1 < report.denseLoads.size(); ++i)
        EXPECT_LT(report.plannedLoads[i].weights, report.denseLoads[i].weights)
            << report.denseLoads[i].linear;
    EXPECT_EQ(report.plannedLoads.back(), report.denseLoads.back()) << "the head stays";
}

TEST_F(Bench, FormsThatSaveNoTimeHereSaySo) {
    const Plan plan = planned({"wanda pattern=2:4", "rtn bits=4 group=32"});
    const BenchReport report = bench(&plan);
    ASSERT_EQ(report.remarks.size(), 2u);
    EXPECT_THAT(report.remarks[0], HasSubstr("4 bits save bytes in a packed file and no time here"));
    EXPECT_THAT(report.remarks[1], HasSubstr("neither bytes nor time"));
    EXPECT_EQ(report.planned->weightBytes, report.dense.weightBytes);
    EXPECT_EQ(report.plannedLoads[0].weights, report.denseLoads[0].weights);
    EXPECT_LT(report.plannedLoads[0].storedBytes, report.denseLoads[0].storedBytes);
}

TEST_F(Bench, WithoutAPlanTheDenseNetworkStandsAlone) {
    const BenchReport report = bench(nullptr);
    EXPECT_FALSE(report.planned);
    EXPECT_TRUE(report.plannedLoads.empty());
    EXPECT_TRUE(report.dense.resident);
    EXPECT_GE(report.dense.peakBytes, report.dense.weightBytes);
}

TEST_F(Bench, ANetworkThatDoesNotFitIsTimedLayerByLayer) {
    const auto small = fixtures::open(fixtures::golden("llama3-gqa"), 1 << 16);
    const BenchReport report = small->bench(options_, {}, context_);
    EXPECT_FALSE(report.dense.resident);
    for (const LayerTime& layer : report.dense.at(1)->layers)
        EXPECT_EQ(layer.linearSeconds, layer.seconds) << "reading the layer counts as its products";
}

TEST_F(Bench, IsStopped) {
    std::stop_source stop;
    JobContext context(stop.get_token(), [&](const Progress&) { stop.request_stop(); });
    options_.repetitions = 1'000'000;
    try {
        static_cast<void>(session_->bench(options_, {}, context));
        FAIL() << "was not stopped";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
}

TEST_F(Bench, RefusesPlansOfOtherModels) {
    Plan foreign = planned({"chop layers=3"});
    foreign.model.fingerprint = "0123";
    EXPECT_THROW(static_cast<void>(bench(&foreign)), Error);
}

}  // namespace
}  // namespace secateur
