// SPDX-License-Identifier: GPL-3.0-or-later
//
// Damaged and foreign input: one clear sentence naming the file, the exit code of the contract, nothing left
// behind.
#include <filesystem>

#include <gmock/gmock.h>

#include "tests/cli/golden_files.h"
#include "tests/cli/process.h"

namespace secateur::test {

using testing::HasSubstr;
using testing::StartsWith;

namespace {

namespace fs = std::filesystem;

void expectRefused(const std::vector<std::string>& arguments, int code, const std::string& names) {
    const Outcome run = secateur(arguments + std::vector<std::string>{"--quiet"});
    EXPECT_EQ(run.exitCode, code) << testing::PrintToString(arguments) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr("error: "));
    EXPECT_THAT(run.err, HasSubstr(names));
    EXPECT_EQ(run.err.find("terminate"), std::string::npos);
}

// The model is refused by a command that reads headers and by one that computes; nothing is written.
void expectModelRefused(const ScratchFolder& folder, const std::string& model, int code,
                        const std::string& names) {
    const auto before = folder.entries();
    expectRefused({"info", model}, code, names);
    expectRefused(std::vector<std::string>{"measure", model, "-o", folder / "a.h5"} + windows("calibration"),
                  code, names);
    EXPECT_EQ(folder.entries(), before);
}

nlohmann::json configOf(const std::string& model) {
    return nlohmann::json::parse(readText(model + "/config.json"));
}

std::string planText(const nlohmann::json& steps, int version = 1) {
    return nlohmann::json{
        {"format", "secateur-plan"}, {"version", version}, {"model", {{"layers", kLayers}}}, {"steps", steps}}
        .dump();
}

}  // namespace

TEST(BadInput, MissingFilesAndFolders) {
    ScratchFolder folder;
    expectModelRefused(folder, folder / "nowhere", 3, folder / "nowhere");
    expectRefused({"ppl", modelFolder(), "--text", folder / "none.txt"}, 3, "");
    expectRefused({"ppl", demoFolder(), "--text", folder / "none.txt"}, 3, "none.txt");
    expectRefused({"ppl", modelFolder(), "--tokens", folder / "none.safetensors" + std::string(":ids")}, 3,
                  "none.safetensors");
    expectRefused({"ppl", modelFolder(), "--tokens", tokensFile() + ":nothing"}, 3, "nothing");
    expectRefused({"apply", modelFolder(), "--plan", folder / "none.json", "-o", folder / "out"}, 3,
                  "none.json");
    expectRefused({"plan", modelFolder(), "--analysis", folder / "none.h5", "--ratio", "0.2"}, 3, "none.h5");
    EXPECT_TRUE(folder.entries().empty());
}

TEST(BadInput, TruncatedTensors) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    fs::resize_file(model + "/model.safetensors", fs::file_size(model + "/model.safetensors") / 2);
    expectModelRefused(folder, model, 3, "model.safetensors");
}

TEST(BadInput, AHeaderLongerThanTheFile) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    std::string bytes = readText(model + "/model.safetensors");
    bytes.replace(0, 8, std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8));
    writeText(model + "/model.safetensors", bytes);
    expectModelRefused(folder, model, 3, "model.safetensors");
}

TEST(BadInput, AMissingShardAndAShardOutsideTheFolder) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    fs::rename(model + "/model.safetensors", model + "/model-00001-of-00002.safetensors");
    const auto index = [](const std::string& second) {
        return nlohmann::json{{"metadata", {{"total_size", 1}}},
                              {"weight_map",
                               {{"model.embed_tokens.weight", "model-00001-of-00002.safetensors"},
                                {"model.norm.weight", second}}}}
            .dump();
    };
    writeText(model + "/model.safetensors.index.json", index("model-00002-of-00002.safetensors"));
    // The other shard holds all that is needed.
    EXPECT_EQ(secateur({"info", model}).exitCode, 0);
    writeText(model + "/model.safetensors.index.json", index("../secret.safetensors"));
    expectModelRefused(folder, model, 3, "model.safetensors.index.json");
}

TEST(BadInput, AConfigThatContradictsTheTensors) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    auto config = configOf(model);
    config["intermediate_size"] = config["intermediate_size"].get<int>() + 8;
    writeText(model + "/config.json", config.dump());
    expectModelRefused(folder, model, 3, "config.json");
    writeText(model + "/config.json", "{ not json");
    expectModelRefused(folder, model, 3, "config.json");
}

TEST(BadInput, AnUnknownArchitectureAndPickledWeightsAreUnsupported) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    auto config = configOf(model);
    config["architectures"] = {"MambaForCausalLM"};
    config["model_type"] = "mamba";
    writeText(model + "/config.json", config.dump());
    expectModelRefused(folder, model, 4, "mamba");
    fs::copy_file(modelFolder() + "/config.json", model + "/config.json",
                  fs::copy_options::overwrite_existing);
    fs::rename(model + "/model.safetensors", model + "/pytorch_model.bin");
    expectModelRefused(folder, model, 4, "pytorch_model.bin");
}

