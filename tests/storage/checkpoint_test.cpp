// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folders that are damaged, incomplete or contradict themselves, and what a fingerprint depends on.
#include <chrono>

#include "core/data/tensor_table.h"
#include "core/storage/hf_config.h"
#include "tests/storage/storage_fixture.h"

namespace secateur {
namespace {

using namespace test;
using nlohmann::json;

class CheckpointFolder : public testing::Test {
protected:
    void expectRefused(ErrorCode code, const std::vector<std::string>& parts) {
        expectError([&] { static_cast<void>(Checkpoint::open(folder_)); }, code, parts);
    }
    void changeKey(const char* key, const json& value) {
        changeConfig(folder_, [&](json& config) { config[key] = value; });
    }
    // Replaces the folder by a sharded copy.
    void shard() {
        const auto whole = Checkpoint::open(folder_);
        writeCopy(*whole, scratch_ / "sharded", 400'000);
        folder_ = scratch_ / "sharded";
    }
    void changeIndex(const std::function<void(json&)>& change) {
        json index = json::parse(readText(folder_ / kIndexFileName));
        change(index);
        writeText(folder_ / kIndexFileName, index.dump());
    }
    // Rewrites the weights after `change`.
    void changeTensors(const std::function<void(std::vector<NamedTensor>&)>& change) {
        const auto source = Checkpoint::open(golden("llama-mha"));
        std::vector<NamedTensor> tensors;
        for (const std::string& tensor : source->tensorNames()) {
            const TensorView& view = source->tensor(tensor);
            tensors.push_back({tensor, view.dtype, view.shape, view.bytes});
        }
        change(tensors);
        writeSafetensors(folder_ / "model.safetensors", tensors, true);
    }

    ScratchFolder scratch_;
    fs::path folder_ = copyGolden("llama-mha", scratch_);
};

NamedTensor& find(std::vector<NamedTensor>& tensors, const std::string& tensor) {
    return *std::find_if(tensors.begin(), tensors.end(),
                         [&](const NamedTensor& entry) { return entry.name == tensor; });
}

TEST_F(CheckpointFolder, MustExistAndBeAFolder) {
    folder_ = scratch_ / "absent";
    expectRefused(ErrorCode::NotFound, {"absent"});
    folder_ = golden("llama-mha") / "config.json";
    expectRefused(ErrorCode::InvalidArgument, {"config.json", "not a checkpoint folder"});
    folder_ = scratch_.path();
    expectRefused(ErrorCode::NotFound, {"config.json"});
}

TEST_F(CheckpointFolder, NamesConfigKeyAndTensorThatContradictEachOther) {
    changeKey("intermediate_size", 161);
    expectRefused(ErrorCode::InvalidArgument,
                  {"config.json", "intermediate_size = 161", "gate_proj", "[160, 96]"});
    changeKey("intermediate_size", 160);
    changeKey("vocab_size", 321);
    expectRefused(ErrorCode::InvalidArgument, {"vocab_size = 321", "embed_tokens"});
    changeKey("vocab_size", 320);
    changeKey("num_key_value_heads", 2);
    expectRefused(ErrorCode::InvalidArgument, {"num_key_value_heads", "k_proj"});
    changeKey("num_key_value_heads", 4);
    changeKey("num_hidden_layers", 6);
    expectRefused(ErrorCode::InvalidArgument, {"num_hidden_layers", "model.layers.5."});
    changeKey("num_hidden_layers", 4);
    expectRefused(ErrorCode::InvalidArgument, {"num_hidden_layers = 4", "model.layers.4."});
    changeKey("num_hidden_layers", 5);
    changeKey("mlp_bias", true);
    expectRefused(ErrorCode::InvalidArgument, {"mlp_bias", "gate_proj.bias"});
}

TEST_F(CheckpointFolder, RefusesBiasesThatTheConfigDoesNotMention) {
    std::vector<std::byte> zeros(96 * 4);
    changeTensors([&](auto& tensors) {
        tensors.push_back({"model.layers.1.self_attn.o_proj.bias", Dtype::F32, {96}, zeros});
    });
    expectRefused(ErrorCode::InvalidArgument, {"attention_bias", "model.layers.1.self_attn.o_proj.bias"});
}

TEST_F(CheckpointFolder, ToleratesTensorsThatHaveNothingToDoWithTheDecoder) {
    const std::string before = Checkpoint::open(folder_)->summary().fingerprint;
    std::vector<std::byte> zeros(48);
    changeTensors([&](auto& tensors) {
        tensors.push_back({"model.layers.0.self_attn.rotary_emb.inv_freq", Dtype::F32, {12}, zeros});
        tensors.push_back({"something.else", Dtype::I64, {6}, zeros});
    });
    EXPECT_EQ(Checkpoint::open(folder_)->summary().fingerprint, before);
    EXPECT_TRUE(Checkpoint::open(folder_)->has("something.else"));
}

TEST_F(CheckpointFolder, ReportsMissingTensorsAndTiedHeads) {
    changeTensors([](auto& tensors) {
        std::erase_if(tensors, [](const auto& t) { return t.name == kOutputHeadName; });
    });
    expectRefused(ErrorCode::InvalidArgument, {"tie_word_embeddings", kOutputHeadName});
    changeKey("tie_word_embeddings", true);
    const ModelSummary tied = Checkpoint::open(folder_)->summary();
    EXPECT_EQ(tied.parameters, 477216 - 320 * 96);
    EXPECT_EQ(tied.bytes, tied.parameters * 4);
    changeTensors([](auto& tensors) {
        std::erase_if(tensors, [](const auto& t) { return t.name == kFinalNormName; });
    });
    expectRefused(ErrorCode::InvalidArgument, {kFinalNormName});
}

TEST_F(CheckpointFolder, CountsATiedHeadThatIsStoredOnce) {
    changeKey("tie_word_embeddings", true);
    changeTensors(
        [](auto& tensors) { find(tensors, kOutputHeadName).bytes = find(tensors, kEmbeddingName).bytes; });
    EXPECT_EQ(Checkpoint::open(folder_)->summary().bytes, (477216 - 320 * 96) * 4);
}

TEST_F(CheckpointFolder, RefusesWeightsThatAreNotFloatingPoint) {
    changeTensors([](auto& tensors) { find(tensors, kFinalNormName).dtype = Dtype::I32; });
    expectRefused(ErrorCode::Unsupported, {kFinalNormName, "I32"});
}

TEST_F(CheckpointFolder, CallsTensorsOfDifferentDtypesMixed) {
    changeTensors([](auto& tensors) {
        NamedTensor& norm = find(tensors, kFinalNormName);
        norm.dtype = Dtype::BF16;
        norm.bytes = norm.bytes.first(norm.bytes.size() / 2);
    });
    EXPECT_EQ(Checkpoint::open(folder_)->summary().dtype, "mixed");
}

TEST_F(CheckpointFolder, RefusesPicklesWithAHint) {
    fs::remove(folder_ / "model.safetensors");
    expectRefused(ErrorCode::NotFound, {"model.safetensors"});
    for (const char* pickle : {"pytorch_model.bin", "weights.pt", "consolidated.00.pth"}) {
        writeText(folder_ / pickle, "x");
        const Error error = errorOf([&] { static_cast<void>(Checkpoint::open(folder_)); });
        EXPECT_EQ(error.code(), ErrorCode::Unsupported);
        EXPECT_NE(error.message().find(pickle), std::string::npos);
        EXPECT_NE(error.hint().find("safe_serialization"), std::string::npos);
        fs::remove(folder_ / pickle);
    }
    writeText(scratch_ / "model.pt", "x");
    folder_ = scratch_ / "model.pt";
    expectRefused(ErrorCode::Unsupported, {"model.pt"});
}

TEST_F(CheckpointFolder, OpensShards) {
    const ModelSummary whole = Checkpoint::open(folder_)->summary();
    shard();
    const auto sharded = Checkpoint::open(folder_);
    EXPECT_GT(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 4);
    EXPECT_EQ(sharded->summary().fingerprint, whole.fingerprint);
    EXPECT_EQ(sharded->summary().parameters, whole.parameters);
}

TEST_F(CheckpointFolder, NamesMissingAndTruncatedShards) {
    shard();
    const std::string shard =
        json::parse(readText(folder_ / kIndexFileName)).at("weight_map").at(kFinalNormName);
    const std::string content = readText(folder_ / shard);
    writeText(folder_ / shard, content.substr(0, content.size() - 100));
    expectRefused(ErrorCode::Corrupt, {shard, "reaches"});
    writeText(folder_ / shard, content.substr(0, 20));
    expectRefused(ErrorCode::Corrupt, {shard, "header length"});
    fs::remove(folder_ / shard);
    expectRefused(ErrorCode::NotFound, {shard, "does not exist"});
}

TEST_F(CheckpointFolder, RefusesShardNamesThatLeaveTheFolder) {
    shard();
    for (const char* name :
         {"../model.safetensors", "/etc/passwd", "..", "", "a/b.safetensors", "a\\b.safetensors"}) {
        changeIndex([&](json& index) { index["weight_map"][kFinalNormName] = name; });
        expectRefused(ErrorCode::InvalidArgument, {kIndexFileName, kFinalNormName});
    }
    changeIndex([](json& index) { index["weight_map"][kFinalNormName] = "pytorch_model-00001.bin"; });
    expectRefused(ErrorCode::Unsupported, {"pickle"});
    changeIndex([](json& index) { index["weight_map"][kFinalNormName] = "config.json"; });
    expectRefused(ErrorCode::InvalidArgument, {"config.json", ".safetensors"});
}

TEST_F(CheckpointFolder, RefusesAnIndexThatIsWrong) {
    shard();
    const std::string good = readText(folder_ / kIndexFileName);
    changeIndex([](json& index) { index["weight_map"][kFinalNormName] = 5; });
    expectRefused(ErrorCode::Corrupt, {kIndexFileName, kFinalNormName});
    writeText(folder_ / kIndexFileName, "{}");
    expectRefused(ErrorCode::Corrupt, {kIndexFileName, "weight_map"});
    writeText(folder_ / kIndexFileName, good.substr(0, good.size() / 2));
    expectRefused(ErrorCode::Corrupt, {kIndexFileName, "JSON"});
}

TEST_F(CheckpointFolder, FingerprintIgnoresNamesAndSpellingButNotContent) {
    const std::string before = Checkpoint::open(folder_)->summary().fingerprint;
    fs::rename(folder_, scratch_ / "other name");
    folder_ = scratch_ / "other name";
    changeConfig(folder_, [](json& config) {
        config.erase("rope_parameters");
        config["rope_theta"] = 10000;
        config["transformers_version"] = "4.40.0";
        config["eos_token_id"] = {7, 8};
    });
    EXPECT_EQ(Checkpoint::open(folder_)->summary().fingerprint, before);
    changeKey("rope_theta", 10001);
    EXPECT_NE(Checkpoint::open(folder_)->summary().fingerprint, before);
    changeKey("rope_theta", 10000);
    std::string weights = readText(folder_ / "model.safetensors");
    weights.back() = static_cast<char>(weights.back() ^ 1);
    writeText(folder_ / "model.safetensors", weights);
    EXPECT_NE(Checkpoint::open(folder_)->summary().fingerprint, before);
}

// A 7B checkpoint whose weights are a hole in the file: only headers and samples may be read.
TEST(Checkpoint, OpensAnySizeInUnderASecond) {
    ScratchFolder scratch;
    const std::string config =
        R"({"model_type":"llama","hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,"intermediate_size":11008,"vocab_size":32000})";
    std::int64_t offset = 0;
    json header;
    for (const TensorSpec& spec : networkTensors(readHfConfig(config, "config"))) {
        std::int64_t bytes = 2;
        for (const std::int64_t size : spec.shape) bytes *= size;
        header[spec.name] = {
            {"dtype", "BF16"}, {"shape", spec.shape}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    writeText(scratch / "config.json", config);
    writeText(scratch / "model.safetensors", safetensorsText(header.dump(), 0));
    const auto size = fs::file_size(scratch / "model.safetensors") + static_cast<std::uintmax_t>(offset);
    std::error_code failure;
    fs::resize_file(scratch / "model.safetensors", size, failure);
    if (failure) GTEST_SKIP() << "the file system has no sparse files of " << size << " bytes";
    const auto start = std::chrono::steady_clock::now();
    const auto checkpoint = Checkpoint::open(scratch.path());
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(checkpoint->summary().parameters, 6738415616);
    EXPECT_EQ(checkpoint->summary().bytes, 2 * 6738415616);
    EXPECT_LT(seconds.count(), 1.0);
}

}  // namespace
}  // namespace secateur
