// SPDX-License-Identifier: GPL-3.0-or-later
//
// Checkpoints as they are found in the wild: names, heads, buffers and indices that differ from what
// transformers saves today, and folders of another kind.
#include <cstring>

#include "core/storage/companion_files.h"
#include "core/storage/weight_files.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

constexpr const char* kWeights = "model.safetensors";
constexpr const char* kPointer =
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:9e556afd44213b6bd1be2b850ebbbd98f5481437a8021afaf58ee7fb1818d347\nsize 499723\n";

// One safetensors file, taken apart so that tensors can be renamed, dropped and added, of any dtype.
struct RawTensor {
    std::string name;
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::string bytes;
};

std::vector<RawTensor> readRaw(const fs::path& file) {
    const std::string text = readText(file);
    std::uint64_t length = 0;
    std::memcpy(&length, text.data(), 8);
    std::vector<RawTensor> tensors;
    const json header = json::parse(text.substr(8, length));
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") continue;
        const std::uint64_t begin = entry["data_offsets"][0];
        const std::uint64_t end = entry["data_offsets"][1];
        tensors.push_back(
            {name, entry["dtype"], entry["shape"], text.substr(8 + length + begin, end - begin)});
    }
    return tensors;
}

void writeRaw(const fs::path& file, const std::vector<RawTensor>& tensors) {
    json header;
    std::string data;
    for (const RawTensor& tensor : tensors) {
        header[tensor.name] = {{"dtype", tensor.dtype},
                               {"shape", tensor.shape},
                               {"data_offsets", {data.size(), data.size() + tensor.bytes.size()}}};
        data += tensor.bytes;
    }
    writeText(file, safetensorsText(header.dump(), 0) + data);
}