TEST(BadInput, NotANumberInWeightsStopsTheJob) {
    ScratchFolder folder;
    const std::string model = copyModel(folder);
    std::string bytes = readText(model + "/model.safetensors");
    bytes.replace(bytes.size() - 4000, 4, std::string("\x00\x00\xc0\x7f", 4));
    writeText(model + "/model.safetensors", bytes);
    expectRefused(std::vector<std::string>{"measure", model, "-o", folder / "a.h5"} + windows("calibration"),
                  3, "");
    expectRefused(std::vector<std::string>{"ppl", model} + windows("evaluation"), 3, "");
    EXPECT_THAT(folder.entries(), testing::ElementsAre("model"));
}

TEST(BadInput, TokensThatDoNotFit) {
    ScratchFolder folder;
    writeTokens(folder / "wild.safetensors", 500, 1000000);
    expectRefused({"ppl", modelFolder(), "--tokens", folder / "wild.safetensors" + std::string(":ids")}, 3,
                  "wild.safetensors");
    expectRefused({"ppl", modelFolder(), "--tokens", tokensFile() + ":evaluation", "--seq-len", "1000000"}, 3,
                  "1000000");
    writeText(folder / "short.txt", "Too short.");
    expectRefused({"ppl", demoFolder(), "--text", folder / "short.txt"}, 3, "short.txt");
    writeText(folder / "bad.jsonl", "{\"text\": \"fine\"}\n{\"text\": \n");
    expectRefused({"ppl", demoFolder(), "--text", folder / "bad.jsonl"}, 3, "bad.jsonl");
}

TEST(BadInput, PlansThatDoNotFit) {
    ScratchFolder folder;
    const std::string file = folder / "plan.json";
    const auto refused = [&](const std::string& text, int code, const std::string& names) {
        writeText(file, text);
        expectRefused({"apply", modelFolder(), "--plan", file, "-o", folder / "out"}, code, names);
        expectRefused(
            std::vector<std::string>{"preview", modelFolder(), "--plan", file} + windows("evaluation"), code,
            names);
        EXPECT_THAT(folder.entries(), testing::ElementsAre("plan.json"));
    };
    using Json = nlohmann::json;
    refused("{ not json", 3, "plan.json");
    refused(planText(Json::array(), 2), 4, "plan.json");
    refused(planText({{{"step", "chop"}, {"layers", {9}}}}), 3, "steps");
    refused(planText({{{"step", "chop"}, {"layers", {0, 1, 2, 3, 4, 5}}}}), 3, "plan.json");
    refused(planText({{{"step", "width"}, {"keep", {{{"layer", 0}, {"channels", "0-99999"}}}}}}), 3,
            "channels");
    refused(planText({{{"step", "quantize"}, {"method", "rtn"}, {"group", 128}}}), 3, "groups of 128");
    refused(planText({{{"step", "quantize"}, {"method", "nonsense"}}}), 3, "nonsense");
    refused(planText({{{"step", "rotate"}}}), 4, "rotate");
    Json foreign = Json::parse(planText({{{"step", "chop"}, {"layers", {1}}}}));
    foreign["model"]["fingerprint"] = std::string("sha256:").append(64, '0');
    refused(foreign.dump(), 3, "plan.json");
}

TEST(BadInput, APlanWithoutFingerprintWarns) {
    ScratchFolder folder;
    writeText(folder / "plan.json", planText({{{"step", "chop"}, {"layers", {1}}}}));
    const Outcome run =
        secateur({"apply", modelFolder(), "--plan", folder / "plan.json", "-o", folder / "out", "--quiet"});
    EXPECT_EQ(run.exitCode, 0) << run.err;
    EXPECT_THAT(run.err, StartsWith("warning: "));
}

TEST(BadInput, PlansThatWouldEmptyTheNetwork) {
    expectRefused({"plan", modelFolder(), "--chop", "0-5"}, 3, "");
    expectRefused({"plan", modelFolder(), "--chop-count", "6", "--chop-by", "top"}, 3, "");
}

TEST(BadInput, FoldersThatCannotBeWritten) {
    const auto refused = [](const std::vector<std::string>& arguments) {
        expectRefused(arguments, 5, "/proc");
    };
    refused(std::vector<std::string>{"measure", modelFolder(), "-o", "/proc/secateur-test/a.h5"} +
            windows("calibration"));
    refused({"plan", modelFolder(), "--chop", "1", "-o", "/proc/secateur-test.json"});
    refused({"export", modelFolder(), "--to", "hf", "-o", "/proc/secateur-test"});
}

TEST(BadInput, ADiskThatFillsUpLeavesNoAnalysis) {
    ScratchFolder folder;
    const Outcome run = secateur(
        std::vector<std::string>{"measure", modelFolder(), "-o", folder / "a.h5"} + windows("calibration"),
        {.fileSizeLimit = 4096});
    EXPECT_EQ(run.exitCode, 5) << run.err;
    EXPECT_THAT(run.err, HasSubstr("a.h5"));
    EXPECT_TRUE(folder.entries().empty());
}

}  // namespace secateur::test
