// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every FLAP row and the magnitude-sp row of the golden cases: masks must be those of the independent
// implementation.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/planning/planner.h"
#include "core/storage/checkpoint.h"
#include "tests/planning/golden_cases.h"

namespace secateur {
namespace {

using nlohmann::json;
using test::GoldenCase;

std::vector<float> floats(const TensorView& view) {
    std::vector<float> values;
    if (view.dtype == Dtype::F32) {
        values.resize(view.bytes.size() / 4);
        std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
    } else if (view.dtype == Dtype::BF16) {
        for (std::size_t i = 0; i < view.bytes.size(); i += 2) {
            std::uint16_t half = 0;
            std::memcpy(&half, view.bytes.data() + i, 2);
            const std::uint32_t bits = static_cast<std::uint32_t>(half) << 16;
            float value = 0;
            std::memcpy(&value, &bits, 4);
            values.push_back(value);
        }
    } else {
        ADD_FAILURE() << "a golden tensor of dtype " << name(view.dtype);
    }
    return values;
}

std::vector<double> asNumbers(const TensorView& view) {
    std::vector<double> values;
    for (std::size_t i = 0; view.dtype == Dtype::U8 && i < view.bytes.size(); ++i)
        values.push_back(static_cast<double>(std::to_integer<int>(view.bytes[i])));
    for (std::size_t i = 0; view.dtype == Dtype::I32 && i < view.bytes.size(); i += 4) {
        std::int32_t value = 0;
        std::memcpy(&value, view.bytes.data() + i, 4);
        values.push_back(value);
    }
    if (view.dtype == Dtype::F32)
        for (const float value : floats(view)) values.push_back(value);
    return values;
}

// The statistics of one linear as the golden file gives them, column norms from the weights.
ChannelStatistics channelsOf(const SafetensorsFile& expected, const TensorView& weight, int layer,
                             const char* module) {
    const auto array = [&](const std::string& statistics, const char* what) {
        return floats(expected.tensor(statistics + "." + std::to_string(layer) + "." + module + "." + what));
    };
    ChannelStatistics channels;
    channels.mean = array("exact", "mean");
    channels.meanReference = array("reference", "mean");
    channels.fluctuation = array("exact", "fluctuation");
    channels.fluctuationReference = array("reference", "fluctuation");
    channels.norm2 = array("exact", "norm2");
    const std::vector<float> values = floats(weight);
    const auto rows = static_cast<std::size_t>(weight.shape[0]);
    const auto columns = static_cast<std::size_t>(weight.shape[1]);
    for (std::size_t column = 0; column < columns; ++column) {
        double squares = 0.0;
        double magnitudes = 0.0;
        for (std::size_t row = 0; row < rows; ++row) {
            const double value = values[row * columns + column];
            squares += value * value;
            magnitudes += std::abs(value);
        }
        channels.weightNorm2.push_back(static_cast<float>(squares));
        channels.weightAbsMean.push_back(static_cast<float>(magnitudes / static_cast<double>(rows)));
    }
    return channels;
}

Analysis analysisOf(const Checkpoint& checkpoint, const SafetensorsFile& expected) {
    Analysis analysis;
    analysis.modelFingerprint = checkpoint.summary().fingerprint;
    analysis.originalLayers = checkpoint.config().layerCount();
    for (int i = 0; i < checkpoint.config().layerCount(); ++i) {
        LayerAnalysis layer;
        layer.layer = i;
        layer.heads = checkpoint.config().layers[i].heads;
        layer.kvHeads = checkpoint.config().layers[i].kvHeads;
        layer.oProj = channelsOf(expected, checkpoint.tensor(weightName(i, "self_attn.o_proj")), i, "o_proj");
        layer.downProj =
            channelsOf(expected, checkpoint.tensor(weightName(i, "mlp.down_proj")), i, "down_proj");
        analysis.layers.push_back(std::move(layer));
    }
    return analysis;
}

// How many units of all layers differ from the golden masks [layers, units].
int differing(const std::vector<UnitMask>& masks, const std::vector<double>& expected) {
    int count = 0;
    std::size_t at = 0;
    for (const UnitMask& mask : masks)
        for (const std::uint8_t kept : mask) count += (kept != 0) != (expected.at(at++) != 0.0);
    EXPECT_EQ(at, expected.size());
    return count;
}

std::vector<int> counts(const std::vector<UnitMask>& masks) {
    std::vector<int> result;
    for (const UnitMask& mask : masks) result.push_back(countKept(mask));
    return result;
}

class GoldenMasks : public testing::TestWithParam<GoldenCase> {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(GetParam().golden)) GTEST_SKIP() << "no folder " << GetParam().golden;
        std::ifstream file(GetParam().golden + "/expected.json");
        ASSERT_TRUE(file) << GetParam().golden;
        numbers_ = json::parse(file);
        expected_ = std::make_unique<SafetensorsFile>(GetParam().golden + "/expected.safetensors");
        checkpoint_ = Checkpoint::open(GetParam().model);
        analysis_ = analysisOf(*checkpoint_, *expected_);
    }

