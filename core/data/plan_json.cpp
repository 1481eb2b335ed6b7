// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plan -> JSON. Keys come in a fixed order, so that equal plans are equal texts.
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/data/plan.h"
#include "core/data/text_overlap_json.h"

namespace secateur {

namespace {

using Json = nlohmann::ordered_json;

// A perplexity may overflow; JSON has no infinity.
Json finiteOrNull(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json toValue(const PlanModel& model) {
    Json value = Json::object();
    if (!model.name.empty()) value["name"] = model.name;
    if (!model.architecture.empty()) value["architecture"] = model.architecture;
    value["layers"] = model.layers;
    if (!model.fingerprint.empty()) value["fingerprint"] = model.fingerprint;
    return value;
}

Json toValue(const PlanCalibration& calibration) {
    Json value = {{"source", calibration.source},   {"sha256", calibration.sha256},
                  {"samples", calibration.samples}, {"seq_len", calibration.seqLen},
                  {"seed", calibration.seed},       {"statistics", calibration.statistics}};
    if (!calibration.analysis.empty()) value["analysis"] = calibration.analysis;
    if (!calibration.chopped) value["chopped"] = false;
    return value;
}

Json toValue(const ChopStep& step) {
    Json value = {
        {"step", "chop"}, {"layers", step.layers}, {"attention", step.attention}, {"mlp", step.mlp}};
    if (step.chosenBy)
        value["chosen_by"] = {{"strategy", step.chosenBy->strategy}, {"count", step.chosenBy->count}};
    if (step.merge) value["merge"] = {{"rule", name(step.merge->rule)}, {"groups", step.merge->groups}};
    if (!step.keep.empty()) value["keep"] = step.keep;
    if (step.replace) value["replace"] = true;
    return value;
}

Json toValue(const WidthStep& step) {
    Json value = {{"step", "width"}};
    if (!step.method.empty()) value["method"] = step.method;
    if (!step.metric.empty()) value["metric"] = step.metric;
    if (!step.structure.empty()) value["structure"] = step.structure;
    value["ratio"] = step.ratio;
    value["bias"] = step.bias;
    if (step.refit) value["compensate"] = "refit";
    value["protect"] = step.protect;
    Json& keep = value["keep"] = Json::array();
    for (const LayerKeep& layer : step.keep) {
        Json entry = {{"layer", layer.layer}};
        if (layer.kvGroups) entry["kv_groups"] = formatUnits(*layer.kvGroups);
        if (layer.channels) entry["channels"] = formatUnits(*layer.channels);
        keep.push_back(std::move(entry));
    }
    return value;
}

// "round-to" in command lines is "round_to" in JSON.
void addOptions(Json& value, const OptionValues& options) {
    for (const auto& [key, option] : options.entries()) {
        std::string name = key;
        std::ranges::replace(name, '-', '_');
        value[name] = std::visit([](const auto& held) { return Json(held); }, option);
    }
}

Json toValue(const RecipeStep& step) {
    Json value = {{"step", step.kind}, {"method", step.method}};
    addOptions(value, step.options);
    value["layers"] = step.layers;
    Json& linears = value["linears"] = Json::array();
    for (const LinearName linear : step.linears) linears.push_back(name(linear));
    return value;
}

Json toValue(const HealStep& step) {
    Json value = {{"step", "heal"}};
    addOptions(value, step.options);
    if (!step.textSource.empty() || !step.textSha256.empty())
        value["text"] = {{"source", step.textSource}, {"sha256", step.textSha256}};
    return value;
}

Json toValue(const WeightFiles& files) {
    return {{"format", files.format},
            {"stock", files.stock},
            {"bytes_before", files.bytesBefore},
            {"bytes_after", files.bytesAfter},
            {"tensor_bytes_after", files.tensorsAfter}};
}

Json toValue(const Accounting& accounting) {
    Json value{{"parameters_before", accounting.parametersBefore},
               {"parameters_after", accounting.parametersAfter},
               {"bytes_before", accounting.bytesBefore},
               {"bytes_after", accounting.bytesAfter},
               {"compression_ratio", accounting.compressionRatio},
               {"macs_per_token_before", accounting.macsPerTokenBefore},
               {"macs_per_token_after", accounting.macsPerTokenAfter},
               {"kv_cache_bytes_per_token_before", accounting.kvCacheBytesPerTokenBefore},
               {"kv_cache_bytes_per_token_after", accounting.kvCacheBytesPerTokenAfter},
               {"removed_fraction", accounting.removedFraction}};
    if (accounting.files) value["weight_files"] = toValue(*accounting.files);
    return value;
}

Json toValue(const Measured& measured) {
    Json value{{"dense_perplexity", finiteOrNull(measured.densePerplexity)},
               {"plan_perplexity", finiteOrNull(measured.planPerplexity)}};
    const auto add = [&](const char* key, const std::optional<double>& error) {
        if (error) value[key] = finiteOrNull(*error);
    };
    add("dense_standard_error", measured.denseStandardError);
    add("plan_standard_error", measured.planStandardError);
    add("change_standard_error", measured.changeStandardError);
    if (measured.protocol.empty()) return value;
    value["protocol"] = measured.protocol;
    // An empty list says that the texts were compared.
    value["overlaps"] = overlapsJson(measured.overlaps);
    return value;
}

}  // namespace

std::string toJson(const Plan& plan) {
    Json document = {{"format", "secateur-plan"}, {"version", 1}, {"model", toValue(plan.model)}};
    if (plan.created) document["created"] = {{"tool", plan.created->tool}, {"time", plan.created->time}};
    if (plan.calibration) document["calibration"] = toValue(*plan.calibration);
    Json& steps = document["steps"] = Json::array();
    for (const PlanStep& step : plan.steps)
        steps.push_back(std::visit([](const auto& value) { return toValue(value); }, step));
    if (plan.accounting) document["accounting"] = toValue(*plan.accounting);
    if (plan.measured) document["measured"] = toValue(*plan.measured);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace secateur
