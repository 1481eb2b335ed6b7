// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/checkpoint_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "core/base/error.h"
#include "core/storage/safetensors_header.h"

namespace secateur {
namespace {

// A module of a decoder layer, and the key of config.json that turns the tensor on.
struct OptionalTensor {
    const char* name;
    const char* key;
};
constexpr std::array kOptional = {
    OptionalTensor{"self_attn.q_proj.bias", "attention_bias"},
    OptionalTensor{"self_attn.k_proj.bias", "attention_bias"},
    OptionalTensor{"self_attn.v_proj.bias", "attention_bias"},
    OptionalTensor{"self_attn.o_proj.bias", "attention_bias"},
    OptionalTensor{"mlp.gate_proj.bias", "mlp_bias"},
    OptionalTensor{"mlp.up_proj.bias", "mlp_bias"},
    OptionalTensor{"mlp.down_proj.bias", "mlp_bias"},
    OptionalTensor{"self_attn.q_norm.weight", "model_type"},
    OptionalTensor{"self_attn.k_norm.weight", "model_type"},
    OptionalTensor{"self_attn.q_proj.weight", "num_attention_heads"},
    OptionalTensor{"self_attn.k_proj.weight", "num_key_value_heads"},
    OptionalTensor{"self_attn.v_proj.weight", "num_key_value_heads"},
    OptionalTensor{"self_attn.o_proj.weight", "num_attention_heads"},
    OptionalTensor{"mlp.gate_proj.weight", "intermediate_size"},
    OptionalTensor{"mlp.up_proj.weight", "intermediate_size"},
    OptionalTensor{"mlp.down_proj.weight", "intermediate_size"},
};

bool isFloat(Dtype dtype) {
    return dtype == Dtype::F32 || dtype == Dtype::F16 || dtype == Dtype::BF16;
}

struct LayerTensor {
    std::int64_t layer = 0;
    std::string module;
};

// "model.layers.3.mlp.up_proj.bias" -> 3, "mlp.up_proj.bias"
std::optional<LayerTensor> splitLayerName(const std::string& name) {
    static constexpr std::string_view kPrefix = "model.layers.";
    if (!name.starts_with(kPrefix)) return std::nullopt;
    LayerTensor split;
    const char* end = name.data() + name.size();
    const auto number = std::from_chars(name.data() + kPrefix.size(), end, split.layer);
    if (number.ec != std::errc{} || number.ptr == end || *number.ptr != '.') return std::nullopt;
    split.module = std::string(number.ptr + 1, end);
    return split;
}

constexpr const char* kRanksKey = "ranks of \"secateur\"";

// "mlp.up_proj.a.weight"
bool isFactor(const std::string& module) {
    return std::ranges::any_of(kAllLinears, [&](LinearName linear) {
        return module == factorModule(moduleName(linear), 0) + ".weight" ||
               module == factorModule(moduleName(linear), 1) + ".weight";
    });
}

std::string missingKey(const TensorSpec& spec) {
    const auto split = splitLayerName(spec.name);
    if (spec.name == kOutputHeadName) return "tie_word_embeddings";
    if (!split) return spec.keys.front();
    if (isFactor(split->module)) return kRanksKey;
    for (const OptionalTensor& optional : kOptional)
        if (split->module == optional.name &&
            (split->module.ends_with("bias") || split->module.find("norm") != std::string::npos))
            return optional.key;
    return "num_hidden_layers";
}

// What stands beside a module, or in the place of its weight, when the weights are quantized.
struct QuantizedMark {
    const char* suffix;
    const char* format;
};
constexpr std::array kQuantizedMarks = {
    QuantizedMark{".qweight", "GPTQ or AWQ"},
    QuantizedMark{".weight_packed", "compressed-tensors"},
    QuantizedMark{".weight_scale", "compressed-tensors or FP8"},
    QuantizedMark{".weight_scale_inv", "FP8"},
    QuantizedMark{".weight.absmax", "bitsandbytes"},
    QuantizedMark{".SCB", "bitsandbytes"},
    QuantizedMark{".scales", "MLX or GPTQ"},
    QuantizedMark{".W_q", "HQQ"},
    QuantizedMark{".codes", "AQLM"},
    QuantizedMark{".Qidxs", "QuIP#"},
    QuantizedMark{".weight_blocks", "MXFP4"},
    QuantizedMark{".weight_quantizer._amax", "ModelOpt"},
};

// Throws when the module of `spec` has the marks of quantized weights.
void refuseQuantized(const TensorSpec& spec, const MappedWeights& files, const std::string& configFile) {
    const std::string module = spec.name.substr(0, spec.name.rfind('.'));
    for (const QuantizedMark& mark : kQuantizedMarks) {
        const std::string name = module + mark.suffix;
        const auto placed = files.tensors.find(name);
        const auto unread = files.unread.find(name);
        if (placed == files.tensors.end() && unread == files.unread.end()) continue;
        const auto& file = placed == files.tensors.end() ? unread->second.file : placed->second.file;
        throw Error(ErrorCode::Unsupported,
                    file.string() + " holds tensor \"" + name + "\": the weights are quantized (" +
                        mark.format + "), which is not supported, and " + configFile + " does not say so",
                    "open the checkpoint it was quantized from");
    }
}

[[noreturn]] void refuseMissing(const TensorSpec& spec, const MappedWeights& files,
                                const std::string& configFile) {
    refuseQuantized(spec, files, configFile);
    if (const auto unread = files.unread.find(spec.name); unread != files.unread.end())
        throw Error(ErrorCode::Unsupported,
                    "tensor \"" + spec.name + "\" in " + unread->second.file.string() + " has dtype " +
                        unread->second.dtype + "; weights must be F32, F16 or BF16",
                    "convert the tensor to F32, F16 or BF16 first");
    const auto promised = files.promised.find(spec.name);
    if (promised == files.promised.end())
        throw Error(ErrorCode::InvalidArgument,
                    configFile + " (" + missingKey(spec) + ") asks for tensor \"" + spec.name +
                        "\", which is in none of the weight files",
                    "config.json and the weights do not belong together");
    const std::string& shard = promised->second;
    if (!files.files.contains(shard))
        throw Error(ErrorCode::NotFound,
                    "the shard " + (files.index.parent_path() / shard).string() + " does not exist, but " +
                        files.index.string() + " names it",
                    "download the missing file");
    throw Error(ErrorCode::Corrupt,
                files.index.string() + ": tensor \"" + spec.name + "\" is said to be in " + shard +
                    ", but is in none of the shards",
                "download the checkpoint again");
}

void checkOne(const TensorSpec& spec, const PlacedTensor& placed, const std::string& configFile) {
    const TensorView& view = *placed.view;
    const std::string tensor = "tensor \"" + spec.name + "\" in " + placed.file.string();
    if (!isFloat(view.dtype))
        throw Error(ErrorCode::Unsupported,
                    tensor + " has dtype " + name(view.dtype) + "; weights must be F32, F16 or BF16");
    if (view.shape == spec.shape) return;
    std::string keys;
    for (std::size_t i = 0; i < spec.shape.size(); ++i)
        if (view.shape.size() != spec.shape.size() || view.shape[i] != spec.shape[i])
            keys += (keys.empty() ? "" : ", ") + std::string(spec.keys[i]) + " = " +
                    std::to_string(spec.shape[i]);
    throw Error(ErrorCode::InvalidArgument,
                configFile + " says " + keys + ", but " + tensor + " has shape " + shapeText(view.shape) +
                    " instead of " + shapeText(spec.shape),
                "config.json and the weights do not belong together");
}

// Buffers that older programs stored beside the weights; nothing is computed from them.
bool isBuffer(const std::string& tensor) {
    static constexpr std::array kEndings = {"rotary_emb.inv_freq",
                                            "rotary_emb.cos_cached",
                                            "rotary_emb.sin_cached",
                                            "rotary_emb.original_inv_freq",
                                            "attn.bias",
                                            "masked_bias",
                                            "position_ids",
                                            "num_batches_tracked"};
    return std::any_of(kEndings.begin(), kEndings.end(),
                       [&](const char* ending) { return tensor.ends_with(ending); });
}

// A tensor that the configuration does not ask for.
void checkUnasked(const NetworkConfig& config, const std::string& tensor, const PlacedTensor& placed,
                  const std::string& configFile) {
    const auto split = splitLayerName(tensor);
    if (!split) return;
    const std::string present = "tensor \"" + tensor + "\" is in " + placed.file.string();
    if (split->layer < 0 || split->layer >= config.layerCount())
        throw Error(ErrorCode::InvalidArgument,
                    configFile + " says num_hidden_layers = " + std::to_string(config.layerCount()) +
                        ", but " + present,
                    "config.json and the weights do not belong together");
    const auto refuse = [&](const char* key) {
        throw Error(ErrorCode::InvalidArgument,
                    configFile + " (" + key + ") leaves no place for it, but " + present,
                    "config.json and the weights do not belong together");
    };
    if (isFactor(split->module)) refuse(kRanksKey);
    const LayerConfig& layer = config.layers[static_cast<std::size_t>(split->layer)];
    for (const LinearName linear : kAllLinears)
        if (layer.rank(linear) > 0 && split->module == std::string(moduleName(linear)) + ".weight")
            refuse(kRanksKey);
    for (const OptionalTensor& optional : kOptional)
        if (split->module == optional.name) refuse(optional.key);
}

// Tensors that the network leaves out, though whoever stored them may have meant them.
class Leftovers {
public:
    void add(const std::string& tensor) {
        (tensor.find("lora_") != std::string::npos ? adapter_ : other_).push_back(tensor);
    }

