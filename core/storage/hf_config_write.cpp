// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <vector>

#include "core/base/error.h"
#include "core/storage/bounded_json.h"
#include "core/storage/hf_config.h"
#include "core/storage/original_layers.h"

namespace secateur {
namespace {

using Json = nlohmann::json;

// Keys that are written anew, or that would no longer hold.
constexpr std::array kRewritten = {
    "architectures",
    "auto_map",
    "model_type",
    "secateur",
    kOriginalLayersKey,
    "per_layer_config",
    "quantization_config",
    "transformers_version",
    "_name_or_path",
    "_commit_hash",
    "rope_theta",
    "rope_scaling",
    "rope_parameters",
    "original_max_position_embeddings",
    "partial_rotary_factor",
    "torch_dtype",
    "dtype",
    "attention_bias",
    "mlp_bias",
    "sliding_window",
    "use_sliding_window",
    "max_window_layers",
    "layer_types",
};

const char* className(Architecture architecture) {
    switch (architecture) {
        case Architecture::Llama:
            return "LlamaForCausalLM";
        case Architecture::Mistral:
            return "MistralForCausalLM";
        case Architecture::Qwen2:
            return "Qwen2ForCausalLM";
        case Architecture::Qwen3:
            return "Qwen3ForCausalLM";
    }
    return "LlamaForCausalLM";
}

// The positions in a base with these original numbers of the network's layers: each after the one before
// where that can be, as layers may be repeated.
std::vector<std::size_t> positionsIn(const std::vector<int>& originals, const NetworkConfig& network) {
    std::vector<std::size_t> positions;
    auto next = originals.begin();
    for (const LayerConfig& layer : network.layers) {
        auto found = std::find(next, originals.end(), layer.originalLayer);
        if (found == originals.end())
            found = std::find(originals.begin(), originals.end(), layer.originalLayer);
        if (found == originals.end()) continue;
        positions.push_back(static_cast<std::size_t>(found - originals.begin()));
        next = found + 1;
    }
    return positions;
}

// Lists with one entry per layer of the base (their names say so) keep the entries of the layers that are
// left.
void cutLayerLists(Json& json, const NetworkConfig& network) {
    const auto count = json.find("num_hidden_layers");
    if (count == json.end() || !count->is_number_unsigned() ||
        count->get<std::uint64_t>() > kMostOriginalLayers)
        return;
    const auto layers = count->get<std::size_t>();
    const std::vector<std::size_t> positions = positionsIn(originalLayersOf(json, layers), network);
    for (auto& [key, value] : json.items()) {
        if (!value.is_array() || value.size() != layers || key.find("layer") == std::string::npos) continue;
        Json kept = Json::array();
        for (const std::size_t position : positions) kept.push_back(value[position]);
        value = std::move(kept);
    }
}

Json startFrom(const std::string& baseConfigJson, const NetworkConfig& network) {
    Json json = baseConfigJson.empty()
                    ? Json::object()
                    : parseBoundedJson(baseConfigJson, "the base config.json", 32, JsonDialect::Python);
    if (!json.is_object())
        throw Error(ErrorCode::InvalidArgument, "the base config.json is not a JSON object");
    cutLayerLists(json, network);
    for (const char* key : kRewritten) json.erase(key);
    return json;
}

// What goes beside the kind and theta.
Json ropeScaling(const RopeConfig& rope) {
    switch (rope.kind) {
        case RopeConfig::Kind::Default:
            return {{"rope_type", "default"}};
        case RopeConfig::Kind::Linear:
            return {{"rope_type", "linear"}, {"factor", rope.factor}};
        case RopeConfig::Kind::Dynamic:
            return {{"rope_type", "dynamic"}, {"factor", rope.factor}};
        case RopeConfig::Kind::Llama3:
            return {{"rope_type", "llama3"},
                    {"factor", rope.factor},
                    {"low_freq_factor", rope.lowFreqFactor},
                    {"high_freq_factor", rope.highFreqFactor},
                    {"original_max_position_embeddings", rope.originalMaxPositions}};
        case RopeConfig::Kind::Yarn:
            break;
    }
    Json yarn = {{"rope_type", "yarn"},
                 {"factor", rope.factor},
                 {"beta_fast", rope.betaFast},
                 {"beta_slow", rope.betaSlow},
                 {"attention_factor", rope.attentionFactor},
                 {"original_max_position_embeddings", rope.originalMaxPositions}};
    if (!rope.truncate) yarn["truncate"] = false;
    return yarn;
}

void writeRope(Json& json, const RopeConfig& rope) {
    json["rope_theta"] = rope.theta;
    Json parameters = ropeScaling(rope);
    json["rope_scaling"] = nullptr;
    if (rope.kind != RopeConfig::Kind::Default) json["rope_scaling"] = parameters;
    // The first versions of transformers 4 insist on exactly these two keys.
    if (rope.kind == RopeConfig::Kind::Linear || rope.kind == RopeConfig::Kind::Dynamic)
        json["rope_scaling"] = {{"type", parameters["rope_type"]}, {"factor", rope.factor}};
    parameters["rope_theta"] = rope.theta;
    json["rope_parameters"] = parameters;
}

void writeCommon(Json& json, const NetworkConfig& network, Dtype dtype) {
    json["hidden_size"] = network.hiddenSize;
    json["head_dim"] = network.headDim;
    json["vocab_size"] = network.vocabSize;
    json["max_position_embeddings"] = network.maxPositions;
    json["rms_norm_eps"] = network.normEps;
    json["hidden_act"] = "silu";
    json["tie_word_embeddings"] = network.tiedEmbeddings;
    json["num_hidden_layers"] = network.layerCount();
    json["torch_dtype"] = torchName(dtype);
    json["dtype"] = torchName(dtype);
    json["bos_token_id"] = network.bosId ? Json(*network.bosId) : Json();
    json["eos_token_id"] = network.eosIds.empty()       ? Json()
                           : network.eosIds.size() == 1 ? Json(network.eosIds.front())
                                                        : Json(network.eosIds);
    writeRope(json, network.rope);
}

void writeWindows(Json& json, const NetworkConfig& network) {
    if (network.architecture == Architecture::Llama) return;
    const int first = network.layers.front().slidingWindow;
    if (network.architecture == Architecture::Mistral) {
        json["sliding_window"] = first > 0 ? Json(first) : Json();
        return;
    }
    int window = 0;
    int fullLayers = 0;
    Json types = Json::array();
    for (const LayerConfig& layer : network.layers) {
        if (layer.slidingWindow > 0)
            window = layer.slidingWindow;
        else if (window == 0)
            ++fullLayers;
        types.push_back(layer.slidingWindow > 0 ? "sliding_attention" : "full_attention");
    }
    json["use_sliding_window"] = window > 0;
    json["sliding_window"] = window > 0 ? Json(window) : Json();
    json["max_window_layers"] = fullLayers;
    json["layer_types"] = types;
}

void writeStock(Json& json, const NetworkConfig& network) {
    const LayerConfig& layer = network.layers.front();
    json["model_type"] = name(network.architecture);
    json["architectures"] = {className(network.architecture)};
    json["num_attention_heads"] = layer.heads;
    json["num_key_value_heads"] = layer.kvHeads;
    json["intermediate_size"] = layer.intermediateSize;
    if (network.architecture == Architecture::Llama) json["mlp_bias"] = layer.downBias;
    if (network.architecture == Architecture::Llama || network.architecture == Architecture::Qwen3)
        json["attention_bias"] = layer.oBias;
    writeWindows(json, network);
    writeOriginalLayers(json, network);
}

Json layerEntry(const LayerConfig& layer) {
    Json entry{{"original_layer", layer.originalLayer},
               {"heads", layer.heads},
               {"kv_heads", layer.kvHeads},
               {"intermediate_size", layer.intermediateSize},
               {"sliding_window", layer.slidingWindow},
               {"qkv_bias", layer.qkvBias},
               {"o_bias", layer.oBias},
               {"gate_up_bias", layer.gateUpBias},
               {"down_bias", layer.downBias}};
    for (const LinearName linear : kAllLinears)
        if (layer.rank(linear) > 0) entry["ranks"][name(linear)] = layer.rank(linear);
    return entry;
}

void writePerLayer(Json& json, const NetworkConfig& network) {
    json["model_type"] = "secateur";
    json["architectures"] = {"SecateurForCausalLM"};
    json["auto_map"] = {{"AutoConfig", "configuration_secateur.SecateurConfig"},
                        {"AutoModel", "modeling_secateur.SecateurModel"},
                        {"AutoModelForCausalLM", "modeling_secateur.SecateurForCausalLM"}};
    // Readers of version 1 would look for whole matrices.
    Json& own = json["secateur"] = {{"version", network.lowRank() ? 2 : 1},
                                    {"base_model_type", name(network.architecture)},
                                    {"qk_norm", network.qkNorm},
                                    {"original_layers", network.originalLayers}};
    for (const char* key : {"num_attention_heads", "num_key_value_heads", "intermediate_size"})
        json[key] = Json::array();
    own["layers"] = Json::array();
    for (const LayerConfig& layer : network.layers) {
        json["num_attention_heads"].push_back(layer.heads);
        json["num_key_value_heads"].push_back(layer.kvHeads);
        json["intermediate_size"].push_back(layer.intermediateSize);
        own["layers"].push_back(layerEntry(layer));
    }
}

}  // namespace

std::string writeHfConfig(const NetworkConfig& network, Dtype dtype, HfLayout layout,
                          const std::string& baseConfigJson) {
    const NetworkConfig written = layout == HfLayout::Stock ? stockNetwork(network) : network;
    Json json = startFrom(baseConfigJson, written);
    writeCommon(json, written, dtype);
    if (layout == HfLayout::Stock)
        writeStock(json, written);
    else
        writePerLayer(json, written);
    return json.dump(2) + "\n";
}

}  // namespace secateur
