// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/data/linear_form.h"
#include "core/planning/planner.h"
#include "core/planning/written_form.h"

namespace secateur {

namespace {

constexpr const char* kUsualFormat = "hf";

// Bits that rounded weights save; the shapes of factors are in the configuration.
double savedBits(const NetworkState& state, double bitsPerNumber) {
    double saved = 0.0;
    for (std::size_t i = 0; i < state.layers.size(); ++i)
        for (const LinearName linear : kAllLinears) {
            const LinearForm& form = state.layers[i].forms[static_cast<std::size_t>(linear)];
            const LinearShape shape = shapeOf(state.config, state.config.layers[i], linear);
            if (shape.out == 0 || form.bits <= 0.0) continue;
            saved += static_cast<double>(storedWeights(form, shape.out, shape.in)) * bitsPerNumber -
                     storedBits(form, shape.out, shape.in, bitsPerNumber);
        }
    return saved;
}

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

Accounting sizesOf(const ModelSummary& model, const NetworkState& state) {
    const NetworkConfig& before = model.config;
    const NetworkConfig& after = state.config;
    const double width = bytesPerParameter(model);
    // Checkpoints may hold tensors that the network does not use; those stay.
    const std::int64_t narrowed = totalParameters(before) - totalParameters(after);
    Accounting accounting;
    accounting.parametersBefore = model.parameters > 0 ? model.parameters : totalParameters(before);
    accounting.parametersAfter = accounting.parametersBefore - narrowed;
    accounting.bytesBefore = model.bytes > 0
                                 ? model.bytes
                                 : std::llround(width * static_cast<double>(accounting.parametersBefore));
    const std::int64_t written = totalParameters(writtenForm(state, kUsualFormat).network);
    accounting.bytesAfter = std::llround(width * static_cast<double>(written)) -
                            std::llround(savedBits(state, 8.0 * width) / 8.0);
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

}  // namespace

Accounting account(const ModelSummary& model, const NetworkState& state) {
    Accounting accounting = sizesOf(model, state);
    accounting.files = weightFiles(model, state, kUsualFormat);
    return accounting;
}

Accounting account(const ModelSummary& model, const NetworkConfig& after) {
    NetworkState state{nullptr, after, {}};
    state.layers.resize(after.layers.size());
    return sizesOf(model, state);
}

Accounting asWritten(Accounting accounting, const NetworkConfig& network, const WeightFiles& files,
                     std::size_t bytesPerValue) {
    accounting.bytesAfter = files.tensorsAfter;
    accounting.files = files;
    accounting.compressionRatio =
        ratioOf(static_cast<double>(accounting.bytesBefore), static_cast<double>(files.tensorsAfter));
    accounting.kvCacheBytesPerTokenAfter = keyValueBytes(network, static_cast<double>(bytesPerValue));
    return accounting;
}

}  // namespace secateur
