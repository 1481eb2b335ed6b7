// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/rope_config.h"

#include <cmath>
#include <limits>

namespace secateur {
namespace {

// A value beside the parameters goes before the one among them, as in transformers 5; without either, the
// network was made for the length that it has.
int originalPositions(const ConfigFields& config, const ConfigFields& given, int maxPositions) {
    constexpr const char* kKey = "original_max_position_embeddings";
    return config.has(kKey) ? config.integer(kKey, kPositions)
                            : given.integer(kKey, kPositions, maxPositions);
}

void readLlama3(const ConfigFields& given, RopeConfig& rope) {
    rope.kind = RopeConfig::Kind::Llama3;
    rope.factor = given.positive("factor");
    rope.lowFreqFactor = given.positive("low_freq_factor");
    rope.highFreqFactor = given.positive("high_freq_factor");
    if (rope.highFreqFactor <= rope.lowFreqFactor)
        given.refuse("high_freq_factor", "must be larger than \"low_freq_factor\"");
}

// How much attention sharpens with the stretch, as the paper suggests; DeepSeek weighs it twice.
double attentionFactor(const ConfigFields& given, double factor) {
    if (given.has("attention_factor")) return given.positive("attention_factor");
    const auto sharpening = [factor](double weight) {
        return factor <= 1.0 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
    };
    if (given.number("mscale", 0.0) != 0.0 && given.number("mscale_all_dim", 0.0) != 0.0)
        return sharpening(given.number("mscale", 0.0)) / sharpening(given.number("mscale_all_dim", 0.0));
    return sharpening(1.0);
}

void readYarn(const ConfigFields& given, int maxPositions, RopeConfig& rope) {
    rope.kind = RopeConfig::Kind::Yarn;
    rope.factor = given.positive("factor", static_cast<double>(maxPositions) / rope.originalMaxPositions);
    rope.attentionFactor = attentionFactor(given, rope.factor);
    if (!std::isfinite(rope.attentionFactor) || rope.attentionFactor <= 0.0)
        given.refuse("mscale", "and \"mscale_all_dim\" give no factor above 0");
    if (given.number("beta_fast", 0.0) != 0.0) rope.betaFast = given.positive("beta_fast");
    if (given.number("beta_slow", 0.0) != 0.0) rope.betaSlow = given.positive("beta_slow");
    if (rope.betaFast < rope.betaSlow) given.refuse("beta_fast", "must not be below \"beta_slow\"");
    rope.truncate = given.boolean("truncate", true);
    if (rope.theta <= 1.0) given.refuse("rope_theta", "must be above 1 for yarn");
}

void readKind(const ConfigFields& config, const ConfigFields& given, int maxPositions, RopeConfig& rope) {
    const char* key = given.has("rope_type") ? "rope_type" : "type";
    const std::string kind = given.text(key, "default");
    if (kind == "default") return;
    if (kind == "linear") {
        rope.kind = RopeConfig::Kind::Linear;
        rope.factor = given.positive("factor");
    } else if (kind == "dynamic") {
        rope.kind = RopeConfig::Kind::Dynamic;
        rope.factor = given.positive("factor");
        if (rope.factor < 1.0) given.refuse("factor", "must be at least 1 for dynamic");
        rope.originalMaxPositions = maxPositions;
    } else if (kind == "llama3" || kind == "yarn") {
        rope.originalMaxPositions = originalPositions(config, given, maxPositions);
        kind == "yarn" ? readYarn(given, maxPositions, rope) : readLlama3(given, rope);
    } else {
        given.refuse(key, "is \"" + kind + "\"; supported are default, linear, dynamic, llama3 and yarn",
                     ErrorCode::Unsupported);
    }
}

}  // namespace

// As transformers 5: a rope_scaling of version 4 goes before rope_parameters, a theta inside before one
// outside.
RopeConfig readRope(const ConfigFields& config, int maxPositions) {
    RopeConfig rope;
    rope.theta = config.positive("rope_theta", 10000.0);
    const bool older = config.has("rope_scaling") && !config.find("rope_scaling")->empty();
    const char* key = older ? "rope_scaling" : "rope_parameters";
    if (!config.has(key)) return rope;
    const ConfigFields given = config.object(key);
    if (given.has("full_attention") || given.has("sliding_attention"))
        config.refuse(key, "differs by kind of layer, which is not supported", ErrorCode::Unsupported);
    if (given.positive("partial_rotary_factor", 1.0) != 1.0)
        given.refuse("partial_rotary_factor", "other than 1 is not supported", ErrorCode::Unsupported);
    if (given.has("rope_theta"))
        rope.theta = given.positive("rope_theta");
    else if (older && config.has("rope_parameters") && !config.has("rope_theta"))
        rope.theta = config.object("rope_parameters").positive("rope_theta", rope.theta);
    readKind(config, given, maxPositions, rope);
    return rope;
}

}  // namespace secateur
