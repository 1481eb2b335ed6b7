// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/heal_json.h"

#include <limits>

#include "core/data/json_reader.h"

namespace secateur {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kLarge = std::int64_t{1} << 52;

int count(JsonObject& object, const char* key, int otherwise, int minimum = 0) {
    return static_cast<int>(object.integer(key, otherwise, minimum, std::numeric_limits<int>::max()));
}

std::vector<std::string> words(JsonObject& object, const char* key) {
    std::vector<std::string> result;
    const nlohmann::json* list = object.find(key);
    if (list == nullptr) return result;
    if (!list->is_array()) object.fail(key, "is not a list");
    for (const auto& word : *list) {
        if (!word.is_string()) object.fail(key, "holds something else than words");
        result.push_back(word.get<std::string>());
    }
    return result;
}

void readMethod(JsonObject& object, HealOptions& options) {
    const auto method = healMethod(object.text("method", name(options.method)));
    if (!method) object.fail("method", "is none of continued, lora, distill and scratch");
    options.method = *method;
    const auto known = schedule(object.text("schedule", name(options.schedule)));
    if (!known) object.fail("schedule", "is none of cosine, linear and constant");
    options.schedule = *known;
    if (const nlohmann::json* rate = object.find("learning_rate"); rate != nullptr && !rate->is_null())
        options.peakRate = object.number("learning_rate", 0.0);
}

}  // namespace

Json toJson(const HealOptions& options) {
    return {{"method", name(options.method)},
            {"steps", options.steps},
            {"minutes", options.minutes},
            {"batch_windows", options.batchWindows},
            {"micro_batch", options.microBatch},
            {"learning_rate", options.peakRate ? Json(*options.peakRate) : Json()},
            {"schedule", name(options.schedule)},
            {"warmup", options.warmup},
            {"warmup_steps", options.warmupSteps},
            {"last_rate", options.lastRate},
            {"beta1", options.beta1},
            {"beta2", options.beta2},
            {"epsilon", options.epsilon},
            {"weight_decay", options.weightDecay},
            {"clip", options.clip},
            {"seed", options.seed},
            {"evaluate_every", options.evaluateEvery},
            {"checkpoint_every", options.checkpointEvery},
            {"keep_checkpoints", options.keepCheckpoints},
            {"patience", options.patience},
            {"keep_best", options.keepBest},
            {"recompute", options.recompute},
            {"frozen_layers", options.frozenLayers},
            {"freeze_embeddings", options.freezeEmbeddings},
            {"keep_zeros", options.keepZeros},
            {"rank", options.rank},
            {"alpha", options.alpha},
            {"dropout", options.dropout},
            {"rank_stabilised", options.rankStabilised},
            {"lora_targets", options.loraTargets},
            {"temperature", options.temperature},
            {"cross_entropy_share", options.crossEntropyShare},
            {"hidden_share", options.hiddenShare},
            {"attention_share", options.attentionShare},
            {"embedding_share", options.embeddingShare},
            {"teacher_top_k", options.teacherTopK},
            {"generated_windows", options.generatedWindows},
            {"initial_deviation", options.initialDeviation}};
}

HealOptions healOptions(const nlohmann::json& value, const std::string& origin, const std::string& path) {
    JsonObject object(value, origin, path);
    HealOptions options;
    readMethod(object, options);
    options.steps = object.integer("steps", 0, 0, kLarge);
    options.minutes = object.number("minutes", 0.0);
    options.batchWindows = count(object, "batch_windows", options.batchWindows, 1);
    options.microBatch = count(object, "micro_batch", options.microBatch);
    options.warmup = object.number("warmup", options.warmup);
    options.warmupSteps = object.integer("warmup_steps", options.warmupSteps, -1, kLarge);
    options.lastRate = object.number("last_rate", options.lastRate);
    options.beta1 = object.number("beta1", options.beta1);
    options.beta2 = object.number("beta2", options.beta2);
    options.epsilon = object.number("epsilon", options.epsilon);
    options.weightDecay = object.number("weight_decay", options.weightDecay);
    options.clip = object.number("clip", options.clip);
    options.seed = object.unsignedInteger("seed", 0);
    options.evaluateEvery = count(object, "evaluate_every", options.evaluateEvery);
    options.checkpointEvery = count(object, "checkpoint_every", options.checkpointEvery);
    options.keepCheckpoints = count(object, "keep_checkpoints", options.keepCheckpoints);
    options.patience = count(object, "patience", options.patience);
    options.keepBest = object.flag("keep_best", options.keepBest);
    options.recompute = object.flag("recompute", options.recompute);
    options.frozenLayers = object.integers("frozen_layers", 0, 1 << 20);
    options.freezeEmbeddings = object.flag("freeze_embeddings", options.freezeEmbeddings);
    options.keepZeros = object.flag("keep_zeros", options.keepZeros);
    options.rank = count(object, "rank", options.rank, 1);
    options.alpha = object.number("alpha", options.alpha);
    options.dropout = object.number("dropout", options.dropout);
    options.rankStabilised = object.flag("rank_stabilised", options.rankStabilised);
    options.loraTargets = words(object, "lora_targets");
    options.temperature = object.number("temperature", options.temperature);
    options.crossEntropyShare = object.number("cross_entropy_share", options.crossEntropyShare);
    options.hiddenShare = object.number("hidden_share", options.hiddenShare);
    options.attentionShare = object.number("attention_share", options.attentionShare);
    options.embeddingShare = object.number("embedding_share", options.embeddingShare);
    options.teacherTopK = count(object, "teacher_top_k", options.teacherTopK);
    options.generatedWindows = count(object, "generated_windows", options.generatedWindows);
    options.initialDeviation = object.number("initial_deviation", options.initialDeviation);
    return options;
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
    if (point.evalPerplexity) json["eval_perplexity"] = *point.evalPerplexity;
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
    if (const auto* evaluated = object.find("eval_perplexity"); evaluated != nullptr && !evaluated->is_null())
        point.evalPerplexity = object.number("eval_perplexity", 0.0);
    return point;
}

std::string curvesCsvHeader() {
    std::string header;
    const Json empty = toJson(HealPoint{});
    for (const auto& [key, value] : empty.items()) header += key + ",";
    return header + "eval_perplexity\n";
}

std::string curvesCsvRow(const HealPoint& point) {
    std::string row;
    const Json json = toJson(point);
    for (const auto& [key, value] : json.items())
        if (key != "eval_perplexity") row += value.dump() + ",";
    if (point.evalPerplexity) row += json["eval_perplexity"].dump();
    return row + "\n";
}

}  // namespace secateur
