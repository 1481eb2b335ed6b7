// SPDX-License-Identifier: GPL-3.0-or-later
//
// Networks of the repository without a session: weights, windows, and every network run on its own.
#pragma once

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/forward.h"
#include "core/storage/token_source.h"

namespace secateur::fixtures {

constexpr std::int64_t kRoomy = std::int64_t{1} << 30;

struct Network {
    explicit Network(const std::string& family, int samples = 6, int seqLen = 24)
        : checkpoint(Checkpoint::open(folder(family))), weights(checkpoint, ComputePlace{}) {
        weights.keepResident(true);
        const auto tokens = std::filesystem::path(SECATEUR_GOLDEN_DIR) / family / "tokens.safetensors";
        const TokenStream stream =
            readTokens({{}, tokens.string(), "evaluation"}, checkpoint->folder(), false);
        WindowOptions options;
        options.samples = samples;
        options.seqLen = seqLen;
        JobContext context;
        windows = cutWindows(stream, options, context);
    }
    static std::filesystem::path folder(const std::string& family) {
        const std::filesystem::path source = SECATEUR_SOURCE_DIR;
        return family == "sprout-12" ? source / "resources/demo/sprout-12"
                                     : std::filesystem::path(SECATEUR_GOLDEN_DIR) / family;
    }
    [[nodiscard]] int layers() const { return checkpoint->config().layerCount(); }

    // The final residual stream of one network alone: [windows, seq, D].
    [[nodiscard]] at::Tensor alone(const Subnetwork& network) {
        const PassContext pass = makePassContext(weights.config(), weights.place(), windows.seqLen);
        at::Tensor hidden = embed(weights, windows, 0, windows.count());
        JobContext context;
        for (int position = 0; position < layers(); ++position) {
            const SublayerCut& cut = network[static_cast<std::size_t>(position)];
            const LayerWeights layer = weights.layer(position);
            if (!cut.attention)
                runLayerOverWindows(pass, layer, position, hidden, context, Sublayers::Attention);
            if (!cut.mlp) runLayerOverWindows(pass, layer, position, hidden, context, Sublayers::Mlp);
        }
        return hidden;
    }
    [[nodiscard]] double perplexityAlone(const Subnetwork& network) {
        JobContext context;
        return perplexityOf(tokenLosses(weights, windows, 0, alone(network), context));
    }

    std::shared_ptr<const Checkpoint> checkpoint;
    WeightSource weights;
    TokenWindows windows;
};

// The network without whole layers.
inline Subnetwork without(int layers, const std::vector<int>& removed) {
    Subnetwork network(static_cast<std::size_t>(layers));
    for (const int layer : removed) network[static_cast<std::size_t>(layer)] = {true, true};
    return network;
}

}  // namespace secateur::fixtures