    [[nodiscard]] std::vector<std::string> warnings(const NetworkConfig& config) const {
        std::vector<std::string> texts;
        if (!adapter_.empty())
            texts.push_back("the weights hold an adapter that is not merged (" + listed(adapter_) +
                            "); it is ignored, and the network computes without it");
        if (!other_.empty())
            texts.push_back("the weights hold " + listed(other_) + ", which a " + name(config.architecture) +
                            " network has no place for; ignored, and a network that was meant to have it "
                            "computes something else");
        return texts;
    }

private:
    static std::string listed(const std::vector<std::string>& tensors) {
        std::string text = "tensor \"" + tensors.front() + "\"";
        if (tensors.size() > 1) text += " and " + std::to_string(tensors.size() - 1) + " more";
        return text;
    }

    std::vector<std::string> adapter_, other_;
};

bool sameBytes(const TensorView& a, const TensorView& b) {
    return a.dtype == b.dtype && a.shape == b.shape &&
           std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end());
}

}  // namespace

std::vector<std::string> checkTensors(const NetworkConfig& config, const std::vector<TensorSpec>& table,
                                      const MappedWeights& files, const std::string& configFile) {
    std::set<std::string> asked;
    for (const TensorSpec& spec : table) {
        const auto found = files.tensors.find(spec.name);
        if (found == files.tensors.end()) refuseMissing(spec, files, configFile);
        if (!isFloat(found->second.view->dtype)) refuseQuantized(spec, files, configFile);
        checkOne(spec, found->second, configFile);
        asked.insert(spec.name);
    }
    Leftovers leftovers;
    for (const auto& [tensor, placed] : files.tensors) {
        if (asked.contains(tensor) || isBuffer(tensor)) continue;
        checkUnasked(config, tensor, placed, configFile);
        if (isFloat(placed.view->dtype)) leftovers.add(tensor);
    }
    for (const auto& [tensor, unread] : files.unread)
        if (unread.dtype.starts_with('F') && !isBuffer(tensor)) leftovers.add(tensor);
    return leftovers.warnings(config);
}

std::vector<std::string> settleSharedMatrix(NetworkConfig& config, MappedWeights& files,
                                            const std::string& configFile) {
    const auto head = files.tensors.find(kOutputHeadName);
    if (!config.tiedEmbeddings) return {};
    const bool unread = files.unread.contains(kOutputHeadName);
    if (head == files.tensors.end() && !unread) return {};
    const auto embedding = files.tensors.find(kEmbeddingName);
    if (!unread && embedding == files.tensors.end() && !files.unread.contains(kEmbeddingName)) {
        files.tensors[kEmbeddingName] = head->second;
        files.tensors.erase(head);
        return {};
    }
    // The whole matrices are compared: a head that was trained alone may differ in a few rows only.
    if (!unread && embedding != files.tensors.end() &&
        sameBytes(*embedding->second.view, *head->second.view)) {
        files.tensors.erase(head);
        return {};
    }
    config.tiedEmbeddings = false;
    return {configFile +
            " (tie_word_embeddings) says that the output head is the embedding, but a different "
            "\"" +
            kOutputHeadName + "\" is stored; the stored one counts"};
}

}  // namespace secateur
