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

std::string missingKey(const TensorSpec& spec) {
    const auto split = splitLayerName(spec.name);
    if (spec.name == kOutputHeadName) return "tie_word_embeddings";
    if (!split) return spec.keys.front();
    for (const OptionalTensor& optional : kOptional)
        if (split->module == optional.name &&
            (split->module.ends_with("bias") || split->module.find("norm") != std::string::npos))
            return optional.key;
    return "num_hidden_layers";
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
    for (const OptionalTensor& optional : kOptional)
        if (split->module == optional.name)
            throw Error(ErrorCode::InvalidArgument,
                        configFile + " (" + optional.key + ") leaves no place for it, but " + present,
                        "config.json and the weights do not belong together");
}

}  // namespace

void checkTensors(const NetworkConfig& config, const std::vector<TensorSpec>& table,
                  const std::map<std::string, PlacedTensor>& tensors, const std::string& configFile) {
    std::set<std::string> asked;
    for (const TensorSpec& spec : table) {
        const auto found = tensors.find(spec.name);
        if (found == tensors.end())
            throw Error(ErrorCode::InvalidArgument,
                        configFile + " (" + missingKey(spec) + ") asks for tensor \"" + spec.name +
                            "\", which is in none of the weight files",
                        "config.json and the weights do not belong together");
        checkOne(spec, found->second, configFile);
        asked.insert(spec.name);
    }
    for (const auto& [tensor, placed] : tensors)
        if (!asked.contains(tensor)) checkUnasked(config, tensor, placed, configFile);
}

}  // namespace secateur
