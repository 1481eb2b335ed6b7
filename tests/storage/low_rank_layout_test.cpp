// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checkpoints whose linears are the product of two.
#include "core/data/tensor_table.h"
#include "core/storage/fingerprint.h"
#include "core/storage/hf_config.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;

class LowRankLayout : public testing::Test {
protected:
    // The golden network with a low-rank up_proj in layer 1; the values are zeros.
    fs::path written(const NetworkConfig& config, const std::string& name) {
        CheckpointWriter writer(scratch_ / name, 0, {});
        for (const TensorSpec& spec : networkTensors(config)) {
            std::int64_t count = 1;
            for (const std::int64_t size : spec.shape) count *= size;
            const std::vector<float> zeros(static_cast<std::size_t>(count), 0.0F);
            writer.add(spec.name, Dtype::F32, spec.shape, std::as_bytes(std::span(zeros)));
        }
        writer.writeConfig(config, Dtype::F32, HfLayout::PerLayer, source_->configJson());
        writer.finish();
        return scratch_ / name;
    }
    NetworkConfig lowRank() const {
        NetworkConfig config = source_->config();
        config.layers[1].ranks[static_cast<std::size_t>(LinearName::Up)] = 5;
        return config;
    }

    ScratchFolder scratch_;
    std::shared_ptr<const Checkpoint> source_ = Checkpoint::open(golden("llama3-gqa"));
};

TEST_F(LowRankLayout, IsReadAsItWasWritten) {
    const auto opened = Checkpoint::open(written(lowRank(), "low"));
    EXPECT_EQ(opened->config(), lowRank());
    EXPECT_TRUE(opened->summary().warnings.empty());
    EXPECT_FALSE(opened->has("model.layers.1.mlp.up_proj.weight"));
    const LayerConfig layer = lowRank().layers[1];
    EXPECT_EQ(opened->tensor("model.layers.1.mlp.up_proj.a.weight").shape,
              (std::vector<std::int64_t>{5, lowRank().hiddenSize}));
    EXPECT_EQ(opened->tensor("model.layers.1.mlp.up_proj.b.weight").shape,
              (std::vector<std::int64_t>{layer.intermediateSize, 5}));
    EXPECT_EQ(opened->summary().parameters, totalParameters(lowRank()));
    EXPECT_EQ(opened->summary().bytes, 4 * totalParameters(lowRank()));
}

TEST_F(LowRankLayout, OlderReadersAreToldByTheVersion) {
    EXPECT_EQ(readConfig(written(lowRank(), "low"))["secateur"]["version"], 2);
    EXPECT_EQ(readConfig(written(source_->config(), "dense"))["secateur"]["version"], 1);
}

TEST_F(LowRankLayout, FactorsThatAreMissingOrTooManyAreNamed) {
    const fs::path low = written(lowRank(), "low");
    changeConfig(low, [](nlohmann::json& config) {
        config["secateur"]["layers"][2]["ranks"] = {{"k_proj", 3}};
    });
    expectError([&] { static_cast<void>(Checkpoint::open(low)); }, ErrorCode::InvalidArgument,
                {"ranks of \"secateur\"", "model.layers.2.self_attn.k_proj.a.weight"});
    changeConfig(low, [](nlohmann::json& config) {
        config["secateur"]["layers"][2].erase("ranks");
        config["secateur"]["layers"][1]["ranks"]["up_proj"] = 6;
    });
    expectError([&] { static_cast<void>(Checkpoint::open(low)); }, ErrorCode::InvalidArgument,
                {"ranks of \"secateur\" = 6", "model.layers.1.mlp.up_proj.a.weight", "instead of"});
    changeConfig(low, [](nlohmann::json& config) { config["secateur"]["layers"][1]["ranks"] = {4, 5}; });
    expectError([&] { static_cast<void>(Checkpoint::open(low)); }, ErrorCode::InvalidArgument,
                {"secateur.layers[1].ranks", "is not an object"});
    const fs::path dense = written(source_->config(), "dense");
    changeConfig(dense, [](nlohmann::json& config) {
        config["secateur"]["layers"][1]["ranks"] = {{"up_proj", 5}};
    });
    expectError([&] { static_cast<void>(Checkpoint::open(dense)); }, ErrorCode::InvalidArgument,
                {"model.layers.1.mlp.up_proj.a.weight", "in none of the weight files"});
}

TEST_F(LowRankLayout, ARankOfALinearThatIsNotThereIsRefused) {
    NetworkConfig config = lowRank();
    config.layers[1].heads = config.layers[1].kvHeads = 0;
    const fs::path folder = written(config, "low");
    changeConfig(folder, [](nlohmann::json& json) {
        json["secateur"]["layers"][1]["ranks"] = {{"q_proj", 2}};
    });
    expectError([&] { static_cast<void>(Checkpoint::open(folder)); }, ErrorCode::InvalidArgument,
                {"ranks.q_proj", "does not have"});
}

TEST_F(LowRankLayout, StockCodeHasNoPlaceForIt) {
    expectError([&] { static_cast<void>(stockNetwork(lowRank())); }, ErrorCode::Unsupported,
                {"layer 1's up_proj is the product of two linears"});
    EXPECT_NO_THROW(static_cast<void>(stockNetwork(withDenseLinears(lowRank()))));
}

TEST_F(LowRankLayout, TheRankBelongsToTheFingerprint) {
    NetworkConfig other = lowRank();
    other.layers[1].ranks[static_cast<std::size_t>(LinearName::Up)] = 6;
    EXPECT_NE(Checkpoint::open(written(lowRank(), "five"))->summary().fingerprint,
              Checkpoint::open(written(other, "six"))->summary().fingerprint);
}

}  // namespace
}  // namespace secateur
