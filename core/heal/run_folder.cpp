// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/run_folder.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include <c10/core/GradMode.h>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/model/tensors.h"
#include "core/storage/checkpoint_writer.h"
#include "core/storage/file_io.h"
#include "core/storage/output_file.h"

namespace secateur {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kPrefix = "checkpoint-";
constexpr const char* kPartial = ".partial-";
constexpr const char* kStateFile = "trainer_state.json";
constexpr const char* kOptimizerFile = "optimizer.safetensors";
constexpr const char* kFirst = "exp_avg.";
constexpr const char* kSecond = "exp_avg_sq.";
constexpr const char* kMaster = "master.";
constexpr std::uint64_t kLargestState = 1u << 20;

// A hidden folder that is written and renamed away; what is left of it goes with the object.
class Partial {
public:
    explicit Partial(fs::path path) : path_(std::move(path)) { remove(); }
    ~Partial() { remove(); }
    Partial(const Partial&) = delete;
    Partial& operator=(const Partial&) = delete;
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
    void remove() noexcept {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path path_;
};

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

std::vector<std::pair<std::int64_t, fs::path>> checkpointsIn(const fs::path& folder) {
    std::vector<std::pair<std::int64_t, fs::path>> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory() || name.rfind(kPrefix, 0) != 0) continue;
        const std::string digits = name.substr(std::string(kPrefix).size());
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos ||
            digits.size() > 15)
            continue;
        found.emplace_back(std::stoll(digits), entry.path());
    }
    std::sort(found.rbegin(), found.rend());
    return found;
}

// What a killed run was writing.
void removePartials(const fs::path& folder) {
    std::error_code ignored;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().filename().string().rfind(kPartial, 0) == 0) left.push_back(entry.path());
    for (const fs::path& path : left) fs::remove_all(path, ignored);
}

RunState readState(const fs::path& folder) {
    try {
        const Json json = Json::parse(readSmallFile(folder / kStateFile, kLargestState));
        RunState state;
        state.step = json.at("step").get<std::int64_t>();
        state.seconds = json.at("seconds").get<double>();
        state.identity = json.at("identity").get<std::string>();
        if (json.contains("eval_before")) state.evalBefore = json.at("eval_before").get<double>();
        return state;
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorCode::Corrupt, (folder / kStateFile).string() + ": " + problem.what());
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

void readOptimizer(const fs::path& folder, TrainableNetwork& network, Trainer& trainer) {
    const SafetensorsFile file(folder / kOptimizerFile);
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const Parameter& parameter = network.parameters()[i];
        copyInto(file, kMaster + parameter.name, parameter.value);
        copyInto(file, kFirst + parameter.name, trainer.firstMoments()[i]);
        copyInto(file, kSecond + parameter.name, trainer.secondMoments()[i]);
    }
}

void writeOptimizer(const fs::path& folder, const TrainableNetwork& network, const Trainer& trainer) {
    std::vector<at::Tensor> kept;  // alive until written
    std::vector<NamedTensor> tensors;
    const auto add = [&](const std::string& name, const at::Tensor& value) {
        kept.push_back(value.detach().to(at::kCPU).contiguous());
        tensors.push_back({name, Dtype::F32, kept.back().sizes().vec(), bytesOf(kept.back())});
    };
    for (std::size_t i = 0; i < network.parameters().size(); ++i) {
        const Parameter& parameter = network.parameters()[i];
        add(kMaster + parameter.name, parameter.value);
        add(kFirst + parameter.name, trainer.firstMoments()[i]);
        add(kSecond + parameter.name, trainer.secondMoments()[i]);
    }
    writeSafetensors(folder / kOptimizerFile, tensors, true);
}

// As PEFT reads it: adapter_config.json and adapter_model.safetensors.
void writeAdapter(const TrainableNetwork& network, const HealOptions& options, const fs::path& folder) {
    fs::create_directories(folder);
    std::vector<at::Tensor> kept;
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : network.parameters()) {
        kept.push_back(parameter.value.detach().to(at::kCPU).contiguous());
        tensors.push_back({"base_model.model." + parameter.name, Dtype::F32, kept.back().sizes().vec(),
                           bytesOf(kept.back())});
    }
    writeSafetensors(folder / "adapter_model.safetensors", tensors, true);
    const Json json{
        {"peft_type", "LORA"},
        {"task_type", "CAUSAL_LM"},
        {"r", options.rank},
        {"lora_alpha", options.alpha},
        {"lora_dropout", options.dropout},
        {"use_rslora", options.rankStabilised},
        {"bias", "none"},
        {"fan_in_fan_out", false},
        {"inference_mode", true},
        {"base_model_name_or_path", nullptr},
        {"target_modules", {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}}};
    writeText(folder / "adapter_config.json", json.dump(2) + "\n");
}

Json jsonOf(const HealPoint& point) {
    Json json{{"step", point.step},
              {"loss", point.loss},
              {"cross_entropy", point.crossEntropy},
              {"divergence", point.divergence},
              {"learning_rate", point.rate},
              {"gradient_norm", point.gradientNorm},
              {"seconds", point.seconds},
              {"tokens_per_second", point.tokensPerSecond}};
    if (point.evalPerplexity) json["eval_perplexity"] = *point.evalPerplexity;
    return json;
}

