// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/stock_network.h"

#include <algorithm>

#include "core/base/error.h"

namespace secateur {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorCode::Unsupported, "stock transformers cannot load this network: " + why,
                "use the layout with per-layer lists (hf, loads with trust_remote_code); hf-masked writes "
                "ragged widths and low-rank linears as full matrices; or plan without bias compensation");
}

std::string layerName(const LayerConfig& layer) {
    return "layer " + std::to_string(layer.originalLayer);
}

void checkWidths(const NetworkConfig& network) {
    for (const LayerConfig& layer : network.layers) {
        if (layer.heads == 0) refuse(layerName(layer) + " has no attention heads");
        if (layer.intermediateSize == 0) refuse(layerName(layer) + " has no MLP channels");
    }
    if (!network.uniform()) refuse("its layers have different widths");
    for (const LayerConfig& layer : network.layers)
        for (const LinearName linear : kAllLinears)
            if (layer.rank(linear) > 0)
                refuse(layerName(layer) + "'s " + name(linear) + " is the product of two linears");
    const int heads = network.layers.front().heads;
    if (network.architecture == Architecture::Llama && network.hiddenSize % heads != 0)
        refuse(std::to_string(heads) + " heads do not divide the hidden size " +
               std::to_string(network.hiddenSize));
}

struct Flags {
    bool attention = false;
    bool mlp = false;
    bool qkvEverywhere = true;
    bool outputOrMlp = false;  // more than q, k, v
    bool anyWindow = false;
    bool sameWindow = true;
};

Flags flagsOf(const NetworkConfig& network) {
    Flags flags;
    for (const LayerConfig& layer : network.layers) {
        flags.attention |= layer.qkvBias || layer.oBias;
        flags.mlp |= layer.gateUpBias || layer.downBias;
        flags.qkvEverywhere &= layer.qkvBias;
        flags.outputOrMlp |= layer.oBias || layer.gateUpBias || layer.downBias;
        flags.anyWindow |= layer.slidingWindow > 0;
        flags.sameWindow &= layer.slidingWindow == network.layers.front().slidingWindow;
    }
    return flags;
}

// What the architecture's own stock code can say.
Architecture stockArchitecture(const NetworkConfig& network, const Flags& flags) {
    const std::string family = name(network.architecture);
    switch (network.architecture) {
        case Architecture::Llama:
            if (flags.anyWindow) refuse("Llama has no sliding window");
            return Architecture::Llama;
        case Architecture::Qwen3:
            if (flags.mlp) refuse("Qwen3 has no place for biases of the MLP");
            return Architecture::Qwen3;
        case Architecture::Qwen2:
            if (flags.qkvEverywhere && !flags.outputOrMlp) return Architecture::Qwen2;
            break;
        case Architecture::Mistral:
            if (!flags.attention && !flags.mlp) {
                if (!flags.sameWindow) refuse("Mistral has one sliding window for all layers");
                return Architecture::Mistral;
            }
            break;
    }
    if (flags.anyWindow)
        refuse(
            family +
            " has no place for biases of o_proj and down_proj, and Llama, which has, has no sliding window");
    if (network.hiddenSize % network.layers.front().heads != 0)
        refuse("rewritten as Llama, its heads would have to divide the hidden size");
    return Architecture::Llama;
}

void checkQwenWindows(const NetworkConfig& network) {
    int window = 0;
    for (const LayerConfig& layer : network.layers) {
        if (layer.slidingWindow > 0 && window > 0 && layer.slidingWindow != window)
            refuse("its layers have sliding windows of different size");
        window = std::max(window, layer.slidingWindow);
    }
}

}  // namespace

NetworkConfig stockNetwork(const NetworkConfig& network) {
    if (network.layers.empty()) refuse("it has no layers");
    checkWidths(network);
    const Flags flags = flagsOf(network);
    NetworkConfig stock = network;
    stock.architecture = stockArchitecture(network, flags);
    if (stock.qkNorm != (stock.architecture == Architecture::Qwen3))
        refuse("norms of queries and keys belong to Qwen3 alone");
    checkQwenWindows(stock);
    const bool flagged =
        stock.architecture == Architecture::Llama || stock.architecture == Architecture::Qwen3;
    for (LayerConfig& layer : stock.layers) {
        layer.qkvBias = flags.attention;
        layer.oBias = flagged && flags.attention;
        layer.gateUpBias = flags.mlp;
        layer.downBias = flags.mlp;
    }
    return stock;
}

}  // namespace secateur