class FoundCheckpoint : public testing::Test {
protected:
    void change(const std::function<void(std::vector<RawTensor>&)>& edit) {
        std::vector<RawTensor> tensors = readRaw(folder_ / kWeights);
        edit(tensors);
        writeRaw(folder_ / kWeights, tensors);
    }
    static RawTensor& find(std::vector<RawTensor>& tensors, const std::string& name) {
        return *std::find_if(tensors.begin(), tensors.end(),
                             [&](const RawTensor& t) { return t.name == name; });
    }
    void add(const std::string& name, const std::string& dtype, const std::vector<std::int64_t>& shape,
             std::size_t bytes) {
        change([&](auto& tensors) { tensors.push_back({name, dtype, shape, std::string(bytes, '\1')}); });
    }
    [[nodiscard]] std::shared_ptr<const Checkpoint> open() const { return Checkpoint::open(folder_); }
    [[nodiscard]] std::string fingerprint() const { return open()->summary().fingerprint; }
    // The only warning of the folder.
    [[nodiscard]] std::string warning() const {
        const std::vector<std::string> warnings = open()->summary().warnings;
        EXPECT_EQ(warnings.size(), 1U);
        return warnings.empty() ? "" : warnings.front();
    }
    void expectWarning(const std::vector<std::string>& parts) const {
        const std::string text = warning();
        for (const std::string& part : parts) EXPECT_NE(text.find(part), std::string::npos) << text;
    }
    void expectRefused(ErrorCode code, const std::vector<std::string>& parts, const std::string& hint) {
        expectError([&] { static_cast<void>(open()); }, code, parts);
        const Error error = errorOf([&] { static_cast<void>(open()); });
        EXPECT_NE(error.hint().find(hint), std::string::npos) << error.hint();
    }
    void shard() {
        writeCopy(*open(), scratch_ / "sharded", 400'000);
        folder_ = scratch_ / "sharded";
    }
    void changeIndex(const std::function<void(json&)>& edit) {
        json index = json::parse(readText(folder_ / kIndexFileName));
        edit(index["weight_map"]);
        writeText(folder_ / kIndexFileName, index.dump());
    }

    ScratchFolder scratch_;
    fs::path folder_ = copyGolden("llama-mha", scratch_);
};

TEST_F(FoundCheckpoint, KeepsAHeadThatIsStoredBesideTheTiedFlag) {
    const std::string untied = fingerprint();
    changeConfig(folder_, [](json& config) { config["tie_word_embeddings"] = true; });
    EXPECT_FALSE(open()->config().tiedEmbeddings);
    EXPECT_EQ(fingerprint(), untied);
    expectWarning({"tie_word_embeddings", "lm_head.weight", "counts"});
    // It is written again, too, and the flag tells the truth then.
    writeCopy(*open(), scratch_ / "copy", 1 << 30);
    EXPECT_EQ(readConfig(scratch_ / "copy")["tie_word_embeddings"], false);
    EXPECT_EQ(Checkpoint::open(scratch_ / "copy")->summary().fingerprint, untied);
    EXPECT_TRUE(Checkpoint::open(scratch_ / "copy")->summary().warnings.empty());
    // One value in the middle of the matrix is a difference.
    change([&](auto& tensors) {
        find(tensors, kOutputHeadName).bytes = find(tensors, kEmbeddingName).bytes;
        find(tensors, kOutputHeadName).bytes[60'001] ^= 1;
    });
    EXPECT_FALSE(open()->config().tiedEmbeddings);
}

TEST_F(FoundCheckpoint, TakesASharedMatrixUnderEitherName) {
    changeConfig(folder_, [](json& config) { config["tie_word_embeddings"] = true; });
    change(
        [&](auto& tensors) { find(tensors, kOutputHeadName).bytes = find(tensors, kEmbeddingName).bytes; });
    const std::string both = fingerprint();
    EXPECT_TRUE(open()->config().tiedEmbeddings);
    EXPECT_TRUE(open()->summary().warnings.empty());
    change([&](auto& tensors) {
        std::erase_if(tensors, [](const RawTensor& t) { return t.name == kEmbeddingName; });
    });
    EXPECT_EQ(fingerprint(), both);
    EXPECT_FALSE(open()->has(kOutputHeadName));
    change([&](auto& tensors) { find(tensors, kOutputHeadName).name = kEmbeddingName; });
    EXPECT_EQ(fingerprint(), both);
}

TEST_F(FoundCheckpoint, FindsTensorsUnderOtherPrefixes) {
    const std::string before = fingerprint();
    const std::vector<RawTensor> tensors = readRaw(folder_ / kWeights);
    for (const char* prefix :
         {"", "model.model.", "module.model.", "_orig_mod.model.", "module._orig_mod."}) {
        std::vector<RawTensor> renamed = tensors;
        for (RawTensor& tensor : renamed)
            if (tensor.name.starts_with("model.")) tensor.name = prefix + tensor.name.substr(6);
        writeRaw(folder_ / kWeights, renamed);
        EXPECT_EQ(fingerprint(), before) << prefix;
        EXPECT_TRUE(open()->has("model.layers.2.mlp.up_proj.weight")) << prefix;
        EXPECT_TRUE(open()->summary().warnings.empty()) << prefix;
    }
}

TEST(TensorNames, StayWhereTheyBelongToNoDecoder) {
    EXPECT_EQ(hfTensorName("something.else"), "something.else");
    EXPECT_EQ(hfTensorName("model.vision.norm.weight"), "model.vision.norm.weight");
    EXPECT_EQ(hfTensorName("model.lm_head.weight"), "lm_head.weight");
}

TEST_F(FoundCheckpoint, IgnoresBuffersOfEveryDtype) {
    const std::string before = fingerprint();
    const std::vector<std::pair<const char*, std::size_t>> dtypes = {
        {"F64", 32}, {"BOOL", 4},    {"I8", 4},      {"I16", 8}, {"U16", 8},
        {"U64", 32}, {"F8_E4M3", 4}, {"F8_E5M2", 4}, {"F4", 2}};
    for (const auto& [dtype, bytes] : dtypes) {
        add(std::string("model.layers.0.self_attn.") + dtype + ".rotary_emb.inv_freq", dtype, {4}, bytes);
        EXPECT_EQ(fingerprint(), before) << dtype;
    }
    EXPECT_TRUE(open()->summary().warnings.empty());
    const SafetensorsFile file(folder_ / kWeights);
    EXPECT_EQ(file.unread().size(), dtypes.size());
    EXPECT_EQ(file.unread().at("model.layers.0.self_attn.F64.rotary_emb.inv_freq"), "F64");
}

TEST_F(FoundCheckpoint, NamesTheDtypeOfANeededTensorThatIsNotComputedWith) {
    change([&](auto& tensors) {
        RawTensor& norm = find(tensors, kFinalNormName);
        norm.dtype = "F64";
        norm.bytes.resize(96 * 8);
    });
    expectRefused(ErrorCode::Unsupported, {kFinalNormName, "F64"}, "convert");
}

TEST_F(FoundCheckpoint, WarnsOfTensorsThatTheNetworkHasNoPlaceFor) {
    add("lm_head.bias", "F32", {320}, 320 * 4);
    expectWarning({"lm_head.bias", "llama", "ignored"});
    add("model.layers.1.pre_feedforward_layernorm.weight", "F32", {96}, 96 * 4);
    expectWarning({"lm_head.bias", "1 more"});
}

TEST_F(FoundCheckpoint, WarnsOfAnAdapterThatIsNotMerged) {
    add("model.layers.1.self_attn.q_proj.lora_A.weight", "F32", {4, 96}, 4 * 96 * 4);
    add("model.layers.1.self_attn.q_proj.lora_B.weight", "F32", {96, 4}, 4 * 96 * 4);
    expectWarning({"adapter", "lora_A", "1 more", "not merged"});
}

TEST_F(FoundCheckpoint, SaysThatWeightsAreQuantizedThoughTheConfigDoesNot) {
    const std::vector<RawTensor> tensors = readRaw(folder_ / kWeights);
    const std::string module = "model.layers.0.mlp.up_proj";
    for (const char* mark : {".qweight", ".weight_packed", ".W_q", ".codes"}) {
        std::vector<RawTensor> quantized = tensors;
        RawTensor& weight = find(quantized, module + ".weight");
        weight = {module + mark, "I32", {8, 8}, std::string(256, '\0')};
        writeRaw(folder_ / kWeights, quantized);
        expectRefused(ErrorCode::Unsupported, {module + mark, "quantized"}, "quantized from");
    }
    for (const auto& [dtype, mark] :
         {std::pair{"F8_E4M3", ".weight_scale"}, {"I8", ".SCB"}, {"U32", ".scales"}}) {
        std::vector<RawTensor> quantized = tensors;
        RawTensor& weight = find(quantized, module + ".weight");
        weight.dtype = dtype;
        weight.bytes.resize(std::string(dtype) == "U32" ? 160 * 96 * 4 : 160 * 96);
        quantized.push_back({module + mark, "F32", {1}, std::string(4, '\0')});
        writeRaw(folder_ / kWeights, quantized);
        expectRefused(ErrorCode::Unsupported, {module + mark, "quantized"}, "quantized from");
    }
}

TEST_F(FoundCheckpoint, LoadsAnIndexOutOfStepWithItsShards) {
    const std::string before = fingerprint();
    shard();
    const std::string good = readText(folder_ / kIndexFileName);
    const std::string first = json::parse(good)["weight_map"][kEmbeddingName];
    const std::string last = json::parse(good)["weight_map"][kFinalNormName];
    ASSERT_NE(first, last);
    const std::vector<std::function<void(json&)>> edits = {
        [](json& map) { map.erase(kFinalNormName); }, [&](json& map) { map[kFinalNormName] = first; },
        [&](json& map) { map["model.layers.9.extra"] = first; },
        [&](json& map) { map[kFinalNormName] = "./" + last; },
        // A whole shard that the index never names.
        [&](json& map) {
            for (auto it = map.begin(); it != map.end();) it = *it == last ? map.erase(it) : std::next(it);
        }};
    for (const auto& edit : edits) {
        writeText(folder_ / kIndexFileName, good);
        changeIndex(edit);
        EXPECT_EQ(fingerprint(), before) << readText(folder_ / kIndexFileName);
        EXPECT_TRUE(open()->summary().warnings.empty());
    }
    writeText(folder_ / kIndexFileName, good);
    changeIndex([](json& map) { map["model.mtp.weight"] = "model-00099-of-00099.safetensors"; });
    EXPECT_EQ(fingerprint(), before);
    expectWarning({"model-00099-of-00099.safetensors", "not there"});
}

TEST_F(FoundCheckpoint, ReadsNumberedShardsWithoutAnIndex) {
    const std::string before = fingerprint();
    shard();
    const std::string last = json::parse(readText(folder_ / kIndexFileName))["weight_map"][kFinalNormName];
    fs::remove(folder_ / kIndexFileName);
    EXPECT_EQ(fingerprint(), before);
    expectWarning({kIndexFileName, "read together"});
    fs::remove(folder_ / last);
    expectRefused(ErrorCode::InvalidArgument, {"none of the weight files"}, "");
}

TEST_F(FoundCheckpoint, SaysWhatGitLfsLeftInThePlaceOfAFile) {
    writeText(folder_ / "tokenizer.json", kPointer);
    expectWarning({"tokenizer.json", "Git LFS pointer", "git lfs pull"});
    shard();
    EXPECT_EQ(readText(folder_ / "tokenizer.json"), kPointer);
    const std::string shard = json::parse(readText(folder_ / kIndexFileName))["weight_map"][kFinalNormName];
    for (const std::string& file : {shard, std::string(kIndexFileName), std::string("config.json")}) {
        writeText(folder_ / file, kPointer);
        expectRefused(ErrorCode::NotFound, {file, "Git LFS pointer"}, "git lfs pull");
    }
}

TEST_F(FoundCheckpoint, SaysWhatAFolderOfAnotherKindIs) {
    const fs::path whole = folder_;
    folder_ = scratch_ / "adapter";
    fs::create_directories(folder_);
    writeText(folder_ / "adapter_config.json", R"({"base_model_name_or_path": "some/base"})");
    writeText(folder_ / "adapter_model.safetensors", "x");
    expectRefused(ErrorCode::Unsupported, {"adapter", "PEFT"}, "some/base");
    writeText(folder_ / "adapter_config.json", "not json");
    expectRefused(ErrorCode::Unsupported, {"PEFT"}, "merge_and_unload");

    const fs::path cache = scratch_ / "hub";
    folder_ = cache / "models--some--name";
    fs::create_directories(folder_ / "snapshots" / "abc123");
    expectRefused(ErrorCode::NotFound, {"cache of the Hugging Face Hub"}, "download");
    fs::copy_file(whole / "config.json", folder_ / "snapshots/abc123/config.json");
    expectRefused(ErrorCode::NotFound, {"cache of the Hugging Face Hub"}, "snapshots/abc123");
    folder_ = cache;
    expectRefused(ErrorCode::NotFound, {"cache of the Hugging Face Hub"}, "models--some--name");

    folder_ = "some-owner/some-name";
    expectRefused(ErrorCode::NotFound, {"some-owner/some-name"}, "hf download");
    folder_ = scratch_.path();
    expectRefused(ErrorCode::NotFound, {"config.json"}, whole.string());
}

TEST_F(FoundCheckpoint, SaysWhatWeightsOfOtherProgramsAre) {
    fs::remove(folder_ / kWeights);
    for (const auto& [file, hint] : {std::pair{"consolidated.safetensors", "model*.safetensors"},
                                     {"model-q4.gguf", "converted from"},
                                     {"tf_model.h5", "from_tf"},
                                     {"adapter_model.safetensors", "peft"}}) {
        writeText(folder_ / file, "x");
        expectRefused(ErrorCode::Unsupported, {file}, hint);
        fs::remove(folder_ / file);
    }
    writeText(folder_ / "weights.safetensors", "x");
    expectRefused(ErrorCode::NotFound, {"weights.safetensors", kWeights}, "rename");
}

}  // namespace
}  // namespace secateur
