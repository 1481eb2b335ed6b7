// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/perplexity_protocol.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace secateur {

namespace {

struct Shape {
    int layers, hidden, intermediate, kvHeads, vocab, positions;
};

struct Value {
    const char* protocol;
    double perplexity;
    const char* source;
};

struct KnownShape {
    const char* model;
    Shape shape;
    std::vector<Value> values;
};

KnownShape known(const char* model, const Shape& shape, std::vector<Value> values) {
    return {model, shape, std::move(values)};
}

const std::vector<KnownShape>& knownShapes() {
    static const std::vector<KnownShape> kKnown{
        known("LLaMA-7B", {32, 4096, 11008, 32, 32000, 2048},
              {{"flap-128", 12.62, "FLAP"}, {"sparsegpt-2048", 5.68, "AWQ"}}),
        known("LLaMA-13B", {40, 5120, 13824, 40, 32000, 2048},
              {{"flap-128", 10.81, "FLAP"}, {"sparsegpt-2048", 5.09, "AWQ"}}),
        known("LLaMA-30B", {60, 6656, 17920, 52, 32000, 2048},
              {{"flap-128", 9.11, "FLAP"}, {"sparsegpt-2048", 4.10, "AWQ"}}),
        known("LLaMA-65B", {80, 8192, 22016, 64, 32000, 2048},
              {{"flap-128", 8.21, "FLAP"}, {"sparsegpt-2048", 3.53, "AWQ"}}),
        known("Llama-2-7B", {32, 4096, 11008, 32, 32000, 4096},
              {{"sparsegpt-2048", 5.47, "AWQ"}, {"llama2-4096", 5.12, "Wanda"}}),
        known("Llama-2-13B", {40, 5120, 13824, 40, 32000, 4096},
              {{"sparsegpt-2048", 4.88, "AWQ"}, {"llama2-4096", 4.57, "Wanda"}}),
        known("Llama-2-70B", {80, 8192, 28672, 8, 32000, 4096},
              {{"sparsegpt-2048", 3.32, "AWQ"}, {"llama2-4096", 3.12, "Wanda"}}),
        known("Llama-3-8B", {32, 4096, 14336, 8, 128256, 8192},
              {{"sparsegpt-2048", 6.14, "RIA"}, {"llama3-8192", 5.54, "EvoPress"}}),
        known("Llama-3.1-8B", {32, 4096, 14336, 8, 128256, 131072},
              {{"flap-128", 14.31, "LLM-Pruner"},
               {"sparsegpt-2048", 6.24, "LLM-Pruner"},
               {"llama3-8192", 5.61, "EvoPress"}}),
    };
    return kKnown;
}

bool fits(const NetworkConfig& network, const Shape& shape) {
    return network.layerCount() == shape.layers && network.hiddenSize == shape.hidden &&
           network.vocabSize == shape.vocab && network.maxPositions == shape.positions &&
           std::ranges::all_of(network.layers, [&](const LayerConfig& layer) {
               return layer.intermediateSize == shape.intermediate && layer.kvHeads == shape.kvHeads;
           });
}

}  // namespace

std::span<const PerplexityProtocol> perplexityProtocols() {
    static const std::vector<PerplexityProtocol> kProtocols{
        {"flap-128", "FLAP, LLM-Pruner", 128},
        {"sparsegpt-2048", "SparseGPT, GPTQ, AWQ, Wanda on LLaMA, RIA", 2048},
        {"llama2-4096", "Wanda on Llama 2", 4096},
        {"llama3-8192", "EvoPress on Llama 3", 8192},
        {"sliding", "the guide of transformers", 0, true},
    };
    return kProtocols;
}

std::string protocolNames() {
    std::string names;
    for (const PerplexityProtocol& protocol : perplexityProtocols())
        names += (names.empty() ? "" : ", ") + protocol.name;
    return names;
}

const PerplexityProtocol& perplexityProtocol(const std::string& name) {
    const auto protocols = perplexityProtocols();
    const auto found = std::ranges::find(protocols, name, &PerplexityProtocol::name);
    if (found != protocols.end()) return *found;
    throw Error(ErrorCode::InvalidArgument, "there is no protocol '" + name + "'",
                "there are " + protocolNames() + ", or all");
}

std::vector<PublishedPerplexity> publishedPerplexities(const NetworkConfig& network) {
    std::vector<PublishedPerplexity> published;
    for (const KnownShape& one : knownShapes()) {
        if (!fits(network, one.shape)) continue;
        for (const Value& value : one.values)
            published.push_back({one.model, value.protocol, value.perplexity, value.source});
    }
    return published;
}

}  // namespace secateur
