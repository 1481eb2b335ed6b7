// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/fingerprint.h"

#include <algorithm>
#include <charconv>

#include "core/storage/file_io.h"
#include "core/storage/hash.h"
#include "core/storage/safetensors_header.h"

namespace secateur {
namespace {

constexpr std::size_t kSampleBytes = 4096;

// The shortest text that gives the number back, whatever the locale.
std::string numberText(double value) {
    char buffer[64];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, result.ptr};
}

std::string layerText(const LayerConfig& layer) {
    std::string text = "layer";
    for (const int value : {layer.heads, layer.kvHeads, layer.intermediateSize, layer.slidingWindow})
        text += " " + std::to_string(value);
    for (const bool flag : {layer.qkvBias, layer.oBias, layer.gateUpBias, layer.downBias})
        text += flag ? " 1" : " 0";
    if (layer.lowRank())
        for (const int rank : layer.ranks) text += " rank " + std::to_string(rank);
    return text + "\n";
}

// Fixed for ever: plans on disk hold fingerprints made of it.
std::string canonicalConfig(const NetworkConfig& config) {
    const RopeConfig& rope = config.rope;
    std::string text = "secateur-fingerprint 1\n";
    text += "architecture " + std::string(name(config.architecture)) + "\n";
    text += "hidden " + std::to_string(config.hiddenSize) + " head_dim " + std::to_string(config.headDim) +
            " vocab " + std::to_string(config.vocabSize) + "\n";
    text += "eps " + numberText(config.normEps) + " tied " + (config.tiedEmbeddings ? "1" : "0") +
            " qk_norm " + (config.qkNorm ? "1" : "0") + "\n";
    text += "rope " + std::to_string(static_cast<int>(rope.kind)) + " " + numberText(rope.theta);
    if (rope.kind != RopeConfig::Kind::Default) text += " " + numberText(rope.factor);
    if (rope.kind == RopeConfig::Kind::Llama3)
        text += " " + numberText(rope.lowFreqFactor) + " " + numberText(rope.highFreqFactor) + " " +
                std::to_string(rope.originalMaxPositions);
    if (rope.kind == RopeConfig::Kind::Yarn)
        text += " " + numberText(rope.betaFast) + " " + numberText(rope.betaSlow) + " " +
                numberText(rope.attentionFactor) + (rope.truncate ? " 1 " : " 0 ") +
                std::to_string(rope.originalMaxPositions);
    if (rope.kind == RopeConfig::Kind::Dynamic) text += " " + std::to_string(rope.originalMaxPositions);
    text += "\n";
    for (const LayerConfig& layer : config.layers) text += layerText(layer);
    return text;
}

}  // namespace

std::string checkpointFingerprint(const NetworkConfig& config, const std::vector<TensorSpec>& table,
                                  const std::function<const TensorView&(const std::string&)>& tensor) {
    std::vector<std::string> names;
    for (const TensorSpec& spec : table) names.push_back(spec.name);
    std::sort(names.begin(), names.end());
    Sha256 hash;
    hash.add(canonicalConfig(config));
    for (const std::string& tensorName : names) {
        const TensorView& view = tensor(tensorName);
        hash.add(tensorName + " " + name(view.dtype) + " " + shapeText(view.shape) + "\n");
        const std::size_t sample = std::min(kSampleBytes, view.bytes.size());
        advisePages(view.bytes, PageAdvice::Random);
        hash.add(view.bytes.first(sample));
        hash.add(view.bytes.last(sample));
        advisePages(view.bytes, PageAdvice::Normal);
    }
    return "sha256:" + hash.hex();
}

}  // namespace secateur
