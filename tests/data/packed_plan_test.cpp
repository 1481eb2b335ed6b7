// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/packed_plan.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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

// Of a layer's channels the last `removed` go.
Plan narrowed(const NetworkConfig& network, int removed, std::vector<int> layers) {
    Plan plan;
    plan.model.layers = 4;
    WidthStep width;
    width.ratio = 0.5;
    for (const int layer : layers) {
        const auto units = static_cast<std::size_t>(network.layers[0].intermediateSize);
        UnitMask mask(units, 1);
        std::fill(mask.end() - removed, mask.end(), 0);
        width.keep.push_back({layer, std::nullopt, mask});
    }
    plan.steps.emplace_back(width);
    return plan;
}

TEST(PackedPlan, PlansThatFollowOneAnotherAreDifferences) {
    NetworkConfig network = test::sampleNetwork();
    for (LayerConfig& layer : network.layers) layer.intermediateSize = 28672;
    const Plan first = narrowed(network, 1000, {0, 1});
    const Plan next = narrowed(network, 1003, {1, 2});  // one layer in common
    const PackedPlan before(first);
    const std::string json = PackedPlan(next).toJson(&before);
    EXPECT_EQ(PackedPlan::parse(json, network, {}, "s.json", &before).unpack(), next);
    EXPECT_THROW(static_cast<void>(PackedPlan::parse(json, network, {}, "s.json")), Error);

    // Random units, of which a few change: almost as small as no masks at all.
    Plan random = narrowed(network, 0, {0, 1, 2, 3});
    std::uint32_t state = 1;
    for (LayerKeep& keep : std::get<WidthStep>(random.steps[0]).keep)
        for (auto& unit : *keep.channels) unit = (state = state * 1664525U + 1013904223U) >> 31;
    const PackedPlan old(random);
    for (LayerKeep& keep : std::get<WidthStep>(random.steps[0]).keep) (*keep.channels)[77] ^= 1;
    const PackedPlan changed(random);
    EXPECT_GT(changed.toJson().size(), 4 * 28672U / 8);
    EXPECT_LT(changed.toJson(&old).size(), 1500U);
    EXPECT_EQ(PackedPlan::parse(changed.toJson(&old), network, {}, "s.json", &old).unpack(), random);
}

TEST(PackedPlan, FilesOfTheFirstVersionAreRead) {
    const NetworkConfig network = test::sampleNetwork();
    const Plan plan = narrowed(network, 2, {2});
    nlohmann::json document = nlohmann::json::parse(PackedPlan(plan).toJson());
    document.erase("bits");
    document.erase("differs");
    document["keep"] = {{{"step", 0}, {"layer", 2}, {"channels", {{"units", 6}, {"bits", "Dw=="}}}}};
    EXPECT_EQ(PackedPlan::parse(document.dump(), network, {}, "s.json").unpack(), plan);
    document["keep"][0]["channels"]["bits"] = "DwA=";
    EXPECT_THROW(static_cast<void>(PackedPlan::parse(document.dump(), network, {}, "s.json")), Error);
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
    EXPECT_TRUE(refused(with("\"channels\":6", "\"channels\":60")));
    EXPECT_TRUE(refused(with("\"differs\":false", "\"differs\":true")));  // from what?
    EXPECT_TRUE(refused(with("\"step\":1", "\"step\":0")));
    EXPECT_TRUE(refused(with("\"step\":1", "\"step\":9")));
    EXPECT_TRUE(refused(with("\"bits\":\"", "\"bits\":\"!")));
}

}  // namespace
}  // namespace secateur
