// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/heal_forecast.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "core/base/error.h"
#include "core/base/units.h"

namespace secateur {

namespace {

constexpr std::int64_t kF32 = 4;
constexpr std::int64_t kTokensAtOnce = 4096;
constexpr std::int64_t kLogitBytes = std::int64_t{64}
                                     << 20;   // of one block of logits; see core/model/forward.h
constexpr std::int64_t kLogitBlocks = 3;      // logits, log-probabilities, their gradient
constexpr std::int64_t kEvaluatedAtOnce = 8;  // windows; see core/heal/heal_run.cpp
constexpr std::int64_t kRounding = 8;  // a block is up to one part in so many larger than was asked for
constexpr std::int64_t kRunHolds = std::int64_t{40} << 20;  // by allocator and libraries, however small
constexpr std::int64_t kBackward = 2;  // gradients of a layer's activations, and sums of them

std::int64_t embeddingParameters(const NetworkConfig& network) {
    return std::int64_t{network.vocabSize} * network.hiddenSize;
}

std::int64_t layerLinears(const NetworkConfig& network, const LayerConfig& layer) {
    return attentionParameters(network, layer) + mlpParameters(network, layer);
}

std::int64_t adapterParameters(const NetworkConfig& network, const HealOptions& options,
                               const LayerConfig& layer) {
    std::int64_t sides = 0;
    for (const LinearName linear : kAllLinears) {
        const LinearShape shape = shapeOf(network, layer, linear);
        if (shape.out == 0 || !linearAdapts(options, name(linear))) continue;
        // Each of two factors has an adapter of its own.
        sides += shape.out + shape.in + 2 * std::int64_t{layer.rank(linear)};
    }
    return sides * options.rank;
}

// Inputs of the linears of a sublayer that get adapters.
std::int64_t adaptedInputs(const HealOptions& options, std::initializer_list<const char*> linears,
                           std::int64_t width) {
    return width * std::count_if(linears.begin(), linears.end(),
                                 [&](const char* linear) { return linearAdapts(options, linear); });
}

// Bytes that one token leaves behind in one layer for the backward pass.
std::int64_t activationBytes(const NetworkConfig& network, const HealOptions& options,
                             const LayerConfig& layer, int product) {
    const std::int64_t d = network.hiddenSize;
    const std::int64_t queries = std::int64_t{layer.heads} * network.headDim;
    const std::int64_t channels = layer.intermediateSize;
    const bool grouped = layer.kvHeads > 0 && layer.heads > layer.kvHeads;
    const std::int64_t keys = std::int64_t{grouped ? layer.heads : layer.kvHeads} * network.headDim;
    const bool lora = options.method == HealMethod::Lora;
    std::int64_t bytes = 0;
    // What the first of two factors gives.
    for (const int rank : layer.ranks) bytes += std::int64_t{product} * rank;
    // The residual stream; q, k, v as attention saw them and what it gave; gate, up. Inputs of linears are
    // kept where their weights learn: once for all weights of a place, or with its dropout for every adapter.
    if (layer.heads > 0) bytes += kF32 * d + product * (queries + 2 * keys + queries);
    if (channels > 0) bytes += kF32 * d + product * 2 * channels;
    if (!lora)
        return bytes + product * ((layer.heads > 0 ? d + queries : 0) + (channels > 0 ? d + channels : 0));
    const std::int64_t inputs = (layer.heads > 0 ? adaptedInputs(options, {"q_proj", "k_proj", "v_proj"}, d) +
                                                       adaptedInputs(options, {"o_proj"}, queries)
                                                 : 0) +
                                (channels > 0 ? adaptedInputs(options, {"gate_proj", "up_proj"}, d) +
                                                    adaptedInputs(options, {"down_proj"}, channels)
                                              : 0);
    // The products of frozen weights keep their input for the backward pass too.
    const std::int64_t shared = (layer.heads > 0 ? d : 0) + (channels > 0 ? d : 0);
    return bytes + product * (inputs * (options.dropout > 0.0 ? 2 : 1) + shared);
}

// What a backward pass leaves behind.
std::int64_t gradientBytes(const NetworkConfig& network, const HealOptions& options) {
    std::int64_t values = learningParameters(network, options);
    if (options.method != HealMethod::Lora && !options.freezeEmbeddings)
        values += embeddingParameters(network);  // the head's, before it is added
    return values * kF32;
}

std::int64_t activations(const NetworkConfig& network, const HealOptions& options, const HealScale& scale) {
    const std::int64_t tokens =
        std::int64_t{windowsAtOnce(options, options.batchWindows, scale.seqLen)} * scale.seqLen;
    std::int64_t all = 0;
    std::int64_t largest = 0;
    for (const LayerConfig& layer : network.layers) {
        const std::int64_t bytes = activationBytes(network, options, layer, scale.productBytes);
        all += bytes;
        largest = std::max(largest, bytes);
    }
    const std::int64_t stream = kF32 * network.hiddenSize;
    const std::int64_t kept = options.recompute ? network.layerCount() * stream + 2 * largest : all;
    const std::int64_t logits = std::min(kLogitBytes, tokens * network.vocabSize * kF32);
    const std::int64_t blocks = kLogitBlocks + (options.method == HealMethod::Distill ? 3 : 0);
    return tokens * (kept + 3 * stream) + blocks * logits;
}

std::int64_t tokensAtOnce(const HealOptions& options, const HealScale& scale) {
    return std::int64_t{windowsAtOnce(options, options.batchWindows, scale.seqLen)} * scale.seqLen;
}

std::int64_t largestLayer(const NetworkConfig& network, const HealOptions& options, int product) {
    std::int64_t largest = 0;
    for (const LayerConfig& layer : network.layers)
        largest = std::max(largest, activationBytes(network, options, layer, product));
    return largest;
}

// Weights of the teacher and what is compared with it: a stream of each layer, what attention added to it,
// and the differences, which the backward pass wants.
std::int64_t teacherBytes(const NetworkConfig& network, const HealOptions& options, const HealScale& scale) {
    if (scale.teacher == nullptr) return 0;
    const NetworkConfig& teacher = *scale.teacher;
    const std::int64_t tokens = tokensAtOnce(options, scale);
    std::int64_t streams = 1;
    if (options.hiddenShare > 0.0) streams += 2 * std::int64_t{network.layerCount()};
    if (options.attentionShare > 0.0) streams += 3 * std::int64_t{network.layerCount()};
    return totalParameters(teacher) * scale.productBytes + tokens * teacher.hiddenSize * kF32 * streams +
           tokens * largestLayer(teacher, {}, scale.productBytes);
}

std::int64_t workBytes(const NetworkConfig& network, const HealOptions& options, const HealScale& scale,
                       std::int64_t pooled) {
    const std::int64_t largest = largestLayer(network, options, scale.productBytes);
    const std::int64_t backward = tokensAtOnce(options, scale) * kBackward * largest;
    const std::int64_t evaluated = kEvaluatedAtOnce * scale.seqLen;
    const std::int64_t evaluation =
        evaluated * (largest + 3 * kF32 * network.hiddenSize) +
        kLogitBlocks * std::min(kLogitBytes, evaluated * network.vocabSize * kF32);
    // Writing converts one tensor after the other; an embedding is the largest.
    const std::int64_t writing = embeddingParameters(network) * 2;
    return backward + evaluation + writing + pooled / kRounding + kRunHolds;
}

// The uncut network comes and goes before the cut one is there; a teacher stays beside both.
std::int64_t fillBytes(const HealOptions& options, const HealScale& scale, const HealForecast& afterwards) {
    if (scale.uncut == nullptr || fillStepsOf(options) == 0) return 0;
    HealOptions filling = options;
    filling.method = HealMethod::Continued;
    filling.fillSteps = 0;
    filling.frozenLayers.clear();
    HealScale alone = scale;
    alone.teacher = alone.uncut = nullptr;
    const std::int64_t before = forecastHeal(*scale.uncut, filling, alone).needed() + afterwards.teacher;
    return std::max<std::int64_t>(0, before - afterwards.needed());
}

}  // namespace

int windowsAtOnce(const HealOptions& options, int batchWindows, int seqLen) {
    if (options.microBatch > 0) return std::min(options.microBatch, batchWindows);
    const auto byTokens = static_cast<int>(std::max<std::int64_t>(1, kTokensAtOnce / std::max(seqLen, 1)));
    return std::min(byTokens, batchWindows);
}

int lanesAtOnce(const NetworkConfig& network, const HealOptions& options, const HealScale& scale) {
    const int windows = windowsAtOnce(options, options.batchWindows, scale.seqLen);
    const std::int64_t others =
        activations(network, options, scale) / std::max<std::int64_t>(gradientBytes(network, options), 1);
    return static_cast<int>(
        std::min<std::int64_t>({std::max(scale.threads, 1), std::max(windows, 1), 1 + others}));
}

std::int64_t learningParameters(const NetworkConfig& network, const HealOptions& options) {
    const bool lora = options.method == HealMethod::Lora;
    std::int64_t learning = 0;
    for (int position = 0; position < network.layerCount(); ++position) {
        if (!layerLearns(options, position)) continue;
        const LayerConfig& layer = network.layers[static_cast<std::size_t>(position)];
        learning += lora ? adapterParameters(network, options, layer)
                         : layerLinears(network, layer) + extraParameters(network, layer);
    }
    if (lora) return learning;
    if (!options.freezeEmbeddings)
        learning += embeddingParameters(network) * (network.tiedEmbeddings ? 1 : 2);
    return learning + network.hiddenSize;
}

double trainingFlopsPerToken(const NetworkConfig& network, const HealOptions& options,
                             const NetworkConfig* teacher) {
    const auto multiplied = [](const NetworkConfig& config) {
        return static_cast<double>(decoderLinearParameters(config) + embeddingParameters(config));
    };
    const double all = multiplied(network);
    double flops = (options.recompute ? 6.0 : 4.0) * all;
    if (options.method == HealMethod::Lora) {
        flops += 6.0 * static_cast<double>(learningParameters(network, options));
    } else {
        double learning = options.freezeEmbeddings ? 0.0 : static_cast<double>(embeddingParameters(network));
        for (int position = 0; position < network.layerCount(); ++position)
            if (layerLearns(options, position))
                learning += static_cast<double>(
                    layerLinears(network, network.layers[static_cast<std::size_t>(position)]));
        flops += 2.0 * learning;
    }
    const bool taught = teacher != nullptr && options.method == HealMethod::Distill;
    return flops + (taught ? 2.0 * multiplied(*teacher) : 0.0);
}

HealForecast forecastHeal(const NetworkConfig& network, const HealOptions& options, const HealScale& scale) {
    const std::int64_t all = totalParameters(network);
    const std::int64_t learning = learningParameters(network, options);
    const std::int64_t linears = decoderLinearParameters(network);
    const std::int64_t product = scale.productBytes;
    HealForecast forecast;
    if (options.method == HealMethod::Lora) {
        forecast.weights = linears * product + (all - linears) * kF32 + learning * kF32;
    } else {
        const bool copies = product != kF32 && !options.recompute;
        forecast.weights = all * kF32 + (copies ? linears * product : 0);
    }
    forecast.gradients = lanesAtOnce(network, options, scale) * gradientBytes(network, options);
    forecast.optimizer = 2 * learning * kF32;
    forecast.activations = activations(network, options, scale);
    forecast.teacher = teacherBytes(network, options, scale);
    forecast.work = workBytes(network, options, scale, forecast.activations + forecast.gradients);
    forecast.fill = fillBytes(options, scale, forecast);
    forecast.process = scale.processBytes;
    return forecast;
}

void requireHealFits(const NetworkConfig& network, const HealOptions& options, const HealScale& scale,
                     std::int64_t available) {
    const HealForecast forecast = forecastHeal(network, options, scale);
    if (available <= 0 || forecast.needed() <= available) return;
    struct Way {
        const char* text;
        void (*take)(HealOptions&);
    };
    static const std::vector<Way> kWays{
        {"--recompute (activations are computed again)", [](HealOptions& o) { o.recompute = true; }},
        {"--micro-batch 1 (windows run one at a time)", [](HealOptions& o) { o.microBatch = 1; }},
        {"--fill-steps 0 (no steps of the uncut network)", [](HealOptions& o) { o.fillSteps = 0; }},
        {"--recompute with --micro-batch 1",
         [](HealOptions& o) {
             o.recompute = true;
             o.microBatch = 1;
         }},
        {"--method lora with --recompute and --micro-batch 1", [](HealOptions& o) {
             o.method = HealMethod::Lora;
             o.recompute = true;
             o.microBatch = 1;
         }}};
    std::string hint;
    for (const Way& way : kWays) {
        HealOptions other = options;
        way.take(other);
        const std::int64_t bytes = forecastHeal(network, other, scale).needed();
        if (bytes <= available) {
            hint = std::string(way.text) + " would take " + formatBytes(bytes);
            break;
        }
    }
    if (hint.empty()) hint = "a smaller network, or a machine with more memory, is needed";
    throw Error(ErrorCode::OutOfMemory,
                "training needs about " + formatBytes(forecast.needed()) + " (weights " +
                    formatBytes(forecast.weights) + ", gradients " + formatBytes(forecast.gradients) +
                    ", optimizer " + formatBytes(forecast.optimizer) + ", activations " +
                    formatBytes(forecast.activations) + ", work " + formatBytes(forecast.work) +
                    (forecast.teacher > 0 ? ", teacher " + formatBytes(forecast.teacher) : "") +
                    (forecast.fill > 0 ? ", steps before the cut " + formatBytes(forecast.fill) : "") +
                    "), " + formatBytes(available) + " are free",
                hint);
}

}  // namespace secateur
