// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/packed_plan.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/data/plan_samples.h"

namespace secateur {
namespace {

Plan samplePlan() {
    return parsePlan(test::kFullPlan, test::sampleNetwork(), {}, "full").plan;
}

TEST(PackedPlan, ComesBackAsItWas) {
    const Plan plan = samplePlan();
    const PackedPlan packed(plan);
    EXPECT_EQ(packed.unpack(), plan);
    EXPECT_LT(packed.bytes(), 6U);
    const std::string json = packed.toJson();
    EXPECT_EQ(PackedPlan::parse(json, test::sampleNetwork(), "sha256:abc", "s.json").unpack(), plan);
}

TEST(PackedPlan, MasksOfEveryLengthAreKept) {
    for (int units = 1; units <= 28672; units = units == 30 ? 28672 : units + 1) {
        NetworkConfig network = test::sampleNetwork();
        for (LayerConfig& layer : network.layers) layer.intermediateSize = units;
        Plan plan;
        plan.model.layers = 4;
        WidthStep width;
        width.ratio = 0.5;
        UnitMask mask(static_cast<std::size_t>(units), 1);
        for (int i = 0; i < units; ++i) mask[static_cast<std::size_t>(i)] = i % 3 != 1;
        width.keep.push_back({2, std::nullopt, mask});
        plan.steps.emplace_back(width);
        const std::string json = PackedPlan(plan).toJson();
        EXPECT_EQ(PackedPlan::parse(json, network, {}, "s.json").unpack(), plan) << units;
    }
}

TEST(PackedPlan, IsAnEighthOfItsMasks) {
    constexpr int kUnits = 28672;
    Plan plan;
    WidthStep width;
    for (int layer = 0; layer < 80; ++layer) width.keep.push_back({layer, {}, UnitMask(kUnits, 1)});
    plan.steps.emplace_back(width);
    EXPECT_EQ(PackedPlan(plan).bytes(), 80U * kUnits / 8);
}

TEST(PackedPlan, DamagedTextIsRefused) {
    const std::string json = PackedPlan(samplePlan()).toJson();
    const auto refused = [](std::string text) {
        try {
            static_cast<void>(PackedPlan::parse(text, test::sampleNetwork(), {}, "s.json"));
            return false;
        } catch (const Error& error) {
            return error.message().starts_with("s.json");
        }
    };
    EXPECT_FALSE(refused(json));
    for (std::size_t length = 0; length < json.size(); length += 13)
        EXPECT_TRUE(refused(json.substr(0, length)));
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = json;
        const std::size_t at = text.rfind(from);
        EXPECT_NE(at, std::string::npos) << from;
        return text.replace(at, from.size(), to);
    };
    EXPECT_TRUE(refused(with("\"units\":6", "\"units\":60")));
    EXPECT_TRUE(refused(with("\"step\":1", "\"step\":0")));
    EXPECT_TRUE(refused(with("\"step\":1", "\"step\":9")));
    EXPECT_TRUE(refused(with("\"bits\":\"", "\"bits\":\"!")));
}

}  // namespace
}  // namespace secateur