    void compare(const WidthRequest& width, const json& row, const std::string& prefix) {
        const PlanResult result = makePlan(checkpoint_->summary(), &analysis_, requestOf({}, width));
        const KeptUnits kept = keptUnits(checkpoint_->config(), result.plan);
        EXPECT_EQ(differing(kept.kvGroups, asNumbers(expected_->tensor(prefix + ".groups"))), 0);
        EXPECT_EQ(differing(kept.channels, asNumbers(expected_->tensor(prefix + ".channels"))), 0);
        EXPECT_EQ(counts(kept.kvGroups), row["groups_kept"].get<std::vector<int>>());
        EXPECT_EQ(counts(kept.channels), row["channels_kept"].get<std::vector<int>>());
        if (row.contains("removed_fraction")) {
            EXPECT_NEAR(result.plan.accounting->removedFraction, row["removed_fraction"].get<double>(),
                        1e-12);
        }
        ParsedPlan again =
            parsePlan(toJson(result.plan), checkpoint_->config(), checkpoint_->summary().fingerprint, "plan");
        EXPECT_EQ(again.plan, result.plan);
        EXPECT_TRUE(again.warnings.empty());
    }

    json numbers_;
    std::unique_ptr<SafetensorsFile> expected_;
    std::shared_ptr<const Checkpoint> checkpoint_;
    Analysis analysis_;
};

TEST_P(GoldenMasks, CostsOfUnits) {
    const NetworkConfig& config = checkpoint_->config();
    const LayerConfig& first = config.layers.front();
    EXPECT_EQ(kvGroupParameters(config, first.heads / first.kvHeads),
              numbers_["attention_group_cost"].get<std::int64_t>());
    EXPECT_EQ(channelParameters(config), numbers_["mlp_channel_cost"].get<std::int64_t>());
}

TEST_P(GoldenMasks, EveryFlapRow) {
    ASSERT_GE(numbers_["flap"].size(), 12u);
    for (std::size_t j = 0; j < numbers_["flap"].size(); ++j) {
        const json& row = numbers_["flap"][j];
        SCOPED_TRACE(row.dump());
        WidthRequest width;
        width.metric = row["metric"];
        width.structure = row["structure"];
        width.statistics = statisticsFromName(row["statistics"]);
        width.ratio = row["ratio"];
        if (!row["remove_heads"].is_null()) width.removeHeads = row["remove_heads"];
        compare(width, row, "flap." + std::to_string(j));
    }
}

TEST_P(GoldenMasks, MagnitudeRow) {
    int rows = 0;
    for (std::size_t j = 0; j < numbers_["structured"].size(); ++j) {
        const json& row = numbers_["structured"][j];
        if (row["method"] != "magnitude-sp") continue;
        WidthRequest width;
        width.method = "magnitude-sp";
        width.ratio = row["ratio"];
        compare(width, row, "structured." + std::to_string(j));
        ++rows;
    }
    EXPECT_EQ(rows, 1);
}

INSTANTIATE_TEST_SUITE_P(Families, GoldenMasks, testing::ValuesIn(test::goldenCases()), [](const auto& info) {
    std::string name = info.param.family;
    std::erase(name, '-');
    return name;
});

}  // namespace
}  // namespace secateur
