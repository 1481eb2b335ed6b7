// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is written is read back as the same network, in both layouts, and the stock layout refuses what it
// cannot say.
#include "core/data/tensor_table.h"
#include "core/storage/hf_config.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

std::string configText(const std::string& family) {
    return readText(golden(family) / "config.json");
}
NetworkConfig network(const std::string& family) {
    return readHfConfig(configText(family), family);
}

json written(const NetworkConfig& config, HfLayout layout, const std::string& base) {
    return json::parse(writeHfConfig(config, Dtype::BF16, layout, base));
}

NetworkConfig withOutputBiases(NetworkConfig config) {
    for (LayerConfig& layer : config.layers) layer.oBias = layer.downBias = true;
    return config;
}

void expectNotStock(const NetworkConfig& config, const std::string& reason) {
    const Error error = errorOf([&] { static_cast<void>(stockNetwork(config)); });
    EXPECT_EQ(error.code(), ErrorCode::Unsupported);
    EXPECT_NE(error.message().find(reason), std::string::npos) << error.message();
    EXPECT_FALSE(error.hint().empty());
}

class Layouts : public testing::TestWithParam<const char*> {};

TEST_P(Layouts, GiveTheSameNetworkBack) {
    const NetworkConfig original = network(GetParam());
    for (const HfLayout layout : {HfLayout::Stock, HfLayout::PerLayer}) {
        const std::string text = writeHfConfig(original, Dtype::F32, layout, configText(GetParam()));
        EXPECT_EQ(readHfConfig(text, "written"), original);
        // Without the base nothing that the network needs is lost either.
        EXPECT_EQ(readHfConfig(writeHfConfig(original, Dtype::F32, layout, ""), "written"), original);
    }
}

