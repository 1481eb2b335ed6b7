// SPDX-License-Identifier: GPL-3.0-or-later
//
// The comparison of chop strategies as CSV, JSON and plots.
#include "app/cli/sweep_parts.h"
#include "app/cli/sweep_table.h"
#include "core/planning/planner.h"

namespace secateur::cli {

namespace {

// "3 4 7": a list within a field.
std::string listed(const std::vector<int>& layers) {
    std::string text;
    for (const int layer : layers) text += (text.empty() ? "" : " ") + std::to_string(layer);
    return text;
}

std::string csvRow(const std::string& strategy, int count, int kept, const ChopStep& chop,
                   const Accounting& after, double perplexity) {
    return strategy + "," + std::to_string(count) + "," + std::to_string(kept) + "," + listed(chop.layers) +
           "," + listed(chop.attention) + "," + listed(chop.mlp) + "," + csvCosts(after, perplexity);
}

Json rowJson(const ChopSweepReport& report, const ChopSweepRow& row) {
    Json values{{"strategy", row.strategy},
                {"count", row.count},
                {"layers_kept", report.layers - row.count},
                {"layers", row.chop.layers},
                {"attention", row.chop.attention},
                {"mlp", row.chop.mlp}};
    addCosts(values, row.accounting, row.perplexity);
    values["perplexity_change"] = report.change(row);
    if (row.changeStandardError) values["perplexity_change_standard_error"] = *row.changeStandardError;
    return values;
}

std::string suggestedFor(const ChopSweepReport& report, ChopPurpose purpose) {
    return suggestedChop(purpose, report.dense.parametersAfter);
}

Chart chartOf(const ChopTable& table) {
    Chart chart{table.model + ": perplexity against layers kept",
                table.report.protocol,
                "layers kept",
                kPerplexityAxis,
                {},
                Level{"dense", table.report.densePerplexity},
                true};
    for (const ChopSweepRow& row : table.report.rows) {
        addPoint(chart, row.strategy, {static_cast<double>(table.report.layers - row.count), row.perplexity});
    }
    return chart;
}

}  // namespace

std::string chopCsvHeader() {
    return "strategy,count,layers_kept,layers,attention,mlp,parameters,bytes,macs_per_token,"
           "kv_cache_bytes_per_token,removed_fraction,perplexity\n";
}

std::string chopCsvDenseRow(const ChopSweepReport& report) {
    return csvRow("dense", 0, report.layers, {}, report.dense, report.densePerplexity);
}

std::string chopCsvRow(const ChopSweepReport& report, const ChopSweepRow& row) {
    return csvRow(row.strategy, row.count, report.layers - row.count, row.chop, row.accounting,
                  row.perplexity);
}

Json toJson(const ChopTable& table) {
    const ChopSweepReport& report = table.report;
    Json points = Json::array();
    for (const ChopSweepRow& row : report.rows) points.push_back(rowJson(report, row));
    return {{"model", table.model},
            {"protocol", report.protocol},
            {"layers", report.layers},
            {"dense_perplexity", report.densePerplexity},
            {"healed", false},
            {"suggested",
             {{"to_be_healed", suggestedFor(report, ChopPurpose::Healed)},
              {"as_it_is", suggestedFor(report, ChopPurpose::AsItIs)}}},
            {"points", points},
            {"decoder_passes", report.decoderPasses},
            {"decoder_passes_unshared", report.decoderPassesUnshared},
            {"seconds", report.seconds},
            {"warnings", report.warnings}};
}

std::string suggestionText(const ChopSweepReport& report) {
    return "perplexities are before healing: where the chopped network is healed, " +
           suggestedFor(report, ChopPurpose::Healed) + " is suggested, where it stays as it is " +
           suggestedFor(report, ChopPurpose::AsItIs);
}

std::string render(const ChopTable& table, SweepFormat format) {
    std::string text = chopCsvHeader() + chopCsvDenseRow(table.report);
    for (const ChopSweepRow& row : table.report.rows) text += chopCsvRow(table.report, row);
    return rendered(format, text, toJson(table), chartOf(table));
}

}  // namespace secateur::cli
