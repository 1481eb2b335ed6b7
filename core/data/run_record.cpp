// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/run_record.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/data/heal_json.h"
#include "core/data/json_reader.h"
#include "core/data/text_json.h"
#include "core/data/text_overlap_json.h"

namespace secateur {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<RunState, const char*>, 4> kStates{{{RunState::Running, "running"},
                                                                   {RunState::Paused, "paused"},
                                                                   {RunState::Interrupted, "interrupted"},
                                                                   {RunState::Complete, "complete"}}};
constexpr const char* kFormat = "secateur-run";
constexpr int kRunVersion = 1;

Json toJson(const UsedText& text) {
    return {{"source", text.source},
            {"sha256", text.sha256},
            {"windows", text.windows},
            {"seq_len", text.seqLen}};
}

int count(JsonObject& object, const char* key) {
    return static_cast<int>(object.integer(key, 0, 0, std::numeric_limits<int>::max()));
}

std::optional<UsedText> readUsedText(JsonObject& parent, const char* key) {
    const nlohmann::json* value = parent.find(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    JsonObject object(*value, parent.origin(), parent.pathOf(key));
    return UsedText{object.text("source"), object.text("sha256"), count(object, "windows"),
                    count(object, "seq_len")};
}

Json orNull(const std::optional<double>& value) {
    return value ? Json(*value) : Json();
}

std::int64_t size(JsonObject& object, const char* key) {
    return object.integer(key, 0, 0, std::numeric_limits<std::int64_t>::max());
}

}  // namespace

const char* name(RunState state) {
    return std::find_if(kStates.begin(), kStates.end(), [&](const auto& pair) { return pair.first == state; })
        ->second;
}

UsedText usedText(const TokenWindows& windows) {
    return {windows.source, windows.sha256, windows.count(), windows.seqLen};
}

std::optional<HeldOutWindows> heldOutOf(const RunRequest& run) {
    if (run.evalText.empty()) return std::nullopt;
    if (run.evalText != run.text) return HeldOutWindows{run.evalText, run.evalWindows};
    const int held = run.evalWindows.samples;
    if (held == 0) return std::nullopt;  // a share of the training text's windows, whose number is not known
    HeldOutWindows last{run.text, run.windows};
    last.windows.samples = held;
    const int all = run.windows.samples;
    last.windows.skip = all > 0 ? std::max(all - held, 0) : std::numeric_limits<int>::max();
    return last;
}

std::string toJson(const RunRecord& record) {
    const RunRequest& request = record.request;
    Json json{
        {"format", kFormat},
        {"version", kRunVersion},
        {"state", name(record.state)},
        {"model", request.model},
        {"model_name", record.modelName},
        {"teacher", request.teacher},
        {"text", toJson(request.text, request.windows)},
        {"evaluation", request.evalText.empty() ? Json() : toJson(request.evalText, request.evalWindows)},
        {"options", toJson(request.options)},
        {"protocol", record.protocol},
        {"parameters", record.parameters},
        {"bytes", record.bytes},
        {"dense_perplexity", orNull(record.densePerplexity)},
        {"perplexity_before", orNull(record.evalBefore)},
        {"perplexity", orNull(record.evalPerplexity)},
        {"steps", record.steps},
        {"tokens", record.tokens},
        {"seconds", record.seconds},
        {"flops", record.flops}};
    if (!record.problem.empty()) json["problem"] = record.problem;
    if (!record.tool.empty()) json["tool"] = record.tool;
    if (record.training) json["training"] = toJson(*record.training);
    if (record.heldOut) json["held_out"] = toJson(*record.heldOut);
    if (record.heldOut) json["overlaps"] = overlapsJson(record.overlaps);
    if (record.bestStep) json["best_step"] = *record.bestStep;
    if (record.denseStandardError) json["dense_standard_error"] = *record.denseStandardError;
    if (record.standardErrorBefore) json["standard_error_before"] = *record.standardErrorBefore;
    if (record.standardError) json["standard_error"] = *record.standardError;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

RunRecord parseRun(const std::string& text, const std::string& origin) {
    const nlohmann::json document = parseJson(text, origin);
    JsonObject object(document, origin, "");
    if (object.text("format") != kFormat) object.fail("format", "is not secateur-run");
    (void)object.integer("version", 0, kRunVersion, kRunVersion);
    RunRecord record;
    const std::string word = object.text("state");
    const auto state =
        std::find_if(kStates.begin(), kStates.end(), [&](const auto& pair) { return word == pair.second; });
    if (state == kStates.end()) object.fail("state", "is unknown");
    record.state = state->first;
    record.request.model = object.text("model");
    record.modelName = object.text("model_name");
    record.request.teacher = object.text("teacher");
    readText(object, "text", record.request.text, record.request.windows);
    readText(object, "evaluation", record.request.evalText, record.request.evalWindows);
    record.request.options = healOptions(object.require("options"), origin, object.pathOf("options"));
    record.protocol = object.text("protocol");
    record.problem = object.text("problem");
    record.tool = object.text("tool");
    record.training = readUsedText(object, "training");
    record.heldOut = readUsedText(object, "held_out");
    record.overlaps = overlapsOf(object, "overlaps");
    if (object.find("best_step") != nullptr) record.bestStep = size(object, "best_step");
    record.parameters = size(object, "parameters");
    record.bytes = size(object, "bytes");
    record.densePerplexity = object.numberOrNone("dense_perplexity");
    record.evalBefore = object.numberOrNone("perplexity_before");
    record.evalPerplexity = object.numberOrNone("perplexity");
    record.denseStandardError = object.numberOrNone("dense_standard_error");
    record.standardErrorBefore = object.numberOrNone("standard_error_before");
    record.standardError = object.numberOrNone("standard_error");
    record.steps = size(object, "steps");
    record.tokens = size(object, "tokens");
    record.seconds = object.number("seconds", 0.0);
    record.flops = object.number("flops", 0.0);
    return record;
}

}  // namespace secateur
