// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/hf_config.h"

#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

// The keys as transformers 4 writes them.
json llamaV4() {
    return {{"architectures", {"LlamaForCausalLM"}},
            {"model_type", "llama"},
            {"hidden_size", 4096},
            {"num_hidden_layers", 32},
            {"num_attention_heads", 32},
            {"intermediate_size", 11008},
            {"vocab_size", 32000},
            {"torch_dtype", "float16"},
            {"rms_norm_eps", 1e-5},
            {"hidden_act", "silu"},
            {"max_position_embeddings", 4096}};
}

json qwen2() {
    json config = llamaV4();
    config["architectures"] = {"Qwen2ForCausalLM"};
    config["model_type"] = "qwen2";
    config["num_key_value_heads"] = 4;
    config["num_hidden_layers"] = 4;
    return config;
}

NetworkConfig read(const json& config) {
    return readHfConfig(config.dump(), "config.json");
}

void expectRefused(const json& config, ErrorCode code, const std::vector<std::string>& parts) {
    std::vector<std::string> all = parts;
    all.push_back("config.json");
    expectError([&] { static_cast<void>(read(config)); }, code, all);
}

void expectRefusedWith(const char* key, const json& value, ErrorCode code = ErrorCode::InvalidArgument) {
    json config = llamaV4();
    config[key] = value;
    expectRefused(config, code, {std::string("\"") + key});
}

TEST(HfConfig, FillsInWhatLlamaLeavesOut) {
    const NetworkConfig config = read(llamaV4());
    EXPECT_EQ(config.architecture, Architecture::Llama);
    EXPECT_EQ(config.headDim, 128);
    EXPECT_EQ(config.layerCount(), 32);
    EXPECT_EQ(config.originalLayers, 32);
    EXPECT_EQ(config.layers[31].originalLayer, 31);
    EXPECT_EQ(config.layers[5].kvHeads, 32);
    EXPECT_FALSE(config.layers[5].qkvBias || config.layers[5].oBias || config.layers[5].downBias);
    EXPECT_FALSE(config.tiedEmbeddings);
    EXPECT_EQ(config.rope, RopeConfig{});
    EXPECT_EQ(config.bosId, 1);
    EXPECT_EQ(config.eosIds, std::vector<int>{2});
    EXPECT_EQ(totalParameters(config), 6738415616);
}

TEST(HfConfig, ReadsLlama3AsTransformers4And5WriteIt) {
    json v4 = llamaV4();
    v4.update(
        {{"num_key_value_heads", 8}, {"eos_token_id", {128001, 128008, 128009}}, {"rope_theta", 500000.0}});
    const json scaling = {{"factor", 8.0},
                          {"low_freq_factor", 1.0},
                          {"high_freq_factor", 4.0},
                          {"original_max_position_embeddings", 8192},
                          {"rope_type", "llama3"}};
    v4["rope_scaling"] = scaling;
    json v5 = v4;
    v5.erase("rope_theta");
    v5.erase("rope_scaling");
    v5["rope_parameters"] = scaling;
    v5["rope_parameters"]["rope_theta"] = 500000.0;
    const NetworkConfig config = read(v4);
    EXPECT_EQ(config.rope.kind, RopeConfig::Kind::Llama3);
    EXPECT_EQ(config.rope.theta, 500000.0);
    EXPECT_EQ(config.rope.factor, 8.0);
    EXPECT_EQ(config.rope.originalMaxPositions, 8192);
    EXPECT_EQ(config.eosIds, (std::vector<int>{128001, 128008, 128009}));
    EXPECT_EQ(config, read(v5));
}

TEST(HfConfig, ReadsLinearRopeUnderItsOldKey) {
    json config = llamaV4();
    config["rope_scaling"] = {{"type", "linear"}, {"factor", 2}};
    EXPECT_EQ(read(config).rope.kind, RopeConfig::Kind::Linear);
    EXPECT_EQ(read(config).rope.factor, 2.0);
}

TEST(HfConfig, RefusesRopeItCannotCompute) {
    for (const char* kind : {"longrope", "proportional", "axial"}) {
        json config = llamaV4();
        config["rope_scaling"] = {{"rope_type", kind}, {"factor", 4.0}};
        expectRefused(config, ErrorCode::Unsupported, {"rope_scaling.rope_type", kind});
    }
    json config = llamaV4();
    config["rope_scaling"] = {{"rope_type", "llama3"}, {"factor", 4.0}};
    expectRefused(config, ErrorCode::InvalidArgument, {"rope_scaling.low_freq_factor"});
    config["rope_scaling"] = {{"rope_type", "linear"}, {"factor", -4.0}};
    expectRefused(config, ErrorCode::InvalidArgument, {"rope_scaling.factor"});
}

