// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/run_checkpoint.h"

#include <string>
#include <utility>
#include <vector>

#include <c10/core/GradMode.h>

#include "core/base/error.h"
#include "core/data/stock_network.h"
#include "core/model/tensors.h"
#include "core/planning/heal_forecast.h"
#include "core/storage/checkpoint_writer.h"
#include "core/storage/file_io.h"
#include "core/storage/output_file.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFirst = "exp_avg.";
constexpr const char* kSecond = "exp_avg_sq.";
constexpr const char* kMaster = "master.";
constexpr std::uint64_t kLargestState = 1u << 20;

void writeText(const fs::path& file, const std::string& text) {
    writeFileAtomically(file, true, [&](OutputFile& out) { out.write(text); });
}

// A config that the stock layout can say is written as it was; widths that differ need the other one.
HfLayout layoutOf(const NetworkConfig& network) {
    try {
        return stockNetwork(network) == network ? HfLayout::Stock : HfLayout::PerLayer;
    } catch (const Error&) {
        return HfLayout::PerLayer;
    }
}

void copyInto(const SafetensorsFile& file, const std::string& name, const at::Tensor& target) {
    const TensorView& view = file.tensor(name);
    if (view.shape != target.sizes().vec() || view.dtype != Dtype::F32)
        throw Error(ErrorCode::Corrupt,
                    file.path().string() + ": tensor " + name + " has another shape or dtype");
    const c10::NoGradGuard quiet;
    target.detach().copy_(viewOf(view));
}

// Tensors of float32 on the host, alive until they are written.
class TensorList {
public:
    void add(const std::string& name, const at::Tensor& value) {
        kept_.push_back(value.detach().to(at::kCPU).contiguous());
        named_.push_back({name, Dtype::F32, kept_.back().sizes().vec(), bytesOf(kept_.back())});
    }
    void write(const fs::path& file) const { writeSafetensors(file, named_, true); }

private:
    std::vector<at::Tensor> kept_;
    std::vector<NamedTensor> named_;
};

constexpr std::pair<const char*, std::optional<HeldOutResult> TrainingState::*> kHeldOut[] = {
    {"eval_before", &TrainingState::before},
    {"dense_perplexity", &TrainingState::dense},
    {"last_perplexity", &TrainingState::last},
    {"best_perplexity", &TrainingState::best}};
constexpr const char* kErrorOf = "_error";

std::optional<double> numberOrNone(const Json& json, const std::string& key) {
    if (!json.contains(key)) return std::nullopt;
    return json.at(key).get<double>();
}

}  // namespace

void writeNetwork(const Checkpoint& source, const TrainableNetwork& network, const fs::path& folder) {
    CheckpointWriter writer(folder, source.summary().bytes, {.overwrite = true});
    for (const std::string& name : source.tensorNames()) {
        const TensorView& stored = source.tensor(name);
        const at::Tensor value = network.merged(name).to(at::kCPU, torchDtype(stored.dtype)).contiguous();
        writer.add(name, stored.dtype, stored.shape, bytesOf(value));
    }
    const NetworkConfig& config = network.config();
    writer.writeConfig(config, source.tensor(kEmbeddingName).dtype, layoutOf(config), source.configJson());
    writer.copyCompanions(source.folder());
    writer.finish();
}

void writeAdapter(const TrainableNetwork& network, const HealOptions& options, const fs::path& base,
                  const fs::path& folder) {
    fs::create_directories(folder);
    TensorList tensors;
    for (const Parameter& parameter : network.parameters())
        tensors.add("base_model.model." + parameter.name, parameter.value);
    tensors.write(folder / "adapter_model.safetensors");
    Json adapted = Json::array();
    for (int position = 0; position < network.config().layerCount(); ++position)
        if (layerLearns(options, position)) adapted.push_back(position);
    Json json{{"peft_type", "LORA"},
              {"task_type", "CAUSAL_LM"},
              {"r", options.rank},
              {"lora_alpha", options.alpha},
              {"lora_dropout", options.dropout},
              {"use_rslora", options.rankStabilised},
              {"bias", "none"},
              {"fan_in_fan_out", false},
              {"inference_mode", true},
              {"base_model_name_or_path", fs::absolute(base).lexically_normal().string()},
              {"target_modules", options.loraTargets.empty() ? loraLinears() : options.loraTargets}};
    if (network.config().lowRank()) {
        // Factors are adapted, which no short name tells from the linears that are one matrix.
        Json modules = Json::array();
        const std::string end = ".lora_A.weight";
        for (const Parameter& parameter : network.parameters())
            if (parameter.name.ends_with(end))
                modules.push_back(parameter.name.substr(0, parameter.name.size() - end.size()));
        json["target_modules"] = modules;
    } else if (!options.frozenLayers.empty()) {
        json["layers_to_transform"] = adapted;
        json["layers_pattern"] = "layers";
    }
    writeText(folder / "adapter_config.json", json.dump(2) + "\n");
}

