// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_table.h"

#include <algorithm>

#include "app/cli/table.h"
#include "core/base/units.h"
#include "core/planning/bench_rows.h"
#include "core/planning/roofline.h"

namespace secateur::cli {

namespace {

std::string ratesTable(const BenchReport& report) {
    Table table = report.planned ? Table({"", "dense", "planned", "change"}) : Table({"", "dense"});
    for (const BenchRow& row : benchRows(report)) {
        std::vector<std::string> cells{row.what, row.dense};
        if (report.planned) cells.insert(cells.end(), {row.planned, row.change});
        table.add(std::move(cells));
    }
    return table.text();
}

void addLoad(std::vector<std::string>& row, const LoadTime& time) {
    row.push_back(formatBytes(time.bytes));
    row.push_back(formatCount(time.flops));
    row.push_back(inMilliseconds(time.least()));
    row.emplace_back(time.boundBy());
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
    const BatchTimes* measured = report.dense.at(rows);
    const BatchTimes* left = report.planned ? report.planned->at(rows) : nullptr;
    std::string took = measured != nullptr ? " (measured: " + inMilliseconds(measured->step.median) : "";
    if (measured != nullptr && left != nullptr) took += ", planned " + inMilliseconds(left->step.median);
    if (measured != nullptr) took += ")";
    return "\n" + passInWords(report, rows) + took + "\n" + table.text();
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
                              {"bound_by", time.boundBy()}});
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
    facts.add("protocol", protocolOf(report));
    facts.add("machine", inWords(report.machine));
    if (!report.dense.resident)
        facts.add("memory", "the network is read layer by layer in every step: it does not fit");
    std::string text = facts.text() + "\n" + ratesTable(report);
    for (const int rows : passRows(report)) text += loadsTable(report, rows);
    if (!report.remarks.empty()) text += "\n";
    for (const std::string& remark : report.remarks) text += remark + "\n";
    return text;
}

}  // namespace secateur::cli