TEST_P(Layouts, GiveTheSameNetworkBackToReadersOfVersion4) {
    json config = written(network(GetParam()), HfLayout::Stock, configText(GetParam()));
    EXPECT_EQ(config.at("torch_dtype"), "bfloat16");
    EXPECT_EQ(config.at("dtype"), "bfloat16");
    config.erase("rope_parameters");
    EXPECT_EQ(readHfConfig(config.dump(), "v4"), network(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Hf, Layouts,
                         testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"),
                         [](const auto& family) {
                             std::string name = family.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(HfLayout, KeepsUnknownKeysAndCutsLayerLists) {
    json base = json::parse(configText("qwen3"));
    base["house_key"] = {{"a", 1}};
    base["kinds_of_layers"] = {0, 1, 2, 3, 4};
    base["rope_theta"] = 5.0;  // stale beside rope_parameters
    NetworkConfig chopped = network("qwen3");
    chopped.layers.erase(chopped.layers.begin() + 1, chopped.layers.begin() + 3);
    const json config = written(chopped, HfLayout::Stock, base.dump());
    EXPECT_EQ(config.at("house_key"), base.at("house_key"));
    EXPECT_EQ(config.at("kinds_of_layers"), json({0, 3, 4}));
    EXPECT_EQ(config.at("layer_types").size(), 3U);
    EXPECT_EQ(config.at("num_hidden_layers"), 3);
    EXPECT_EQ(config.at("rope_theta"), 10000.0);
    EXPECT_EQ(readHfConfig(config.dump(), "chopped").layerCount(), 3);
}

TEST(HfLayout, WritesQwenWindowsForBothReaders) {
    NetworkConfig config = network("qwen2");
    for (std::size_t i = 2; i < 5; ++i) config.layers[i].slidingWindow = 16;
    json text = written(config, HfLayout::Stock, "");
    EXPECT_EQ(readHfConfig(text.dump(), "v5"), config);
    text.erase("layer_types");
    EXPECT_EQ(readHfConfig(text.dump(), "v4"), config);
}

TEST(StockNetwork, LeavesWhatIsStockAlone) {
    for (const char* family : {"llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"})
        EXPECT_EQ(stockNetwork(network(family)), network(family)) << family;
}

TEST(StockNetwork, RaisesFlagsToWholeSublayersOfAllLayers) {
    NetworkConfig one = network("llama3-gqa");
    one.layers[2].downBias = true;
    const NetworkConfig stock = stockNetwork(one);
    for (const LayerConfig& layer : stock.layers) {
        EXPECT_TRUE(layer.gateUpBias && layer.downBias);
        EXPECT_FALSE(layer.qkvBias || layer.oBias);
    }
    EXPECT_EQ(networkTensors(stock).size(), networkTensors(one).size() + 3 * 6 - 1);
    EXPECT_EQ(stockNetwork(stock), stock);
}

TEST(StockNetwork, RewritesQwen2AndPlainMistralAsLlama) {
    const json qwen = written(withOutputBiases(network("qwen2")), HfLayout::Stock, configText("qwen2"));
    EXPECT_EQ(qwen.at("architectures"), json({"LlamaForCausalLM"}));
    EXPECT_EQ(qwen.at("attention_bias"), true);
    EXPECT_EQ(qwen.at("mlp_bias"), true);
    for (const char* key : {"layer_types", "sliding_window", "use_sliding_window", "max_window_layers"})
        EXPECT_FALSE(qwen.contains(key)) << key;
    EXPECT_EQ(qwen.at("bos_token_id"), nullptr);  // absent would mean Llama's own
    NetworkConfig mistral = withOutputBiases(network("mistral-swa"));
    for (LayerConfig& layer : mistral.layers) layer.slidingWindow = 0;
    EXPECT_EQ(stockNetwork(mistral).architecture, Architecture::Llama);
}

TEST(StockNetwork, SaysWhyItRefuses) {
    expectNotStock(withOutputBiases(network("qwen3")), "Qwen3 has no place for biases");
    expectNotStock(withOutputBiases(network("mistral-swa")), "mistral has no place for biases");
    NetworkConfig ragged = network("llama-mha");
    ragged.layers[1].intermediateSize -= 1;
    expectNotStock(ragged, "different widths");
    ragged.layers[1].intermediateSize = 0;
    expectNotStock(ragged, "layer 1 has no MLP channels");
    ragged.layers[1].heads = ragged.layers[1].kvHeads = 0;
    expectNotStock(ragged, "layer 1 has no attention heads");
    NetworkConfig uneven = network("llama3-gqa");
    for (LayerConfig& layer : uneven.layers) {
        layer.heads = 6;
        layer.kvHeads = 2;
    }
    expectNotStock(uneven, "6 heads do not divide the hidden size 128");
}

TEST(PerLayerLayout, GivesRaggedNetworksBack) {
    NetworkConfig ragged = withOutputBiases(network("qwen3"));
    ragged.layers[0].intermediateSize = 33;
    ragged.layers[1].heads = ragged.layers[1].kvHeads = 0;
    ragged.layers[2].intermediateSize = 0;
    ragged.layers[3].kvHeads = 1;
    ragged.layers[3].heads = 2;
    ragged.layers[4].slidingWindow = 9;
    const json config = written(ragged, HfLayout::PerLayer, configText("qwen3"));
    EXPECT_EQ(config.at("intermediate_size"), json({33, 160, 0, 160, 160}));
    EXPECT_TRUE(config.at("auto_map").contains("AutoModelForCausalLM"));
    EXPECT_EQ(config.at("auto_map").at("AutoModel"), "modeling_secateur.SecateurModel");
    EXPECT_EQ(readHfConfig(config.dump(), "ragged"), ragged);
}

TEST(PerLayerLayout, KeepsTheNumbersOfTheOriginal) {
    NetworkConfig chopped = network("qwen2");
    chopped.layers.erase(chopped.layers.begin());
    chopped.layers.pop_back();
    chopped.layers[0].intermediateSize = 8;
    const json config = written(chopped, HfLayout::PerLayer, configText("qwen2"));
    EXPECT_EQ(config.at("secateur").at("layers").at(0).at("original_layer"), 1);
    EXPECT_EQ(readHfConfig(config.dump(), "chopped"), chopped);
    // Written before the number of original layers was.
    json older = config;
    older["secateur"].erase("original_layers");
    EXPECT_EQ(readHfConfig(older.dump(), "older").layers[0].originalLayer, 1);
    for (json& layer : older["secateur"]["layers"]) layer.erase("original_layer");
    EXPECT_EQ(readHfConfig(older.dump(), "oldest").layers[0].originalLayer, 0);
}

TEST(OriginalLayers, OfStockLayoutsOutliveFurtherWriting) {
    json base = json::parse(configText("qwen3"));
    base["kinds_of_layers"] = {"a", "b", "c", "d", "e"};
    NetworkConfig chopped = network("qwen3");
    chopped.layers.erase(chopped.layers.begin() + 1);
    const json first = written(chopped, HfLayout::Stock, base.dump());
    EXPECT_EQ(first.at("secateur_original_layers"), json({{"of", 5}, {"layers", {0, 2, 3, 4}}}));
    EXPECT_EQ(readHfConfig(first.dump(), "first"), chopped);
    // Written again as it is, as healing does, and chopped once more.
    const json healed = written(readHfConfig(first.dump(), "first"), HfLayout::Stock, first.dump());
    EXPECT_EQ(healed, first);
    chopped.layers.erase(chopped.layers.begin() + 1);
    const json second = written(chopped, HfLayout::Stock, first.dump());
    EXPECT_EQ(second.at("kinds_of_layers"), json({"a", "d", "e"}));
    EXPECT_EQ(readHfConfig(second.dump(), "second"), chopped);
    // A layer that is repeated.
    chopped.layers.insert(chopped.layers.begin() + 1, chopped.layers[1]);
    const json repeated = written(chopped, HfLayout::Stock, second.dump());
    EXPECT_EQ(repeated.at("kinds_of_layers"), json({"a", "d", "d", "e"}));
    EXPECT_EQ(readHfConfig(repeated.dump(), "repeated"), chopped);
}

TEST(OriginalLayers, ThatAreWholeAreNotWritten) {
    const json config = written(network("qwen3"), HfLayout::Stock, configText("qwen3"));
    EXPECT_FALSE(config.contains("secateur_original_layers"));
}

TEST(OriginalLayers, ThatDoNotFitAreIgnoredWithAWarning) {
    const std::vector<json> bad = {json(5),
                                   json::array({0, 1, 2, 3, 4}),
                                   {{"of", 5}},
                                   {{"of", 5}, {"layers", {0, 1, 2, 3}}},
                                   {{"of", 4}, {"layers", {0, 1, 2, 3, 4}}},
                                   {{"of", 5}, {"layers", {0, 1, 2, 3, -1}}},
                                   {{"of", 5}, {"layers", {0, 1, 2, 3, "4"}}},
                                   {{"of", 5}, {"layers", {0, 1, 2, 3, 1.5}}},
                                   {{"of", 20000}, {"layers", {0, 1, 2, 3, 10000}}},
                                   {{"of", "5"}, {"layers", {0, 1, 2, 3, 4}}},
                                   {{"of", 18446744073709551615ULL}, {"layers", {0, 1, 2, 3, 4}}}};
    for (const json& value : bad) {
        json config = json::parse(configText("qwen3"));
        config["secateur_original_layers"] = value;
        std::vector<std::string> warnings;
        EXPECT_EQ(readHfConfig(config.dump(), "config.json", &warnings), network("qwen3")) << value;
        ASSERT_EQ(warnings.size(), 1U) << value;
        EXPECT_NE(warnings[0].find("original layers"), std::string::npos);
    }
}

TEST(PerLayerLayout, RefusesListsAtOddsWithEachOther) {
    const json good = written(network("llama-mha"), HfLayout::PerLayer, "");
    const auto expectRefused = [&](const std::function<void(json&)>& damage, ErrorCode code,
                                   const std::string& key) {
        json config = good;
        damage(config);
        expectError([&] { static_cast<void>(readHfConfig(config.dump(), "config.json")); }, code, {key});
    };
    expectRefused([](json& c) { c["intermediate_size"][2] = 5; }, ErrorCode::InvalidArgument,
                  "secateur.layers[2]");
    expectRefused([](json& c) { c["num_attention_heads"] = 4; }, ErrorCode::InvalidArgument,
                  "num_attention_heads");
    expectRefused([](json& c) { c["secateur"]["layers"].erase(0); }, ErrorCode::InvalidArgument,
                  "secateur.layers");
    expectRefused([](json& c) { c["secateur"]["layers"][1]["kv_heads"] = 3; }, ErrorCode::InvalidArgument,
                  "kv_heads");
    expectRefused([](json& c) { c["secateur"]["version"] = 3; }, ErrorCode::Unsupported, "secateur.version");
    expectRefused([](json& c) { c["secateur"]["base_model_type"] = "gpt2"; }, ErrorCode::Unsupported,
                  "base_model_type");
    expectRefused([](json& c) { c.erase("secateur"); }, ErrorCode::InvalidArgument, "secateur");
}

}  // namespace
}  // namespace secateur