void writeTrainer(const TrainableNetwork& network, const Trainer& trainer, const TrainingState& state,
                  const fs::path& folder) {
    TensorList tensors;
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const Parameter& parameter = network.parameters()[i];
        tensors.add(kMaster + parameter.name, parameter.value);
        tensors.add(kFirst + parameter.name, trainer.firstMoments()[i]);
        tensors.add(kSecond + parameter.name, trainer.secondMoments()[i]);
    }
    tensors.write(folder / kOptimizerFile);
    Json json{{"format", "secateur-trainer"}, {"version", 1},
              {"step", state.step},           {"seconds", state.seconds},
              {"best_step", state.bestStep},  {"worse_evaluations", state.worseEvaluations},
              {"identity", state.identity}};
    if (state.lastLoss) json["last_loss"] = *state.lastLoss;
    for (const auto& [key, member] : kHeldOut) {
        const std::optional<HeldOutResult>& result = state.*member;
        if (!result) continue;
        json[key] = result->perplexity;
        if (result->standardError) json[std::string(key) + kErrorOf] = *result->standardError;
    }
    writeText(folder / kStateFile, json.dump(2) + "\n");
}

TrainingState readState(const fs::path& folder) {
    try {
        const Json json = Json::parse(readSmallFile(folder / kStateFile, kLargestState));
        TrainingState state;
        state.step = json.at("step").get<std::int64_t>();
        state.seconds = json.at("seconds").get<double>();
        state.bestStep = json.at("best_step").get<std::int64_t>();
        state.worseEvaluations = json.at("worse_evaluations").get<int>();
        state.identity = json.at("identity");
        state.lastLoss = numberOrNone(json, "last_loss");
        for (const auto& [key, member] : kHeldOut)
            if (const auto perplexity = numberOrNone(json, key))
                state.*member = HeldOutResult{*perplexity, numberOrNone(json, std::string(key) + kErrorOf)};
        return state;
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorCode::Corrupt, (folder / kStateFile).string() + ": " + problem.what());
    }
}

void readTrainer(const fs::path& folder, TrainableNetwork& network, Trainer& trainer) {
    const SafetensorsFile file(folder / kOptimizerFile);
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const Parameter& parameter = network.parameters()[i];
        copyInto(file, kMaster + parameter.name, parameter.value);
        copyInto(file, kFirst + parameter.name, trainer.firstMoments()[i]);
        copyInto(file, kSecond + parameter.name, trainer.secondMoments()[i]);
    }
}

void writeFill(const Moments& moments, const Json& identity, const fs::path& folder) {
    fs::create_directories(folder);
    TensorList tensors;
    for (const auto& [name, pair] : moments.of) {
        tensors.add(kFirst + name, pair.first);
        tensors.add(kSecond + name, pair.second);
    }
    tensors.write(folder / kOptimizerFile);
    const Json json{
        {"format", "secateur-fill"}, {"version", 1}, {"steps", moments.updates}, {"identity", identity}};
    writeText(folder / kStateFile, json.dump(2) + "\n");
}

ReadFill readFill(const fs::path& folder) {
    ReadFill fill;
    try {
        const Json json = Json::parse(readSmallFile(folder / kStateFile, kLargestState));
        fill.moments.updates = json.at("steps").get<std::int64_t>();
        fill.identity = json.at("identity");
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorCode::Corrupt, (folder / kStateFile).string() + ": " + problem.what());
    }
    const SafetensorsFile file(folder / kOptimizerFile);
    const auto copied = [&](const std::string& name) {
        const TensorView& view = file.tensor(name);
        const at::Tensor copy = at::empty(view.shape, at::kFloat);
        copyInto(file, name, copy);
        return copy;
    };
    const std::string prefix = kFirst;
    for (const auto& [name, view] : file.tensors())
        if (name.starts_with(prefix)) {
            const std::string parameter = name.substr(prefix.size());
            fill.moments.of[parameter] = {copied(name), copied(kSecond + parameter)};
        }
    return fill;
}

}  // namespace secateur