TEST(HfConfig, ReadsYarnWithItsDefaults) {
    json config = qwen2();
    config["rope_scaling"] = {{"type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32768}};
    RopeConfig rope = read(config).rope;
    EXPECT_EQ(rope.kind, RopeConfig::Kind::Yarn);
    EXPECT_EQ(rope.originalMaxPositions, 32768);
    EXPECT_DOUBLE_EQ(rope.attentionFactor, 1.138629436111989);
    EXPECT_EQ(rope.betaFast, 32.0);
    EXPECT_TRUE(rope.truncate);
    // Without them, the length of the network and the ratio of the two lengths.
    config["rope_scaling"] = {{"rope_type", "yarn"}, {"factor", 2.0}};
    EXPECT_EQ(read(config).rope.originalMaxPositions, 4096);
    config["rope_scaling"] = {{"rope_type", "yarn"}, {"original_max_position_embeddings", 1024}};
    EXPECT_EQ(read(config).rope.factor, 4.0);
    config["original_max_position_embeddings"] = 2048;
    EXPECT_EQ(read(config).rope.factor, 2.0);
    config["rope_scaling"] = {{"rope_type", "yarn"},   {"factor", 8.0},   {"mscale", 1.0},
                              {"mscale_all_dim", 0.5}, {"beta_fast", 16}, {"truncate", false}};
    rope = read(config).rope;
    EXPECT_DOUBLE_EQ(rope.attentionFactor, 1.094179988101349);
    EXPECT_EQ(rope.betaFast, 16.0);
    EXPECT_FALSE(rope.truncate);
    config["rope_scaling"]["attention_factor"] = 0.75;
    EXPECT_EQ(read(config).rope.attentionFactor, 0.75);
    for (const HfLayout layout : {HfLayout::Stock, HfLayout::PerLayer})
        EXPECT_EQ(read(json::parse(writeHfConfig(read(config), Dtype::F32, layout, config.dump()))).rope,
                  read(config).rope);
}

TEST(HfConfig, ReadsDynamicRopeOfTheNetworksOwnLength) {
    json config = llamaV4();
    config["rope_scaling"] = {{"type", "dynamic"}, {"factor", 2.0}};
    EXPECT_EQ(read(config).rope.kind, RopeConfig::Kind::Dynamic);
    EXPECT_EQ(read(config).rope.originalMaxPositions, 4096);
    EXPECT_EQ(read(json::parse(writeHfConfig(read(config), Dtype::F32, HfLayout::Stock, config.dump()))).rope,
              read(config).rope);
    config["rope_scaling"]["factor"] = 0.5;
    expectRefused(config, ErrorCode::InvalidArgument, {"rope_scaling.factor"});
}

TEST(HfConfig, GivesLlama3TheLengthThatStandsElsewhere) {
    json config = llamaV4();
    config["rope_scaling"] = {
        {"rope_type", "llama3"}, {"factor", 8.0}, {"low_freq_factor", 1.0}, {"high_freq_factor", 4.0}};
    EXPECT_EQ(read(config).rope.originalMaxPositions, 4096);
    config["original_max_position_embeddings"] = 8192;
    EXPECT_EQ(read(config).rope.originalMaxPositions, 8192);
    // An empty object is none.
    config["rope_parameters"] = config["rope_scaling"];
    config["rope_scaling"] = json::object();
    EXPECT_EQ(read(config).rope.kind, RopeConfig::Kind::Llama3);
}

TEST(HfConfig, GivesBiasesAsEachFamilyHasThem) {
    json llama = llamaV4();
    llama["attention_bias"] = true;
    llama["mlp_bias"] = true;
    const LayerConfig layer = read(llama).layers.front();
    EXPECT_TRUE(layer.qkvBias && layer.oBias && layer.gateUpBias && layer.downBias);
    const LayerConfig qwen = read(qwen2()).layers.front();
    EXPECT_TRUE(qwen.qkvBias);
    EXPECT_FALSE(qwen.oBias || qwen.gateUpBias || qwen.downBias);
}

TEST(HfConfig, GivesMistralItsSlidingWindow) {
    json config = llamaV4();
    config.update(
        {{"model_type", "mistral"}, {"architectures", {"MistralForCausalLM"}}, {"num_key_value_heads", 8}});
    EXPECT_EQ(read(config).layers[3].slidingWindow, 4096);
    config["sliding_window"] = nullptr;
    EXPECT_EQ(read(config).layers[3].slidingWindow, 0);
    config["sliding_window"] = 24;
    EXPECT_EQ(read(config).layers[3].slidingWindow, 24);
}

TEST(HfConfig, GivesQwenWindowsOnlyWhereTheyAreUsed) {
    json config = qwen2();
    config.update({{"sliding_window", 100}, {"max_window_layers", 2}, {"use_sliding_window", false}});
    EXPECT_EQ(read(config).layers[3].slidingWindow, 0);
    config["use_sliding_window"] = true;
    EXPECT_EQ(read(config).layers[1].slidingWindow, 0);
    EXPECT_EQ(read(config).layers[2].slidingWindow, 100);
    config["layer_types"] = {"sliding_attention", "full_attention", "full_attention", "full_attention"};
    EXPECT_EQ(read(config).layers[0].slidingWindow, 100);
    EXPECT_EQ(read(config).layers[2].slidingWindow, 0);
    config["layer_types"].push_back("full_attention");
    expectRefused(config, ErrorCode::InvalidArgument, {"layer_types", "4 layers"});
    config["layer_types"] = {"full_attention", "full_attention", "full_attention", "linear_attention"};
    expectRefused(config, ErrorCode::Unsupported, {"layer_types[3]"});
}

TEST(HfConfig, GivesQwen3ItsHeadDimAndNorms) {
    json config = qwen2();
    config.update({{"model_type", "qwen3"},
                   {"architectures", {"Qwen3ForCausalLM"}},
                   {"hidden_size", 1024},
                   {"num_attention_heads", 16},
                   {"num_key_value_heads", 8}});
    EXPECT_EQ(read(config).headDim, 128);
    EXPECT_TRUE(read(config).qkNorm);
    config["head_dim"] = 64;
    EXPECT_EQ(read(config).headDim, 64);
}

TEST(HfConfig, NamesTheKeyOfEveryValueOutOfRange) {
    for (const char* key :
         {"hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size"}) {
        for (const json& value : {json(0), json(-3), json("8"), json(1.5), json(1e30),
                                  json(18446744073709551615ULL), json::array()})
            expectRefusedWith(key, value);
        json config = llamaV4();
        config.erase(key);
        expectRefused(config, ErrorCode::InvalidArgument, {key, "missing"});
    }
    expectRefusedWith("num_key_value_heads", 5);
    expectRefusedWith("num_attention_heads", 33);
    expectRefusedWith("head_dim", 127);
    expectRefusedWith("rms_norm_eps", 0);
    expectRefusedWith("rope_theta", "x");
    expectRefusedWith("tie_word_embeddings", "yes");
    expectRefusedWith("eos_token_id", {1, "2"});
    expectRefusedWith("bos_token_id", -7);
    expectRefusedWith("rope_scaling", 5);
    expectRefusedWith("hidden_act", "gelu", ErrorCode::Unsupported);
    expectRefusedWith("quantization_config", {{"bits", 4}}, ErrorCode::Unsupported);
}

TEST(HfConfig, BoundsWhatSizesMultiplyTo) {
    json config = llamaV4();
    config.update({{"num_attention_heads", 65536}, {"num_key_value_heads", 65536}, {"head_dim", 16384}});
    expectRefused(config, ErrorCode::InvalidArgument, {"num_attention_heads", "head_dim"});
}

TEST(HfConfig, ListsWhatIsSupportedForUnknownArchitectures) {
    json config = llamaV4();
    config["model_type"] = "mamba";
    const Error error = errorOf([&] { static_cast<void>(read(config)); });
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
    EXPECT_NE(error.message().find("mamba"), std::string::npos);
    EXPECT_NE(error.hint().find("qwen3"), std::string::npos);
    expectRefusedWith("architectures", {"LlamaForSequenceClassification"}, ErrorCode::Unsupported);
    config.erase("model_type");
    EXPECT_EQ(read(config).architecture, Architecture::Llama);
    config.erase("architectures");
    expectRefused(config, ErrorCode::InvalidArgument, {"model_type"});
}

TEST(HfConfig, RefusesWhatIsNotAnObject) {
    EXPECT_EQ(errorOf([] { static_cast<void>(readHfConfig("{", "config.json")); }).code(),
              ErrorCode::Corrupt);
    EXPECT_EQ(errorOf([] { static_cast<void>(readHfConfig("[]", "config.json")); }).code(),
              ErrorCode::InvalidArgument);
    EXPECT_EQ(errorOf([] { static_cast<void>(readHfConfig(std::string(1 << 20, '['), "c")); }).code(),
              ErrorCode::Corrupt);
}

}  // namespace
}  // namespace secateur
