// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tensor_table.h"

namespace secateur {
namespace {

constexpr const char* kHiddenKey = "hidden_size";
constexpr const char* kHeadsKey = "num_attention_heads x head_dim";
constexpr const char* kKvHeadsKey = "num_key_value_heads x head_dim";
constexpr const char* kHeadDimKey = "head_dim";
constexpr const char* kMlpKey = "intermediate_size";
constexpr const char* kVocabKey = "vocab_size";
constexpr const char* kRankKey = "ranks of \"secateur\"";

class Table {
public:
    explicit Table(const NetworkConfig& config) : config_(config) {}

    std::vector<TensorSpec> build() {
        const std::int64_t hidden = config_.hiddenSize;
        const std::int64_t vocab = config_.vocabSize;
        add(kEmbeddingName, {vocab, hidden}, {kVocabKey, kHiddenKey}, TensorPart::Embedding);
        for (int i = 0; i < config_.layerCount(); ++i) {
            addAttention(i, config_.layers[static_cast<std::size_t>(i)]);
            addMlp(i, config_.layers[static_cast<std::size_t>(i)]);
        }
        add(kFinalNormName, {hidden}, {kHiddenKey}, TensorPart::NormsAndBiases);
        if (!config_.tiedEmbeddings)
            add(kOutputHeadName, {vocab, hidden}, {kVocabKey, kHiddenKey}, TensorPart::OutputHead);
        return std::move(specs_);
    }

private:
    void add(std::string name, std::vector<std::int64_t> shape, std::vector<const char*> keys,
             TensorPart part) {
        specs_.push_back({std::move(name), std::move(shape), std::move(keys), part});
    }

    void addVector(const std::string& name, std::int64_t size, const char* key) {
        add(name, {size}, {key}, TensorPart::NormsAndBiases);
    }

    // One matrix, or the two whose product it is.
    void addLinear(int i, LinearName linear, const char* outKey, const char* inKey, TensorPart part) {
        const LayerConfig& layer = config_.layers[static_cast<std::size_t>(i)];
        const LinearShape shape = shapeOf(config_, layer, linear);
        const std::string module = moduleName(linear);
        const std::int64_t rank = layer.rank(linear);
        if (rank == 0) return add(weightName(i, module), {shape.out, shape.in}, {outKey, inKey}, part);
        add(weightName(i, factorModule(module, 0)), {rank, shape.in}, {kRankKey, inKey}, part);
        add(weightName(i, factorModule(module, 1)), {shape.out, rank}, {outKey, kRankKey}, part);
    }

    void addAttention(int i, const LayerConfig& layer) {
        const std::int64_t hidden = config_.hiddenSize;
        const std::int64_t queries = std::int64_t{layer.heads} * config_.headDim;
        const std::int64_t keys = std::int64_t{layer.kvHeads} * config_.headDim;
        if (layer.heads > 0) {
            addVector(weightName(i, "input_layernorm"), hidden, kHiddenKey);
            addLinear(i, LinearName::Q, kHeadsKey, kHiddenKey, TensorPart::Attention);
            addLinear(i, LinearName::K, kKvHeadsKey, kHiddenKey, TensorPart::Attention);
            addLinear(i, LinearName::V, kKvHeadsKey, kHiddenKey, TensorPart::Attention);
            addLinear(i, LinearName::O, kHiddenKey, kHeadsKey, TensorPart::Attention);
            if (layer.qkvBias) {
                addVector(biasName(i, "self_attn.q_proj"), queries, kHeadsKey);
                addVector(biasName(i, "self_attn.k_proj"), keys, kKvHeadsKey);
                addVector(biasName(i, "self_attn.v_proj"), keys, kKvHeadsKey);
            }
            if (config_.qkNorm) {
                addVector(weightName(i, "self_attn.q_norm"), config_.headDim, kHeadDimKey);
                addVector(weightName(i, "self_attn.k_norm"), config_.headDim, kHeadDimKey);
            }
        }
        if (layer.oBias) addVector(biasName(i, "self_attn.o_proj"), hidden, kHiddenKey);
    }

    void addMlp(int i, const LayerConfig& layer) {
        const std::int64_t hidden = config_.hiddenSize;
        const std::int64_t width = layer.intermediateSize;
        if (width > 0) {
            addVector(weightName(i, "post_attention_layernorm"), hidden, kHiddenKey);
            addLinear(i, LinearName::Gate, kMlpKey, kHiddenKey, TensorPart::Mlp);
            addLinear(i, LinearName::Up, kMlpKey, kHiddenKey, TensorPart::Mlp);
            addLinear(i, LinearName::Down, kHiddenKey, kMlpKey, TensorPart::Mlp);
            if (layer.gateUpBias) {
                addVector(biasName(i, "mlp.gate_proj"), width, kMlpKey);
                addVector(biasName(i, "mlp.up_proj"), width, kMlpKey);
            }
        }
        if (layer.downBias) addVector(biasName(i, "mlp.down_proj"), hidden, kHiddenKey);
    }

    const NetworkConfig& config_;
    std::vector<TensorSpec> specs_;
};

}  // namespace

std::string weightName(int layer, const std::string& module) {
    return "model.layers." + std::to_string(layer) + "." + module + ".weight";
}

std::string biasName(int layer, const std::string& module) {
    return "model.layers." + std::to_string(layer) + "." + module + ".bias";
}

std::string factorModule(const std::string& module, std::size_t factor) {
    return module + "." + kFactors[factor];
}

std::vector<TensorSpec> networkTensors(const NetworkConfig& config) {
    return Table(config).build();
}

}  // namespace secateur
