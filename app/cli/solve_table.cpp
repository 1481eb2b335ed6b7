// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/solve_table.h"

#include <cmath>

#include "app/cli/describe.h"
#include "app/cli/table.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

std::string loadsText(bool stock) {
    return stock ? "transformers" : "trust_remote_code";
}

std::string rateCell(const std::optional<double>& rate) {
    return rate ? formatRate(*rate, "tokens") : "-";
}

// What rounding widths costs: "12.3 k parameters, 0.014 ± 0.003 of perplexity".
std::string snapCell(const SolveRow& row) {
    if (!row.snapPerplexity && row.snapParameters == 0) return "-";
    std::string text = formatCount(std::abs(row.snapParameters)) +
                       (row.snapParameters < 0 ? " parameters kept" : " parameters");
    if (row.snapPerplexity)
        text += ", " + formatScore(*row.snapPerplexity) +
                (row.snapPerplexityError ? " ± " + formatScore(*row.snapPerplexityError) : "") +
                " of perplexity";
    return text;
}

std::string memoryHead(const MemoryLimit& at) {
    return "memory at " + std::to_string(at.context) + (at.batch > 1 ? " x " + std::to_string(at.batch) : "");
}

Json figuresJson(const Reached& reached, std::int64_t memoryBytes) {
    return {{"parameters", reached.parameters},
            {"bytes", reached.bytes},
            {"memory_bytes", memoryBytes},
            {"predicted_tokens_per_second", orNull(reached.rate)}};
}

Json rowJson(const SolveRow& row, int rank) {
    Json object{{"rank", rank}, {"family", row.family}, {"steps", row.steps}};
    if (!row.problem.empty()) {
        object["problem"] = row.problem;
        return object;
    }
    object.update(figuresJson(row.reached, row.memoryBytes));
    object["perplexity"] = row.measured.planPerplexity;
    object["standard_error"] = orNull(row.measured.planStandardError);
    object["behind"] = row.behind;
    object["behind_standard_error"] = orNull(row.behindError);
    object["tied"] = row.tied();
    object["stock"] = row.stock;
    object["snap_parameters"] = row.snapParameters;
    object["snap_perplexity"] = orNull(row.snapPerplexity);
    object["snap_perplexity_standard_error"] = orNull(row.snapPerplexityError);
    return object;
}

std::string rowsTable(const SolveReport& report) {
    Table table({"rank", "perplexity", "parameters", "weights", memoryHead(report.memoryAt), "writes about",
                 "loads in", "alignment costs", "family", "steps"});
    table.leftAligned({0, 6, 7, 8, 9});
    int rank = 0;
    for (const SolveRow& row : report.rows) {
        ++rank;
        if (!row.problem.empty()) {
            table.add({"-", "-", "-", "-", "-", "-", "-", "-", row.family, row.steps + ": " + row.problem});
            continue;
        }
        table.add({std::to_string(rank) + (rank > 1 && row.tied() ? " =" : ""),
                   formatPerplexity(row.measured.planPerplexity, row.measured.planStandardError),
                   formatCount(row.reached.parameters), formatBytes(row.reached.bytes),
                   formatBytes(row.memoryBytes), rateCell(row.reached.rate), loadsText(row.stock),
                   snapCell(row), row.family, row.steps});
    }
    table.add({"dense", formatPerplexity(report.densePerplexity, report.denseStandardError),
               formatCount(report.dense.parameters), formatBytes(report.dense.bytes),
               formatBytes(report.denseMemoryBytes), rateCell(report.dense.rate), "", "", "", ""});
    return table.text();
}

}  // namespace

Json solveJson(const SolveReport& report, const std::string& model) {
    Json plans = Json::array(), unreached = Json::array();
    for (const SolveRow& row : report.rows) plans.push_back(rowJson(row, static_cast<int>(plans.size()) + 1));
    for (const SolveUnreached& one : report.unreached)
        unreached.push_back({{"family", one.family}, {"steps", one.steps}, {"reached", one.reached}});
    Json dense = figuresJson(report.dense, report.denseMemoryBytes);
    dense["perplexity"] = report.densePerplexity;
    dense["standard_error"] = orNull(report.denseStandardError);
    return {{"model", model},
            {"target", report.target},
            {"align", report.align},
            {"memory_at", {{"context", report.memoryAt.context}, {"batch", report.memoryAt.batch}}},
            {"dense", dense},
            {"healed", false},
            {"plans", plans},
            {"unreached", unreached},
            {"proposed", report.proposed},
            {"partial", report.partial},
            {"protocol", report.protocol},
            {"overlaps", overlapsJson(report.overlaps)},
            {"seconds", report.seconds},
            {"warnings", report.warnings}};
}

std::string describe(const SolveReport& report) {
    Facts facts;
    facts.add("target", report.target);
    facts.add("alignment",
              report.align > 1 ? "kept channels are multiples of " + std::to_string(report.align) : "none");
    facts.add("time", formatScore(report.seconds) + " s");
    facts.add("protocol", report.protocol + ", before healing");
    std::string text = facts.text() + "\n" + rowsTable(report);
    bool ties = false;
    for (std::size_t i = 1; i < report.rows.size(); ++i) ties = ties || report.rows[i].tied();
    if (ties) text += "=: within the standard error of the difference from the first\n";
    for (const SolveUnreached& one : report.unreached)
        text +=
            one.family + " does not reach it: the nearest, \"" + one.steps + "\", has " + one.reached + "\n";
    return text;
}

}  // namespace secateur::cli
