// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_table.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "app/cli/table.h"
#include "core/base/units.h"
#include "core/planning/roofline.h"

namespace secateur::cli {

namespace {

using ValueText = std::function<std::string(double)>;

std::string rateText(double perSecond) {
    return formatRate(perSecond, "tokens");
}

std::string inMilliseconds(double seconds) {
    return formatScore(1e3 * seconds) + " ms";
}

// "31.2 tokens/s (30.9 to 31.4)"
std::string quartilesText(const Quartiles& quartiles, const ValueText& format) {
    const auto number = [](const std::string& text) { return text.substr(0, text.rfind(' ')); };
    return format(quartiles.median) + " (" + number(format(quartiles.lower)) + " to " +
           number(format(quartiles.upper)) + ")";
}

// Of the medians; where the middle halves overlap that says little.
std::string changeText(const Quartiles& dense, const Quartiles& planned) {
    if (!(dense.median > 0.0)) return "-";
    const bool apart = planned.lower > dense.upper || planned.upper < dense.lower;
    return formatChange(planned.median / dense.median - 1.0) + (apart ? "" : ", within the spread");
}

void addQuartiles(Table& table, const std::string& what, const Quartiles& dense, const Quartiles* planned,
                  const ValueText& format) {
    std::vector<std::string> row{what, quartilesText(dense, format)};
    if (planned != nullptr) {
        row.push_back(quartilesText(*planned, format));
        row.push_back(changeText(dense, *planned));
    }
    table.add(std::move(row));
}

void addBytes(Table& table, const std::string& what, std::int64_t dense, const std::int64_t* planned) {
    std::vector<std::string> row{what, formatBytes(dense)};
    if (planned != nullptr) {
        row.push_back(formatBytes(*planned));
        row.push_back(
            dense > 0 ? formatChange(static_cast<double>(*planned) / static_cast<double>(dense) - 1.0) : "-");
    }
    table.add(std::move(row));
}

std::string ratesTable(const BenchReport& report) {
    Table table = report.planned ? Table({"", "dense", "planned", "change"}) : Table({"", "dense"});
    const NetworkSpeed* planned = report.planned ? &*report.planned : nullptr;
    for (const BatchTimes& dense : report.dense.batches) {
        const BatchTimes* other = planned != nullptr ? planned->at(dense.batch) : nullptr;
        const std::string at = ", batch " + std::to_string(dense.batch);
        const auto add = [&](const char* what, const ValueText& format, const auto& of) {
            const Quartiles after = other != nullptr ? of(*other) : Quartiles{};
            addQuartiles(table, what + at, of(dense), other != nullptr ? &after : nullptr, format);
        };
        add("prefill", rateText,
            [&](const BatchTimes& times) { return times.prefillRate(report.options.promptTokens); });
        add("first token", inMilliseconds, [](const BatchTimes& times) { return times.firstToken; });
        add("decode", rateText, [](const BatchTimes& times) { return times.decodeRate(); });
    }
    addBytes(table, "peak memory", report.dense.peakBytes,
             planned != nullptr ? &planned->peakBytes : nullptr);
    addBytes(table, "of it weights", report.dense.weightBytes,
             planned != nullptr ? &planned->weightBytes : nullptr);
    return table.text();
}

// Rows of the passes that were measured: a token of every sequence, and a prompt.
std::vector<int> passRows(const BenchReport& report) {
    std::vector<int> rows = report.options.batches;
    if (std::ranges::find(rows, report.options.promptTokens) == rows.end())
        rows.push_back(report.options.promptTokens);
    return rows;
}

const char* boundBy(const LoadTime& time) {
    return time.memoryBinds() ? "memory" : "arithmetic";
}

void addLoad(std::vector<std::string>& row, const LoadTime& time) {
    row.push_back(formatBytes(time.bytes));
    row.push_back(formatCount(time.flops));
    row.push_back(inMilliseconds(time.least()));
    row.emplace_back(boundBy(time));
}

const LinearLoad* loadOf(const std::vector<LinearLoad>& loads, const std::string& linear) {
    const auto found = std::ranges::find(loads, linear, &LinearLoad::linear);
    return found != loads.end() ? &*found : nullptr;
}

std::string loadsTable(const BenchReport& report, int rows) {
    std::vector<std::string> header{"linear", "bytes", "FLOPs", "at least", "bound by"};
    if (report.planned)
        for (const char* name : {"planned: bytes", "FLOPs", "at least", "bound by"})
            header.emplace_back(name);
    Table table(header);
    double dense = 0.0, planned = 0.0;
    for (const LinearLoad& load : report.denseLoads) {
        std::vector<std::string> row{load.linear};
        const LoadTime time = loadTime(load, rows, report.machine);
        dense += time.least();
        addLoad(row, time);
        const LinearLoad* left = report.planned ? loadOf(report.plannedLoads, load.linear) : nullptr;
        if (left != nullptr) {
            const LoadTime after = loadTime(*left, rows, report.machine);
            planned += after.least();
            addLoad(row, after);
        }
        table.add(std::move(row));
    }
    std::vector<std::string> sum{"all", "", "", inMilliseconds(dense), ""};
    if (report.planned) {
        sum.insert(sum.end(), {"", "", inMilliseconds(planned), ""});
    }
    table.add(std::move(sum));
    const bool prompt = std::ranges::find(report.options.batches, rows) == report.options.batches.end();
    const std::string title = prompt ? "Reading a prompt of " + std::to_string(rows) + " tokens"
                                     : "A step of decoding, batch " + std::to_string(rows);
    const BatchTimes* measured = report.dense.at(rows);
    const BatchTimes* left = report.planned ? report.planned->at(rows) : nullptr;
    std::string took = measured != nullptr ? " (measured: " + inMilliseconds(measured->step.median) : "";
    if (measured != nullptr && left != nullptr) took += ", planned " + inMilliseconds(left->step.median);
    if (measured != nullptr) took += ")";
    return "\n" + title + took + "\n" + table.text();
}

Json batchJson(const BatchTimes& times, int promptTokens) {
    Json layers = Json::array();
    for (const LayerTime& layer : times.layers)
        layers.push_back({{"seconds", layer.seconds}, {"linear_seconds", layer.linearSeconds}});
    return {{"batch", times.batch},
            {"prefill_tokens_per_second", quartilesJson(times.prefillRate(promptTokens))},
            {"first_token_seconds", quartilesJson(times.firstToken)},
            {"decode_tokens_per_second", quartilesJson(times.decodeRate())},
            {"step_seconds", quartilesJson(times.step)},
            {"layers", layers},
            {"rest_seconds", times.restSeconds}};
}

Json networkJson(const char* name, const NetworkSpeed& speed, const std::vector<LinearLoad>& loads,
                 const BenchReport& report) {
    Json batches = Json::array();
    for (const BatchTimes& times : speed.batches)
        batches.push_back(batchJson(times, report.options.promptTokens));
    Json linears = Json::array();
    for (const LinearLoad& load : loads) {
        Json passes = Json::array();
        for (const int rows : passRows(report)) {
            const LoadTime time = loadTime(load, rows, report.machine);
            passes.push_back({{"rows", rows},
                              {"bytes", time.bytes},
                              {"flops", time.flops},
                              {"seconds_by_memory", time.byMemory},
                              {"seconds_by_arithmetic", time.byArithmetic},
                              {"bound_by", boundBy(time)}});
        }
        linears.push_back({{"linear", load.linear},
                           {"weights", load.weights},
                           {"stored_bytes", load.storedBytes},
                           {"passes", passes}});
    }
    return {{"network", name},
            {"batches", batches},
            {"peak_bytes", speed.peakBytes},
            {"weight_bytes", speed.weightBytes},
            {"resident", speed.resident},
            {"linears", linears}};
}

}  // namespace

Json quartilesJson(const Quartiles& quartiles) {
    return {{"lower", quartiles.lower},
            {"median", quartiles.median},
            {"upper", quartiles.upper},
            {"values", quartiles.values}};
}

Json benchJson(const BenchReport& report) {
    Json networks = Json::array({networkJson("dense", report.dense, report.denseLoads, report)});
    if (report.planned)
        networks.push_back(networkJson("planned", *report.planned, report.plannedLoads, report));
    return {{"device", report.place.device},
            {"dtype", report.place.dtype},
            {"products", report.place.products},
            {"threads", report.place.threads},
            {"prompt_tokens", report.options.promptTokens},
            {"new_tokens", report.options.newTokens},
            {"repetitions", report.options.repetitions},
            {"machine",
             {{"bytes_per_second", report.machine.bytesPerSecond},
              {"flops_per_second", report.machine.flopsPerSecond}}},
            {"networks", networks},
            {"remarks", report.remarks},
            {"seconds", report.seconds}};
}

std::string describe(const BenchReport& report) {
    Facts facts;
    facts.add("measured on", inWords(report.place));
    facts.add("protocol", "prompts of " + std::to_string(report.options.promptTokens) + " tokens, " +
                              std::to_string(report.options.newTokens) + " new ones, " +
                              std::to_string(report.options.repetitions) +
                              " repetitions; in brackets the middle half of the values");
    facts.add("machine", formatBytes(std::llround(report.machine.bytesPerSecond)) + "/s copied, " +
                             formatCount(std::llround(report.machine.flopsPerSecond)) + "FLOP/s multiplied");
    if (!report.dense.resident)
        facts.add("memory", "the network is read layer by layer in every step: it does not fit");
    std::string text = facts.text() + "\n" + ratesTable(report);
    for (const int rows : passRows(report)) text += loadsTable(report, rows);
    if (!report.remarks.empty()) text += "\n";
    for (const std::string& remark : report.remarks) text += remark + "\n";
    return text;
}

}  // namespace secateur::cli
