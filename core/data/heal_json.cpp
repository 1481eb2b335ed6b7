// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/heal_json.h"

#include <limits>

#include "core/data/json_reader.h"
#include "core/data/options_json.h"

namespace secateur {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLarge = std::int64_t{1} << 52;
// Of steps that were evaluated alone: the last columns of a table.
constexpr const char* kPerplexity = "eval_perplexity";
constexpr const char* kStandardError = "eval_standard_error";

}  // namespace

Json toJson(const HealOptions& options) {
    return toJson(healSpecs(), healValues(options));
}

HealOptions healOptions(const nlohmann::json& value, const std::string& origin, const std::string& path) {
    const JsonObject object(value, origin, path);
    const std::string where = origin + ": " + (path.empty() ? "" : path + ".");
    return healOptions(optionsOf(value, healSpecs(), where), where, Idle::Accepted);
}

Json toJson(const HealPoint& point) {
    Json json{{"step", point.step},
              {"loss", point.loss},
              {"cross_entropy", point.crossEntropy},
              {"divergence", point.divergence},
              {"hidden_distance", point.hiddenDistance},
              {"attention_distance", point.attentionDistance},
              {"embedding_distance", point.embeddingDistance},
              {"learning_rate", point.rate},
              {"gradient_norm", point.gradientNorm},
              {"seconds", point.seconds},
              {"tokens_per_second", point.tokensPerSecond},
              {"memory_bytes", point.memoryBytes}};
    if (point.evalPerplexity) json[kPerplexity] = *point.evalPerplexity;
    if (point.evalStandardError) json[kStandardError] = *point.evalStandardError;
    return json;
}

HealPoint healPoint(const nlohmann::json& value, const std::string& origin) {
    JsonObject object(value, origin, "");
    HealPoint point;
    point.step = object.integer("step", 0, 0, kLarge);
    point.loss = object.number("loss", 0.0);
    point.crossEntropy = object.number("cross_entropy", 0.0);
    point.divergence = object.number("divergence", 0.0);
    point.hiddenDistance = object.number("hidden_distance", 0.0);
    point.attentionDistance = object.number("attention_distance", 0.0);
    point.embeddingDistance = object.number("embedding_distance", 0.0);
    point.rate = object.number("learning_rate", 0.0);
    point.gradientNorm = object.number("gradient_norm", 0.0);
    point.seconds = object.number("seconds", 0.0);
    point.tokensPerSecond = object.number("tokens_per_second", 0.0);
    point.memoryBytes = object.integer("memory_bytes", 0, 0, std::numeric_limits<std::int64_t>::max());
    point.evalPerplexity = object.numberOrNone(kPerplexity);
    point.evalStandardError = object.numberOrNone(kStandardError);
    return point;
}

std::string curvesCsvHeader() {
    std::string header;
    const Json empty = toJson(HealPoint{});
    for (const auto& [key, value] : empty.items()) header += key + ",";
    return header + kPerplexity + "," + kStandardError + "\n";
}

std::string curvesCsvRow(const HealPoint& point) {
    std::string row;
    HealPoint step = point;
    step.evalPerplexity.reset();
    step.evalStandardError.reset();
    const Json json = toJson(step);
    for (const auto& [key, value] : json.items()) row += value.dump() + ",";
    if (point.evalPerplexity) row += Json(*point.evalPerplexity).dump();
    row += ",";
    if (point.evalStandardError) row += Json(*point.evalStandardError).dump();
    return row + "\n";
}

}  // namespace secateur
