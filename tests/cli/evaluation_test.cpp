// SPDX-License-Identifier: GPL-3.0-or-later
//
// info, ppl and logits on the golden networks.
#include <cmath>
#include <cstring>

#include <gmock/gmock.h>

#include "core/storage/checkpoint.h"
#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;

class EveryFamily : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Golden, EveryFamily,
                         testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST_P(EveryFamily, InfoHasTheKeysOfTheContract) {
    const auto info = secateurJson({"info", modelFolder(GetParam())});
    const auto config = nlohmann::json::parse(readText(modelFolder(GetParam()) + "/config.json"));
    EXPECT_EQ(info.at("architecture"), config.at("model_type"));
    EXPECT_EQ(info.at("layers"), config.at("num_hidden_layers"));
    EXPECT_EQ(info.at("hidden_size"), config.at("hidden_size"));
    EXPECT_EQ(info.at("heads"), config.at("num_attention_heads"));
    EXPECT_EQ(info.at("kv_heads"), config.at("num_key_value_heads"));
    EXPECT_EQ(info.at("head_dim"), config.value("head_dim", config.at("hidden_size").get<int>() /
                                                                config.at("num_attention_heads").get<int>()));
    EXPECT_EQ(info.at("intermediate_size"), config.at("intermediate_size"));
    EXPECT_EQ(info.at("vocab_size"), config.at("vocab_size"));
    EXPECT_EQ(info.at("tied_embeddings"), config.at("tie_word_embeddings"));
    EXPECT_EQ(info.at("dtype"), "float32");
    EXPECT_EQ(info.at("bytes").get<std::int64_t>(), 4 * info.at("parameters").get<std::int64_t>());
    EXPECT_LT(info.at("decoder_linear_parameters").get<std::int64_t>(),
              info.at("parameters").get<std::int64_t>());
    ASSERT_EQ(info.at("per_layer").size(), info.at("layers").get<std::size_t>());
    for (const auto& layer : info.at("per_layer")) {
        EXPECT_EQ(layer.at("heads"), info.at("heads"));
        EXPECT_EQ(layer.at("kv_heads"), info.at("kv_heads"));
        EXPECT_EQ(layer.at("intermediate_size"), info.at("intermediate_size"));
    }
}

TEST_P(EveryFamily, PerplexityIsTheGoldenOne) {
    const auto report = secateurJson(std::vector<std::string>{"ppl", modelFolder(GetParam())} +
                                     windows("evaluation", GetParam()));
    const double golden = expected(GetParam()).at("perplexity");
    EXPECT_NEAR(report.at("perplexity").get<double>() / golden, 1.0, 1e-4);
    EXPECT_TRUE(report.at("bits_per_byte").is_null());
    EXPECT_EQ(report.at("tokens_scored").get<std::int64_t>() % 47, 0);
    EXPECT_GT(report.at("seconds").get<double>(), 0.0);
    EXPECT_GT(report.at("tokens_per_second").get<double>(), 0.0);
    EXPECT_GT(report.at("peak_rss_bytes").get<std::int64_t>(), 0);
    EXPECT_THAT(report.at("protocol").get<std::string>(), HasSubstr("48"));
}

TEST_P(EveryFamily, LogitsAreTheGoldenOnes) {
    ScratchFolder folder;
    const std::string file = folder / "logits.safetensors";
    const auto report = secateurJson(std::vector<std::string>{"logits", modelFolder(GetParam()), "-o", file} +
                                     windows("evaluation", GetParam()));
    EXPECT_EQ(report.at("path"), file);
    const SafetensorsFile written(file);
    const SafetensorsFile golden(std::string(SECATEUR_GOLDEN_DIR) + "/" + GetParam() +
                                 "/expected.safetensors");
    const TensorView& actual = written.tensor("logits");
    const TensorView& wanted = golden.tensor("logits");
    ASSERT_EQ(actual.dtype, Dtype::F32);
    ASSERT_EQ(actual.shape, wanted.shape);
    std::vector<float> a(actual.bytes.size() / 4);
    std::vector<float> b(a.size());
    std::memcpy(a.data(), actual.bytes.data(), actual.bytes.size());
    std::memcpy(b.data(), wanted.bytes.data(), wanted.bytes.size());
    float largest = 0.0F;
    float difference = 0.0F;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(b[i]));
        difference = std::max(difference, std::abs(a[i] - b[i]));
    }
    EXPECT_LE(difference, 2e-4F * largest);
}

TEST(Info, IsReadableWithoutJson) {
    const Outcome run = secateur({"info", demoFolder()});
    EXPECT_EQ(run.exitCode, 0);
    EXPECT_THAT(run.out, HasSubstr("5.17 M"));
    EXPECT_THAT(run.out, HasSubstr("sha256:"));
}

TEST(Perplexity, CountsBitsPerByteOfText) {
    const std::vector<std::string> arguments{"ppl",       demoFolder(), "--text",  demoText(),
                                             "--samples", "4",          "--dtype", "f32"};
    const auto report = secateurJson(arguments);
    EXPECT_GT(report.at("bits_per_byte").get<double>(), 0.0);
    EXPECT_EQ(report.at("tokens_scored"), 4 * 127);
    const Outcome text = secateur(arguments);
    EXPECT_THAT(text.out, HasSubstr("bits per byte"));
    EXPECT_THAT(text.out, HasSubstr("sample.txt"));
}

