// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/planning/planner.h"

namespace secateur {

namespace {

// Multiply-accumulates of one token: all linear layers and the output head; the embedding is a look-up.
std::int64_t macsPerToken(const NetworkConfig& network) {
    return decoderLinearParameters(network) + std::int64_t{network.vocabSize} * network.hiddenSize;
}

double bytesPerParameter(const ModelSummary& model) {
    if (model.dtype == "float32") return 4.0;
    if (model.dtype == "float16" || model.dtype == "bfloat16") return 2.0;
    if (model.parameters > 0 && model.bytes > 0)
        return static_cast<double>(model.bytes) / static_cast<double>(model.parameters);
    return 4.0;
}

std::int64_t keyValueBytes(const NetworkConfig& network, double bytesPerValue) {
    std::int64_t heads = 0;
    for (const LayerConfig& layer : network.layers) heads += layer.kvHeads;
    return std::llround(2.0 * bytesPerValue * static_cast<double>(heads * network.headDim));
}

double ratioOf(double part, double whole) {
    return whole > 0.0 ? part / whole : 1.0;
}

}  // namespace

Accounting account(const ModelSummary& model, const NetworkConfig& after) {
    const NetworkConfig& before = model.config;
    const double width = bytesPerParameter(model);
    // Checkpoints may hold tensors that the network does not use; those stay.
    const std::int64_t removed = totalParameters(before) - totalParameters(after);
    Accounting accounting;
    accounting.parametersBefore = model.parameters > 0 ? model.parameters : totalParameters(before);
    accounting.parametersAfter = accounting.parametersBefore - removed;
    accounting.bytesBefore = model.bytes > 0
                                 ? model.bytes
                                 : std::llround(width * static_cast<double>(accounting.parametersBefore));
    accounting.bytesAfter = accounting.bytesBefore - std::llround(width * static_cast<double>(removed));
    accounting.compressionRatio =
        ratioOf(static_cast<double>(accounting.bytesBefore), static_cast<double>(accounting.bytesAfter));
    accounting.macsPerTokenBefore = macsPerToken(before);
    accounting.macsPerTokenAfter = macsPerToken(after);
    accounting.kvCacheBytesPerTokenBefore = keyValueBytes(before, width);
    accounting.kvCacheBytesPerTokenAfter = keyValueBytes(after, width);
    accounting.removedFraction = 1.0 - ratioOf(static_cast<double>(decoderLinearParameters(after)),
                                               static_cast<double>(decoderLinearParameters(before)));
    return accounting;
}

Accounting asWritten(Accounting accounting, const NetworkConfig& network, std::int64_t bytes,
                     std::size_t bytesPerValue) {
    accounting.bytesAfter = bytes;
    accounting.compressionRatio =
        ratioOf(static_cast<double>(accounting.bytesBefore), static_cast<double>(bytes));
    accounting.kvCacheBytesPerTokenAfter = keyValueBytes(network, static_cast<double>(bytesPerValue));
    return accounting;
}

}  // namespace secateur