constexpr const char* kCsvHead =
    "step,loss,cross_entropy,divergence,learning_rate,gradient_norm,seconds,tokens_per_second,eval_"
    "perplexity\n";

// Lines whose step is at most `step`, and the head of a table. A last line without its end was being written
// when the run was killed.
void cutBack(const fs::path& file, std::int64_t step, bool csv) {
    if (!fs::exists(file)) return;
    std::istringstream lines(readSmallFile(file, std::uint64_t{1} << 32));
    std::string kept, line;
    for (bool first = true; std::getline(lines, line); first = false) {
        if (lines.eof()) break;
        if (csv && first) {
            kept += line + '\n';
            continue;
        }
        const std::size_t from = csv ? 0 : line.find(':') + 1;
        if (std::strtoll(line.c_str() + from, nullptr, 10) <= step) kept += line + '\n';
    }
    writeText(file, kept);
}

}  // namespace

RunFolder::RunFolder(fs::path folder, bool overwrite, bool resume) : folder_(std::move(folder)) {
    std::error_code ignored;
    const bool used = fs::exists(folder_, ignored) && !fs::is_empty(folder_, ignored);
    if (used && !resume) {
        if (!overwrite)
            throw Error(ErrorCode::Exists, folder_.string() + " exists and is not empty",
                        "use --resume to go on with that run, --force to start it again, or another folder");
        if (checkpointsIn(folder_).empty() && !fs::exists(folder_ / "metrics.jsonl"))
            throw Error(ErrorCode::Exists, folder_.string() + " holds something else than a healing run",
                        "choose another folder");
        for (const auto& [step, path] : checkpointsIn(folder_)) fs::remove_all(path);
        fs::remove(folder_ / "metrics.jsonl");
        fs::remove(folder_ / "metrics.csv");
    }
    removePartials(folder_);
    fs::create_directories(folder_, ignored);
    if (ignored) throwWriteError(folder_, ignored.value());
}

void RunFolder::save(const Checkpoint& source, const TrainableNetwork& network, const Trainer& trainer,
                     const RunState& state) {
    const Partial partial(folder_ / (kPartial + std::to_string(state.step)));
    writeNetwork(source, network, partial.path());
    writeOptimizer(partial.path(), network, trainer);
    Json json{{"format", "secateur-run"},
              {"version", 1},
              {"step", state.step},
              {"seconds", state.seconds},
              {"identity", state.identity}};
    if (state.evalBefore) json["eval_before"] = *state.evalBefore;
    writeText(partial.path() / kStateFile, json.dump(2) + "\n");
    renameInto(partial.path(), folder_ / (kPrefix + std::to_string(state.step)), true);
}

std::optional<RunState> RunFolder::load(TrainableNetwork& network, Trainer& trainer,
                                        const std::string& identity, JobContext& context) {
    for (const auto& [step, path] : checkpointsIn(folder_)) {
        try {
            const RunState state = readState(path);
            if (state.identity != identity)
                throw Error(
                    ErrorCode::InvalidArgument,
                    path.string() + " belongs to another run (" + state.identity + ", not " + identity + ")",
                    "resume with the same model, text and options, or use another folder");
            readOptimizer(path, network, trainer);
            trainer.resumeAt(state.step);
            cutBack(folder_ / "metrics.jsonl", state.step, false);
            cutBack(folder_ / "metrics.csv", state.step, true);
            return state;
        } catch (const Error& problem) {
            if (problem.code() == ErrorCode::InvalidArgument) throw;
            context.warn(path.string() + " is damaged and was passed over: " + problem.what());
        }
    }
    return std::nullopt;
}

void RunFolder::append(const HealPoint& point) {
    const fs::path csv = folder_ / "metrics.csv";
    const bool head = !fs::exists(csv);
    const auto line = [&](const fs::path& file, const std::string& text) {
        std::ofstream out(file, std::ios::app | std::ios::binary);
        out << text;
        out.flush();
        if (!out) throwWriteError(file, errno);
    };
    const Json json = jsonOf(point);
    line(folder_ / "metrics.jsonl", json.dump() + "\n");
    std::string row = head ? kCsvHead : "";
    for (const auto& [key, value] : json.items())
        if (key != "eval_perplexity") row += value.dump() + ",";
    if (point.evalPerplexity) row += json["eval_perplexity"].dump();
    line(csv, row + "\n");
}

void RunFolder::finish(const Checkpoint& source, const TrainableNetwork& network,
                       const HealOptions& options) {
    const Partial partial(folder_ / (std::string(kPartial) + "result"));
    writeNetwork(source, network, partial.path());
    if (options.method == HealMethod::Lora) writeAdapter(network, options, partial.path() / "adapter");
    // config.json last: with it the folder is a checkpoint.
    std::vector<fs::path> parts;
    for (const auto& entry : fs::directory_iterator(partial.path())) parts.push_back(entry.path());
    std::sort(parts.begin(), parts.end(), [](const fs::path& a, const fs::path& b) {
        return (a.filename() == "config.json") < (b.filename() == "config.json");
    });
    for (const fs::path& part : parts) {
        if (fs::is_directory(part)) fs::remove_all(folder_ / part.filename());
        fs::rename(part, folder_ / part.filename());
    }
}

}  // namespace secateur
