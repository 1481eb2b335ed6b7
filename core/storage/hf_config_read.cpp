// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <limits>

#include "core/base/text.h"
#include "core/storage/bounded_json.h"
#include "core/storage/config_fields.h"
#include "core/storage/config_keys.h"
#include "core/storage/hf_config.h"
#include "core/storage/original_layers.h"
#include "core/storage/rope_config.h"

namespace secateur {
namespace {

using Json = nlohmann::json;

constexpr IntRange kLayers{1, 10'000};
constexpr IntRange kHidden{1, 1 << 20};
constexpr IntRange kHeads{1, 1 << 16};
constexpr IntRange kHeadDim{2, 1 << 14};
constexpr IntRange kWidth{1, 1 << 24};
constexpr int kMaxAttentionWidth =
    1 << 22;  // heads x head_dim; keeps every product of sizes far from overflow
constexpr IntRange kVocab{1, 1 << 26};
constexpr IntRange kIds{-1, std::numeric_limits<int>::max()};
constexpr const char* kSupported =
    "supported are llama, mistral, qwen2 and qwen3 checkpoints for causal language modelling";

// What transformers assumes for keys that a config.json leaves out.
struct Family {
    Architecture architecture;
    const char* modelType;
    const char* className;
    int kvHeads;  // 0: as many as heads
    int headDim;  // 0: hidden_size / heads
    int maxPositions;
    int bosId;  // -1: none
    int eosId;
};
constexpr std::array<Family, 4> kFamilies = {{
    {Architecture::Llama, "llama", "LlamaForCausalLM", 0, 0, 2048, 1, 2},
    {Architecture::Mistral, "mistral", "MistralForCausalLM", 8, 0, 131072, 1, 2},
    {Architecture::Qwen2, "qwen2", "Qwen2ForCausalLM", 32, 0, 32768, -1, -1},
    {Architecture::Qwen3, "qwen3", "Qwen3ForCausalLM", 32, 128, 32768, -1, -1},
}};

class Reader {
public:
    Reader(const Json& json, const std::string& file) : json_(json), fields_(json, file) {}

    NetworkConfig read() {
        const Family& family = findFamily();
        config_.architecture = family.architecture;
        config_.qkNorm = family.architecture == Architecture::Qwen3;
        refuseWhatIsNotComputed();
        readSizes(family);
        config_.rope = readRope(fields_, config_.maxPositions);
        readIds(family);
        if (perLayer_)
            readLayerList();
        else
            readUniformLayers(family);
        checkAttentionWidths();
        return config_;
    }

private:
    const Family& findFamily();
    void refuseWhatIsNotComputed() const;
    void readSizes(const Family& family);
    void readIds(const Family& family);
    void readUniformLayers(const Family& family);
    void readWindows(std::vector<LayerConfig>& layers) const;
    void readQwenWindows(std::vector<LayerConfig>& layers) const;
    void readLayerList();
    [[nodiscard]] LayerConfig readListedLayer(const ConfigFields& entry, std::size_t position) const;
    void readRanks(const ConfigFields& entry, LayerConfig& layer) const;
    [[nodiscard]] int listed(const char* key, std::size_t position) const;
    void checkAttentionWidths() const;

    const Json& json_;
    ConfigFields fields_;
    bool perLayer_ = false;
    int layerCount_ = 0;
    NetworkConfig config_;
};

const Family& Reader::findFamily() {
    std::string type = fields_.text("model_type", "");
    std::string className;
    if (const Json* names = fields_.find("architectures")) {
        if (!names->is_array() || (!names->empty() && !(*names)[0].is_string()))
            fields_.refuse("architectures", "is not a list of class names");
        if (!names->empty()) className = (*names)[0].get<std::string>();
    }
    perLayer_ = type == "secateur";
    if (perLayer_) type = fields_.object("secateur").text("base_model_type", "");
    for (const Family& family : kFamilies) {
        const bool sameType = type.empty() ? className == family.className : type == family.modelType;
        if (!sameType) continue;
        if (!perLayer_ && !className.empty() && className != family.className &&
            className != "LLaMAForCausalLM")
            fields_.refuse("architectures", "is " + className + ", which is not supported",
                           ErrorCode::Unsupported, kSupported);
        return family;
    }
    if (perLayer_)
        fields_.refuse("secateur.base_model_type", "is \"" + type + "\", which is not supported",
                       ErrorCode::Unsupported, kSupported);
    if (type.empty() && className.empty()) fields_.refuse("model_type", "is missing");
    fields_.refuse(type.empty() ? "architectures" : "model_type",
                   "is \"" + (type.empty() ? className : type) + "\", which is not supported",
                   ErrorCode::Unsupported, kSupported);
}

void Reader::refuseWhatIsNotComputed() const {
    if (fields_.has("quantization_config"))
        fields_.refuse("quantization_config", "says that the weights are quantized, which is not supported",
                       ErrorCode::Unsupported, "open the checkpoint it was quantized from");
    const std::string activation = fields_.text("hidden_act", "silu");
    if (activation != "silu" && activation != "swish")
        fields_.refuse("hidden_act", "is \"" + activation + "\"; only \"silu\" is supported",
                       ErrorCode::Unsupported);
    if (fields_.positive("partial_rotary_factor", 1.0) != 1.0)
        fields_.refuse("partial_rotary_factor", "other than 1 is not supported", ErrorCode::Unsupported);
}

void Reader::readSizes(const Family& family) {
    layerCount_ = fields_.integer("num_hidden_layers", kLayers);
    config_.hiddenSize = fields_.integer("hidden_size", kHidden);
    config_.vocabSize = fields_.integer("vocab_size", kVocab);
    config_.maxPositions = fields_.integer("max_position_embeddings", kPositions, family.maxPositions);
    config_.normEps = fields_.positive("rms_norm_eps", 1e-6);
    config_.tiedEmbeddings = fields_.boolean("tie_word_embeddings", false);
    if (fields_.has("head_dim") || perLayer_) {
        config_.headDim = fields_.integer("head_dim", kHeadDim);
    } else if (family.headDim > 0 && !json_.contains("head_dim")) {
        config_.headDim = family.headDim;
    } else {
        const int heads = fields_.integer("num_attention_heads", kHeads);
        if (config_.hiddenSize % heads != 0)
            fields_.refuse("num_attention_heads",
                           "is " + std::to_string(heads) + ", which does not divide \"hidden_size\" " +
                               std::to_string(config_.hiddenSize) + ", and there is no \"head_dim\"");
        config_.headDim = config_.hiddenSize / heads;
    }
    if (config_.headDim % 2 != 0)
        fields_.refuse("head_dim",
                       "is " + std::to_string(config_.headDim) + "; rotary embeddings need an even number");
}

void Reader::readIds(const Family& family) {
    const auto idsOf = [&](const char* key, int fallback) {
        std::vector<int> ids;
        if (!json_.contains(key)) {
            ids.push_back(fallback);
        } else if (const Json* value = fields_.find(key)) {
            if (value->is_array() && value->size() > 1000) fields_.refuse(key, "lists more than 1000 ids");
            if (value->is_array())
                for (const Json& id : *value) ids.push_back(fields_.checkedInteger(id, key, kIds));
            else
                ids.push_back(fields_.checkedInteger(*value, key, kIds));
        }
        std::erase(ids, -1);
        return ids;
    };
    const std::vector<int> bos = idsOf("bos_token_id", family.bosId);
    if (!bos.empty()) config_.bosId = bos.front();
    config_.eosIds = idsOf("eos_token_id", family.eosId);
}

void Reader::readUniformLayers(const Family& family) {
    LayerConfig layer;
    layer.heads = fields_.integer("num_attention_heads", kHeads);
    const bool given = fields_.has("num_key_value_heads");
    const bool asFamily = !given && family.kvHeads > 0 && !json_.contains("num_key_value_heads");
    layer.kvHeads = fields_.integer("num_key_value_heads", kHeads, asFamily ? family.kvHeads : layer.heads);
    if (layer.heads % layer.kvHeads != 0)
        fields_.refuse("num_key_value_heads", "is " + std::to_string(layer.kvHeads) +
                                                  ", which does not divide \"num_attention_heads\" " +
                                                  std::to_string(layer.heads));
    layer.intermediateSize = fields_.integer("intermediate_size", kWidth);
    const Architecture architecture = family.architecture;
    const bool flagged = architecture == Architecture::Llama || architecture == Architecture::Qwen3;
    const bool attentionBias = flagged && fields_.boolean("attention_bias", false);
    layer.qkvBias = architecture == Architecture::Qwen2 || attentionBias;
    layer.oBias = attentionBias;
    layer.gateUpBias = architecture == Architecture::Llama && fields_.boolean("mlp_bias", false);
    layer.downBias = layer.gateUpBias;
    config_.layers.assign(static_cast<std::size_t>(layerCount_), layer);
    readWindows(config_.layers);
}

void Reader::readWindows(std::vector<LayerConfig>& layers) const {
    if (config_.architecture == Architecture::Llama) return;
    if (config_.architecture != Architecture::Mistral) return readQwenWindows(layers);
    const int fallback = json_.contains("sliding_window") ? 0 : 4096;
    const int window = fields_.integer("sliding_window", kPositions, fallback);
    for (LayerConfig& layer : layers) layer.slidingWindow = window;
}

void Reader::readQwenWindows(std::vector<LayerConfig>& layers) const {
    int window = 0;
    if (fields_.boolean("use_sliding_window", false))
        window = fields_.integer("sliding_window", kPositions, json_.contains("sliding_window") ? 0 : 4096);
    const Json* types = fields_.find("layer_types");
    if (types == nullptr || (types->is_array() && types->empty())) {
        const int first = fields_.integer("max_window_layers", {0, kPositions.most}, 28);
        for (std::size_t i = static_cast<std::size_t>(first); i < layers.size(); ++i)
            layers[i].slidingWindow = window;
        return;
    }
    if (!types->is_array() || types->size() != layers.size())
        fields_.refuse("layer_types", "is not a list with one entry for each of the " +
                                          std::to_string(layers.size()) + " layers of \"num_hidden_layers\"");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const Json& type = (*types)[i];
        const std::string place = "layer_types[" + std::to_string(i) + "]";
        if (type == "full_attention") continue;
        if (type != "sliding_attention")
            fields_.refuse(place, "is neither \"full_attention\" nor \"sliding_attention\"",
                           ErrorCode::Unsupported);
        if (window == 0)
            fields_.refuse(
                place,
                "is \"sliding_attention\", but \"use_sliding_window\" and \"sliding_window\" give no window");
        layers[i].slidingWindow = window;
    }
}

void Reader::readLayerList() {
    const ConfigFields own = fields_.object("secateur");
    if (own.integer("version", {1, kPositions.most}) > 2)
        own.refuse("version", "is newer than this program reads (2)", ErrorCode::Unsupported,
                   "update the program");
    config_.qkNorm = own.boolean("qk_norm", config_.qkNorm);
    const Json* entries = own.find("layers");
    if (entries == nullptr || !entries->is_array() ||
        entries->size() != static_cast<std::size_t>(layerCount_))
        own.refuse("layers", "is not a list with one entry for each of the " + std::to_string(layerCount_) +
                                 " layers of \"num_hidden_layers\"");
    for (std::size_t i = 0; i < entries->size(); ++i) {
        const std::string place = "secateur.layers[" + std::to_string(i) + "].";
        config_.layers.push_back(readListedLayer({(*entries)[i], fields_.file(), place}, i));
    }
}

// One entry of the private list; the public lists must say the same.
LayerConfig Reader::readListedLayer(const ConfigFields& entry, std::size_t position) const {
    LayerConfig layer;
    layer.heads = entry.integer("heads", {0, kHeads.most});
    layer.kvHeads = entry.integer("kv_heads", {0, kHeads.most});
    layer.intermediateSize = entry.integer("intermediate_size", {0, kWidth.most});
    layer.slidingWindow = entry.integer("sliding_window", {0, kPositions.most}, 0);
    layer.qkvBias = entry.boolean("qkv_bias", false);
    layer.oBias = entry.boolean("o_bias", false);
    layer.gateUpBias = entry.boolean("gate_up_bias", false);
    layer.downBias = entry.boolean("down_bias", false);
    readRanks(entry, layer);
    if ((layer.heads == 0) != (layer.kvHeads == 0) || (layer.kvHeads > 0 && layer.heads % layer.kvHeads != 0))
        entry.refuse("kv_heads", "is " + std::to_string(layer.kvHeads) +
                                     ", which does not divide \"heads\" " + std::to_string(layer.heads));
    if (listed("num_attention_heads", position) != layer.heads)
        entry.refuse("heads", "differs from \"num_attention_heads\"");
    if (listed("num_key_value_heads", position) != layer.kvHeads)
        entry.refuse("kv_heads", "differs from \"num_key_value_heads\"");
    if (listed("intermediate_size", position) != layer.intermediateSize)
        entry.refuse("intermediate_size", "differs from the list \"intermediate_size\"");
    return layer;
}

// "ranks": {"q_proj": 12}, of the linears that are the product of two.
void Reader::readRanks(const ConfigFields& entry, LayerConfig& layer) const {
    if (!entry.has("ranks")) return;
    const Json& given = *entry.find("ranks");
    if (!given.is_object()) entry.refuse("ranks", "is not an object with the names of linears");
    // One side of every linear is the hidden size, which no rank needs to exceed.
    const IntRange most{1, config_.hiddenSize};
    for (const auto& [key, value] : given.items()) {
        const std::string place = "ranks." + printable(key, 60);
        const std::optional<LinearName> linear = linearNamed(key);
        if (!linear) entry.refuse(place, "names no linear of a layer");
        if (shapeOf(config_, layer, *linear).out == 0)
            entry.refuse(place, "names a linear that the layer does not have");
        layer.ranks[static_cast<std::size_t>(*linear)] = entry.checkedInteger(value, place, most);
    }
}

// Entry `position` of a list-valued key.
int Reader::listed(const char* key, std::size_t position) const {
    const Json* list = fields_.find(key);
    if (list == nullptr || !list->is_array() || list->size() != static_cast<std::size_t>(layerCount_))
        fields_.refuse(
            key, "is not a list with one entry for each of the " + std::to_string(layerCount_) + " layers");
    return fields_.checkedInteger((*list)[position], std::string(key) + "[" + std::to_string(position) + "]",
                                  {0, kWidth.most});
}

void Reader::checkAttentionWidths() const {
    for (const LayerConfig& layer : config_.layers)
        if (std::int64_t{layer.heads} * config_.headDim > kMaxAttentionWidth)
            fields_.refuse("num_attention_heads",
                           "times \"head_dim\" is " +
                               std::to_string(std::int64_t{layer.heads} * config_.headDim) + ", more than " +
                               std::to_string(kMaxAttentionWidth));
}

}  // namespace

NetworkConfig readHfConfig(std::string_view text, const std::string& file,
                           std::vector<std::string>* warnings) {
    const Json json = parseBoundedJson(text, file, 32, JsonDialect::Python);
    NetworkConfig config = Reader(json, file).read();
    const auto warn = [&](const std::vector<std::string>& texts) {
        if (warnings != nullptr) warnings->insert(warnings->end(), texts.begin(), texts.end());
    };
    warn(checkConfigKeys(json, config.architecture, file));
    warn(readOriginalLayers(json, file, config));
    return config;
}

}  // namespace secateur
