// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/golden_files.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <span>
#include <sstream>
#include <stdexcept>

#include "core/storage/checkpoint_writer.h"

namespace secateur::test {

namespace fs = std::filesystem;

std::string modelFolder(const std::string& family) {
    if (family == "sprout-12") return demoFolder();
    return std::string(SECATEUR_GOLDEN_DIR) + "/" + family;
}

std::string tokensFile(const std::string& family) {
    return std::string(SECATEUR_GOLDEN_DIR) + "/" + family + "/tokens.safetensors";
}

nlohmann::json expected(const std::string& family) {
    return nlohmann::json::parse(
        readText(std::string(SECATEUR_GOLDEN_DIR) + "/" + family + "/expected.json"));
}

double choppedPerplexity(const std::string& family) {
    const nlohmann::json golden = expected(family);
    const auto last = static_cast<int>(golden.at("block_influence").size()) - 1;
    for (const auto& row : golden.at("chopped")) {
        if (row.at("drop") == nlohmann::json({last})) return row.at("perplexity");
    }
    throw std::runtime_error(family + " has no golden row without its last layer");
}

std::string demoFolder() {
    return std::string(SECATEUR_SOURCE_DIR) + "/resources/demo/sprout-12";
}

std::string demoText() {
    return std::string(SECATEUR_SOURCE_DIR) + "/resources/demo/sample.txt";
}

std::vector<std::string> windows(const std::string& name, const std::string& family) {
    const std::string seqLen = std::to_string(expected(family).at("seq_len").get<int>());
    return {"--tokens", tokensFile(family) + ":" + name, "--seq-len", seqLen, "--device", "cpu", "--dtype",
            "f32"};
}

std::vector<std::string> operator+(std::vector<std::string> left, const std::vector<std::string>& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

ScratchFolder::ScratchFolder() {
    std::string pattern = (fs::temp_directory_path() / "secateur-cli-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::vector<std::string> ScratchFolder::entries() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string copyModel(const ScratchFolder& folder, const std::string& family) {
    const fs::path copy = folder / "model";
    fs::create_directory(copy);
    for (const char* name : {"config.json", "model.safetensors"}) {
        fs::copy_file(fs::path(modelFolder(family)) / name, copy / name);
        fs::permissions(copy / name, fs::perms::owner_write, fs::perm_options::add);
    }
    return copy.string();
}

std::string readText(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void writeText(const fs::path& file, const std::string& text) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    ASSERT_TRUE(stream.flush()) << file;
}

void writeTokens(const fs::path& file, std::size_t count, int vocabulary) {
    std::mt19937 random(7);
    std::vector<std::int32_t> ids(count);
    for (std::int32_t& id : ids) id = static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary));
    writeSafetensors(
        file, {{"ids", Dtype::I32, {static_cast<std::int64_t>(count)}, std::as_bytes(std::span(ids))}}, true);
}

void writeRandomModel(const fs::path& folder, int hidden, int layers, int vocabulary) {
    const std::int64_t d = hidden;
    std::mt19937 random(11);
    std::normal_distribution<float> normal(0.0F, 0.05F);
    std::vector<std::vector<float>> values;
    std::vector<NamedTensor> tensors;
    const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
        std::size_t count = 1;
        for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
        values.emplace_back(count, 1.0F);
        if (shape.size() > 1)
            std::generate(values.back().begin(), values.back().end(), [&] { return normal(random); });
        tensors.push_back({name, Dtype::F32, std::move(shape), std::as_bytes(std::span(values.back()))});
    };
    add(kEmbeddingName, {vocabulary, d});
    add(kFinalNormName, {d});
    add(kOutputHeadName, {vocabulary, d});
    for (int i = 0; i < layers; ++i) {
        for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
            add(weightName(i, std::string("self_attn.") + name), {d, d});
        for (const char* name : {"gate_proj", "up_proj"})
            add(weightName(i, std::string("mlp.") + name), {3 * d, d});
        add(weightName(i, "mlp.down_proj"), {d, 3 * d});
        add(weightName(i, "input_layernorm"), {d});
        add(weightName(i, "post_attention_layernorm"), {d});
    }
    fs::create_directory(folder);
    writeSafetensors(folder / "model.safetensors", tensors, true);
    const nlohmann::json config{{"architectures", {"LlamaForCausalLM"}},
                                {"model_type", "llama"},
                                {"hidden_size", hidden},
                                {"intermediate_size", 3 * hidden},
                                {"num_hidden_layers", layers},
                                {"num_attention_heads", hidden / 32},
                                {"num_key_value_heads", hidden / 32},
                                {"vocab_size", vocabulary},
                                {"max_position_embeddings", 2048},
                                {"rms_norm_eps", 1e-6},
                                {"hidden_act", "silu"},
                                {"tie_word_embeddings", false},
                                {"torch_dtype", "float32"}};
    writeText(folder / "config.json", config.dump(2));
}

}  // namespace secateur::test