TEST(Perplexity, SlidingWithAStrideOfOneWindowScoresAllButItsFirstToken) {
    const auto report =
        secateurJson(std::vector<std::string>{"ppl", modelFolder(), "--style", "sliding", "--stride", "24"} +
                     windows("evaluation"));
    const auto chunked = secateurJson(std::vector<std::string>{"ppl", modelFolder()} + windows("evaluation"));
    EXPECT_GT(report.at("tokens_scored").get<int>(), chunked.at("tokens_scored").get<int>());
    EXPECT_THAT(report.at("protocol").get<std::string>(), HasSubstr("sliding"));
}

TEST(Perplexity, NamedProtocolsAreTheirOptions) {
    const std::vector<std::string> text{"--text",   demoText(), "--samples", "3",
                                        "--device", "cpu",      "--dtype",   "f32"};
    const auto report =
        secateurJson(std::vector<std::string>{"ppl", demoFolder(), "--protocol", "all"} + text)
            .at("protocols");
    ASSERT_EQ(report.size(), 5U);
    const auto plain = secateurJson(std::vector<std::string>{"ppl", demoFolder(), "--seq-len", "128"} + text);
    EXPECT_EQ(report[0].at("name"), "flap-128");
    EXPECT_EQ(report[0].at("perplexity"), plain.at("perplexity"));
    EXPECT_EQ(report[0].at("standard_error"), plain.at("standard_error"));
    EXPECT_EQ(report[0].at("published").size(), 0U);
    const auto sliding = secateurJson(
        std::vector<std::string>{"ppl", demoFolder(), "--style", "sliding", "--seq-len", "512"} + text);
    EXPECT_EQ(report[4].at("perplexity"), sliding.at("perplexity"));
    EXPECT_TRUE(report[1].at("perplexity").is_null());
    EXPECT_THAT(report[1].at("problem").get<std::string>(), HasSubstr("512 positions"));
}

TEST(Perplexity, ProtocolsSayWhatTheySay) {
    const Outcome both =
        secateur({"ppl", demoFolder(), "--text", demoText(), "--protocol", "flap-128", "--seq-len", "64"});
    EXPECT_EQ(both.exitCode, 2);
    EXPECT_THAT(both.err, HasSubstr("--seq-len"));
    const Outcome none = secateur({"ppl", demoFolder(), "--text", demoText(), "--protocol", "ppl-7"});
    EXPECT_EQ(none.exitCode, 3);
    EXPECT_THAT(none.err, HasSubstr("flap-128"));
    const Outcome table = secateur(
        {"ppl", demoFolder(), "--text", demoText(), "--samples", "2", "--protocol", "flap-128,llama2-4096"});
    EXPECT_EQ(table.exitCode, 0) << table.err;
    EXPECT_THAT(table.out, HasSubstr("FLAP, LLM-Pruner"));
    EXPECT_THAT(table.err, HasSubstr("llama2-4096 was left out"));
    EXPECT_THAT(table.err, HasSubstr("compare these numbers without it"));
}

TEST(Perplexity, WarnsOfFewerWindowsAndTakesThemAll) {
    const auto all = std::vector<std::string>{"ppl", modelFolder()} + windows("evaluation");
    const Outcome run = secateur(all + std::vector<std::string>{"--samples", "100000", "--json", "--quiet"});
    EXPECT_EQ(run.exitCode, 0);
    EXPECT_THAT(run.err, testing::StartsWith("warning: "));
    EXPECT_EQ(nlohmann::json::parse(run.out).at("tokens_scored"), secateurJson(all).at("tokens_scored"));
}

TEST(Perplexity, StreamsWhenTheMemoryLimitIsSmall) {
    const auto resident =
        secateurJson(std::vector<std::string>{"ppl", modelFolder()} + windows("evaluation"));
    const auto streamed = secateurJson(
        std::vector<std::string>{"ppl", modelFolder(), "--memory-limit", "64k"} + windows("evaluation"));
    EXPECT_NEAR(streamed.at("perplexity").get<double>() / resident.at("perplexity").get<double>(), 1.0, 1e-5);
}

TEST(Logits, OverwritesOnlyWhenForced) {
    ScratchFolder folder;
    const std::string file = folder / "logits.safetensors";
    writeText(file, "mine");
    const auto arguments =
        std::vector<std::string>{"logits", modelFolder(), "-o", file} + windows("evaluation");
    const Outcome refused = secateur(arguments);
    EXPECT_EQ(refused.exitCode, 3);
    EXPECT_THAT(refused.err, HasSubstr(file));
    EXPECT_EQ(readText(file), "mine");
    EXPECT_EQ(secateur(arguments + std::vector<std::string>{"--force"}).exitCode, 0);
    EXPECT_NE(readText(file), "mine");
}

TEST(Logits, AWindowThatIsNotThereIsBadInput) {
    ScratchFolder folder;
    const Outcome run = secateur(std::vector<std::string>{"logits", modelFolder(), "--window", "9999", "-o",
                                                          folder / "l.safetensors"} +
                                 windows("evaluation"));
    EXPECT_EQ(run.exitCode, 3);
    EXPECT_THAT(run.err, HasSubstr("9999"));
    EXPECT_TRUE(folder.entries().empty());
}

}  // namespace secateur::test
