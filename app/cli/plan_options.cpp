// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/plan_options.h"

#include <algorithm>

#include "app/cli/command.h"
#include "app/cli/values.h"
#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur::cli {

namespace {

constexpr const char* kChop = "Chop";
constexpr const char* kWidth = "Width";

Cost costFromName(const std::string& name) {
    if (name == "exact") return Cost::Exact;
    if (name == "reference") return Cost::Reference;
    throw Error(ErrorCode::InvalidArgument, "--cost: unknown cost '" + name + "'", "exact or reference");
}

// Said before anything is measured for it.
void checkName(const std::string& value, const std::vector<std::string>& known, const std::string& option) {
    if (std::find(known.begin(), known.end(), value) != known.end()) return;
    throw Error(ErrorCode::InvalidArgument, option + ": unknown name '" + value + "'",
                "one of " + joined(known));
}

bool wishesWidth(const PlanOptions& options) {
    const bool method = options.method && *options.method != "chop";
    return method || options.metric || options.structure || options.cost || options.ratio ||
           options.targetParameters || options.targetBytes || options.removeHeads || options.protect;
}

}  // namespace

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> methodNames() {
    std::vector<std::string> names;
    for (const MethodInfo& method : methods()) names.push_back(method.name);
    return names;
}

void addChopOptions(CLI::App& app, PlanOptions& options) {
    auto* chop = app.add_option("--chop", options.chop, "Layers to remove whole, e.g. 3,4 or 3-5")
                     ->type_name("LAYERS")
                     ->group(kChop);
    auto* count =
        app.add_option("--chop-count", options.chopCount, "Remove this many layers, chosen by --chop-by")
            ->type_name("N")
            ->group(kChop)
            ->excludes(chop);
    auto* by = app.add_option("--chop-by", options.chopBy, "How to choose: " + joined(chopStrategies()))
                   ->type_name("STRATEGY")
                   ->group(kChop)
                   ->needs(count);
    count->needs(by);
    app.add_option("--drop-attention", options.dropAttention, "Layers to remove only the attention of")
        ->type_name("LAYERS")
        ->group(kChop);
    app.add_option("--drop-mlp", options.dropMlp, "Layers to remove only the MLP of")
        ->type_name("LAYERS")
        ->group(kChop);
}

void addWidthOptions(CLI::App& app, PlanOptions& options) {
    const auto add = [&app](const char* name, auto& target, const std::string& help, const char* type) {
        return app.add_option(name, target, help)->type_name(type)->group(kWidth);
    };
    add("--metric", options.metric, "Score of a unit: " + joined(widthMetrics()) + " (default WIFV)", "K");
    add("--structure", options.structure,
        "What competes with what: " + joined(widthStructures()) + " (default AL-AM)", "S");
    add("--statistics", options.statistics, "exact or reference (default: as the analysis says)", "S");
    add("--cost", options.cost,
        "Cost of a KV group in channels: exact, or reference, truncated (default: as --statistics)", "C");
    add("--remove-heads", options.removeHeads, "KV groups to remove over the whole network (UL-MM, AL-MM)",
        "N");
    add("--protect", options.protect, "Layers that keep their width, e.g. 0,5", "LAYERS");
    add("--min-keep-groups", options.minKeepGroups, "KV groups that every layer keeps (default 0)", "N");
    add("--min-keep-channels", options.minKeepChannels, "MLP channels that every layer keeps (default 0)",
        "N");
    add("--round-to", options.roundTo, "Kept channels of a layer are a multiple of this (default 1)", "N");
    app.add_flag("--no-bias", options.noBias, "Do not restore the mean of what is removed by an output bias")
        ->group(kWidth);
}

void addTargetOptions(CLI::App& app, PlanOptions& options) {
    app.add_option("--method", options.method, "How to narrow: " + joined(methodNames()) + " (default flap)")
        ->type_name("M")
        ->group(kWidth);
    auto* ratio = app.add_option("--ratio", options.ratio,
                                 "Fraction to remove of the linear weights that the chop left, in [0, 1)")
                      ->type_name("R")
                      ->group(kWidth);
    auto* parameters = app.add_option("--target-parameters", options.targetParameters,
                                      "Parameters of the whole model to end with, e.g. 4.2M")
                           ->type_name("N")
                           ->group(kWidth)
                           ->excludes(ratio);
    app.add_option("--target-bytes", options.targetBytes, "Bytes of the whole model to end with, e.g. 8MB")
        ->type_name("N")
        ->group(kWidth)
        ->excludes(ratio)
        ->excludes(parameters);
}

ChopRequest chopRequest(const PlanOptions& options) {
    ChopRequest request;
    if (options.chop) request.layers = parseNumbers(*options.chop, "--chop");
    if (options.dropAttention) request.attention = parseNumbers(*options.dropAttention, "--drop-attention");
    if (options.dropMlp) request.mlp = parseNumbers(*options.dropMlp, "--drop-mlp");
    if (options.chopCount) request.count = atLeast(*options.chopCount, 0, "--chop-count");
    if (options.chopBy) {
        checkName(*options.chopBy, chopStrategies(), "--chop-by");
        request.strategy = *options.chopBy;
    }
    return request;
}

WidthRequest widthRequest(const PlanOptions& options) {
    WidthRequest request;
    if (options.method) request.method = *options.method;
    if (options.metric) request.metric = *options.metric;
    if (options.structure) request.structure = *options.structure;
    if (options.statistics) request.statistics = statisticsFromName(*options.statistics);
    if (options.cost) request.cost = costFromName(*options.cost);
    request.ratio = options.ratio.value_or(0.0);
    if (!(request.ratio >= 0.0 && request.ratio < 1.0)) {
        throw Error(ErrorCode::InvalidArgument, "--ratio: a ratio lies in [0, 1)",
                    "it is the fraction of the decoder's linear weights to remove, e.g. 0.2");
    }
    if (options.targetParameters)
        request.targetParameters = parseAmount(*options.targetParameters, "--target-parameters");
    if (options.targetBytes) request.targetBytes = parseAmount(*options.targetBytes, "--target-bytes");
    if (options.removeHeads) request.removeHeads = atLeast(*options.removeHeads, 0, "--remove-heads");
    if (options.protect) request.protect = parseNumbers(*options.protect, "--protect");
    request.minKeepGroups = atLeast(options.minKeepGroups, 0, "--min-keep-groups");
    request.minKeepChannels = atLeast(options.minKeepChannels, 0, "--min-keep-channels");
    request.roundTo = atLeast(options.roundTo, 1, "--round-to");
    request.bias = !options.noBias;
    checkName(request.method, methodNames(), "--method");
    checkName(request.metric, widthMetrics(), "--metric");
    checkName(request.structure, widthStructures(), "--structure");
    return request;
}

bool wishesAnything(const PlanOptions& options) {
    return wishesWidth(options) || options.chop || options.chopCount || options.dropAttention ||
           options.dropMlp;
}

PlanRequest planRequest(const PlanOptions& options) {
    std::optional<WidthRequest> width;
    const bool target = options.ratio || options.targetParameters || options.targetBytes;
    if (wishesWidth(options)) {
        if (!target) usageError("narrowing needs --ratio, --target-parameters or --target-bytes");
        width = widthRequest(options);
    } else if (!wishesAnything(options)) {
        usageError(
            "nothing to plan: give --step, --chop, --chop-count, --drop-attention, --drop-mlp or --ratio");
    }
    return requestOf(chopRequest(options), std::move(width));
}

}  // namespace secateur::cli
