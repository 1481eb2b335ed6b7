// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/table.h"
#include "core/base/units.h"
#include "core/storage/checkpoint.h"

namespace secateur::cli {

namespace {

// Heads of the network as a whole: those of its widest layer, as pruned networks have layers of different
// widths.
LayerConfig widest(const NetworkConfig& network) {
    LayerConfig most;
    for (const LayerConfig& layer : network.layers) {
        most.heads = std::max(most.heads, layer.heads);
        most.kvHeads = std::max(most.kvHeads, layer.kvHeads);
        most.intermediateSize = std::max(most.intermediateSize, layer.intermediateSize);
    }
    return most;
}

Json toJson(const ModelSummary& summary) {
    const NetworkConfig& network = summary.config;
    const LayerConfig most = widest(network);
    Json perLayer = Json::array();
    for (const LayerConfig& layer : network.layers) {
        perLayer.push_back({{"heads", layer.heads},
                            {"kv_heads", layer.kvHeads},
                            {"intermediate_size", layer.intermediateSize}});
        for (const LinearName linear : kAllLinears)
            if (layer.rank(linear) > 0) perLayer.back()["ranks"][name(linear)] = layer.rank(linear);
    }
    return {{"architecture", name(network.architecture)},
            {"layers", network.layerCount()},
            {"hidden_size", network.hiddenSize},
            {"heads", most.heads},
            {"kv_heads", most.kvHeads},
            {"head_dim", network.headDim},
            {"intermediate_size", most.intermediateSize},
            {"vocab_size", network.vocabSize},
            {"tied_embeddings", network.tiedEmbeddings},
            {"parameters", summary.parameters},
            {"decoder_linear_parameters", summary.decoderLinearParameters},
            {"bytes", summary.bytes},
            {"dtype", summary.dtype},
            {"per_layer", perLayer},
            {"warnings", summary.warnings}};
}

// "84 of 84, ranks 12 to 40"
std::string lowRankText(const NetworkConfig& network) {
    int all = 0, low = 0, least = 0, most = 0;
    for (const LayerConfig& layer : network.layers)
        for (const LinearName linear : kAllLinears) {
            if (shapeOf(network, layer, linear).out == 0) continue;
            ++all;
            const int rank = layer.rank(linear);
            if (rank == 0) continue;
            least = low == 0 ? rank : std::min(least, rank);
            most = std::max(most, rank);
            ++low;
        }
    return std::to_string(low) + " of " + std::to_string(all) + ", ranks " + std::to_string(least) + " to " +
           std::to_string(most);
}

std::string facts(const ModelSummary& summary) {
    const NetworkConfig& network = summary.config;
    const LayerConfig most = widest(network);
    Facts facts;
    facts.add("model", summary.name);
    facts.add("architecture", name(network.architecture));
    std::string layers = std::to_string(network.layerCount());
    if (network.originalLayers > network.layerCount())
        layers += " of " + std::to_string(network.originalLayers);
    facts.add("layers", layers);
    facts.add("hidden size", std::to_string(network.hiddenSize));
    facts.add("heads", std::to_string(most.heads) + " x " + std::to_string(network.headDim) + ", " +
                           std::to_string(most.kvHeads) + " KV groups");
    facts.add("intermediate size",
              std::to_string(most.intermediateSize) + (network.uniform() ? "" : " (widest layer)"));
    if (network.lowRank()) facts.add("low-rank linears", lowRankText(network));
    facts.add("vocabulary", std::to_string(network.vocabSize));
    facts.add("embeddings", network.tiedEmbeddings ? "tied" : "not tied");
    facts.add("parameters", formatCount(summary.parameters));
    facts.add("decoder linears", formatCount(summary.decoderLinearParameters));
    facts.add("size", formatBytes(summary.bytes) + ", " + summary.dtype);
    facts.add("tokenizer", summary.hasTokenizer ? "yes" : "none");
    facts.add("fingerprint", summary.fingerprint);
    return facts.text();
}

std::string parts(const ModelSummary& summary) {
    Table table({"part", "parameters", "share"});
    for (const PartSize& part : summary.parts) {
        const double share =
            summary.parameters > 0 ? static_cast<double>(part.parameters) / summary.parameters : 0.0;
        table.add({part.part, formatCount(part.parameters), formatPercent(share)});
    }
    return table.text();
}

std::string perLayer(const NetworkConfig& network) {
    std::vector<std::string> columns{"layer", "original", "heads", "KV groups", "channels"};
    if (network.lowRank())
        for (const LinearName linear : kAllLinears) columns.push_back(std::string(name(linear)) + " rank");
    Table table(columns);
    int position = 0;
    for (const LayerConfig& layer : network.layers) {
        std::vector<std::string> cells{std::to_string(position++), std::to_string(layer.originalLayer),
                                       std::to_string(layer.heads), std::to_string(layer.kvHeads),
                                       std::to_string(layer.intermediateSize)};
        if (network.lowRank())
            for (const int rank : layer.ranks) cells.push_back(rank > 0 ? std::to_string(rank) : "-");
        table.add(cells);
    }
    return table.text();
}

}  // namespace

Action declareInfo(CLI::App& app, SharedOptions& shared) {
    addModel(app, shared);
    addShared(app, shared, {});
    return [&shared](Console& console) {
        const ModelSummary summary = Checkpoint::open(shared.model)->summary();
        for (const std::string& warning : summary.warnings) console.warn(warning);
        if (console.json()) return console.printJson(toJson(summary));
        std::string text = facts(summary) + "\n" + parts(summary);
        if (!summary.config.uniform() || summary.config.lowRank() ||
            summary.config.originalLayers > summary.config.layerCount()) {
            text += "\n" + perLayer(summary.config);
        }
        console.print(text);
    };
}

}  // namespace secateur::cli
