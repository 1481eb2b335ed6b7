// SPDX-License-Identifier: GPL-3.0-or-later
//
// What becomes of every key of config.json: carried out, known to be harmless, refused by name, or named in a
// warning; and what Python reads that JSON is not.
#include "core/storage/hf_config.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

json base(const char* family) {
    return readConfig(golden(family));
}

std::vector<std::string> warningsOf(const json& config) {
    std::vector<std::string> warnings;
    static_cast<void>(readHfConfig(config.dump(), "config.json", &warnings));
    return warnings;
}

TEST(ConfigKeys, OfTheGoldenNetworksAreAllKnown) {
    for (const char* family : {"llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"})
        EXPECT_EQ(warningsOf(base(family)), std::vector<std::string>{}) << family;
}

TEST(ConfigKeys, ThatChangeTheMathematicsAreRefusedByName) {
    const std::vector<std::pair<const char*, json>> cases = {{"is_causal", false},
                                                             {"use_bidirectional_attention", true},
                                                             {"attention_multiplier", 0.0078125},
                                                             {"logits_scaling", 8.0},
                                                             {"residual_multiplier", 0.22},
                                                             {"embedding_multiplier", 12.0},
                                                             {"final_logit_softcapping", 30.0},
                                                             {"attn_logit_softcapping", 50.0},
                                                             {"attention_chunk_size", 8192},
                                                             {"per_layer_config", {{"0", {{"head_dim", 8}}}}},
                                                             {"pruned_heads", {{"0", {1}}}},
                                                             {"no_rope_layers", {1, 0}},
                                                             {"num_experts", 8},
                                                             {"hidden_act", "gelu"},
                                                             {"partial_rotary_factor", 0.5},
                                                             {"clip_qkv", 6.0}};
    for (const auto& [key, value] : cases) {
        json config = base("llama-mha");
        config[key] = value;
        expectError([&] { static_cast<void>(readHfConfig(config.dump(), "config.json")); },
                    ErrorCode::Unsupported, {"config.json", std::string("\"") + key + "\""});
    }
}

TEST(ConfigKeys, ThatChangeNothingAreQuiet) {
    json config = base("qwen2");
    config.update({{"is_causal", true},
                   {"logits_scaling", 1},
                   {"final_logit_softcapping", nullptr},
                   {"use_mrope", false},
                   {"per_layer_config", json::object()},
                   {"attention_dropout", 0.1},
                   {"temperature", 0.7},
                   {"_name_or_path", "x"},
                   {"unknown_but_null", nullptr}});
    EXPECT_EQ(warningsOf(config), std::vector<std::string>{});
}

TEST(ConfigKeys, ThatNobodyKnowsAreNamedInOneWarning) {
    json config = base("llama-mha");
    config["ffn_dim_multiplier"] = 1.3;
    config["zebra\x1b[31m"] = 1;
    const std::vector<std::string> warnings = warningsOf(config);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_NE(warnings[0].find("\"ffn_dim_multiplier\", \"zebra\\x1b[31m\""), std::string::npos)
        << warnings[0];
}

TEST(ConfigKeys, OfAnotherFamilyAreNamedWhenTheyAreOn) {
    json config = base("llama-mha");
    config["sliding_window"] = 4096;
    ASSERT_EQ(warningsOf(config).size(), 1U);
    EXPECT_NE(warningsOf(config)[0].find("\"sliding_window\""), std::string::npos);
    config["sliding_window"] = nullptr;
    EXPECT_TRUE(warningsOf(config).empty());
    json mistral = base("mistral-swa");
    mistral["attention_bias"] = true;
    EXPECT_EQ(warningsOf(mistral).size(), 1U);
    mistral["attention_bias"] = false;
    EXPECT_TRUE(warningsOf(mistral).empty());
}

// The text of a config with `more` before its end.
std::string textWith(const char* family, const std::string& more) {
    std::string text = base(family).dump();
    text.pop_back();
    return text + ", " + more + "}";
}

TEST(PythonConfig, TakesTheLastOfRepeatedKeys) {
    const NetworkConfig config =
        readHfConfig(textWith("llama-mha", R"("rms_norm_eps": 0.25, "rms_norm_eps": 0.5)"), "config.json");
    EXPECT_EQ(config.normEps, 0.5);
}

TEST(PythonConfig, ReadsNaNAndInfinityWhereNothingDependsOnThem) {
    const NetworkConfig plain = readHfConfig(base("llama-mha").dump(), "config.json");
    const std::string text = textWith(
        "llama-mha", R"("temperature": NaN, "top_p": [Infinity, -Infinity], "prefix": "NaN \" Infinity")");
    EXPECT_EQ(readHfConfig(text, "config.json"), plain);
    for (const char* word : {"NaN", "Infinity", "-Infinity"})
        expectError(
            [&] {
                static_cast<void>(readHfConfig(
                    textWith("llama-mha", std::string("\"rms_norm_eps\": ") + word), "config.json"));
            },
            ErrorCode::InvalidArgument, {"rms_norm_eps"});
    // What is written from such a config is JSON.
    const std::string written = writeHfConfig(plain, Dtype::F32, HfLayout::Stock, text);
    EXPECT_TRUE(json::parse(written)["temperature"].is_null());
    EXPECT_EQ(json::parse(written)["prefix"], "NaN \" Infinity");
    for (const char* bad : {"NaNs", "Inf", "nan", "-NaN"})
        expectError(
            [&] {
                static_cast<void>(readHfConfig(textWith("llama-mha", std::string("\"temperature\": ") + bad),
                                               "config.json"));
            },
            ErrorCode::Corrupt, {"config.json"});
}

TEST(PythonConfig, TakesEmptyListsForNothing) {
    json config = base("qwen2");
    config["eos_token_id"] = json::array();
    config["bos_token_id"] = json::array();
    config["architectures"] = json::array();
    config["layer_types"] = json::array();
    const NetworkConfig read = readHfConfig(config.dump(), "config.json");
    EXPECT_TRUE(read.eosIds.empty());
    EXPECT_FALSE(read.bosId.has_value());
    EXPECT_EQ(read.architecture, Architecture::Qwen2);
}

}  // namespace
}  // namespace secateur
