// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/take_back.h"

#include "app/cli/describe.h"
#include "app/cli/table.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

// "layer 3", "attention of 5", "step 2: quantize gptq bits=4"; steps count from 1, as --step does.
std::string inWords(const TakenBack& what, const Plan& plan) {
    switch (what.kind) {
        case TakenBack::Kind::Layer:
            return "layer " + std::to_string(what.layer);
        case TakenBack::Kind::Attention:
            return "attention of " + std::to_string(what.layer);
        case TakenBack::Kind::Mlp:
            return "MLP of " + std::to_string(what.layer);
        case TakenBack::Kind::Step:
            break;
    }
    Plan alone;
    alone.steps.push_back(plan.steps.at(static_cast<std::size_t>(what.step)));
    std::string words = describe(alone);
    words.pop_back();
    return "step " + std::to_string(what.step + 1) + ": " + words;
}

std::string withError(double value, const std::optional<double>& error) {
    return formatScore(value) + (error ? " ± " + formatScore(*error) : "");
}

Json rowJson(const TakeBackRow& row, const Plan& plan) {
    Json object{{"what", inWords(row.what, plan)},
                {"kind", name(row.what.kind)},
                {"step", row.what.step},
                {"layer", row.what.layer < 0 ? Json() : Json(row.what.layer)}};
    if (!row.problem.empty()) {
        object["problem"] = row.problem;
        return object;
    }
    object["perplexity"] = row.perplexity;
    object["standard_error"] = orNull(row.standardError);
    object["won_back"] = row.wonBack;
    object["won_back_error"] = orNull(row.wonBackError);
    object["parameters_returned"] = row.parametersReturned;
    object["bytes_returned"] = row.bytesReturned;
    object["won_back_per_million"] = orNull(row.wonPerMillion());
    object["won_back_per_million_error"] = orNull(row.wonPerMillionError());
    return object;
}

Json reportJson(const TakeBackReport& report, const Plan& plan) {
    Json rows = Json::array();
    for (const TakeBackRow& row : report.rows) rows.push_back(rowJson(row, plan));
    return {{"dense_perplexity", report.present.densePerplexity},
            {"plan_perplexity", report.present.planPerplexity},
            {"plan_standard_error", orNull(report.present.planStandardError)},
            {"healed", false},
            {"rows", rows},
            {"seconds", report.seconds},
            {"protocol", report.present.protocol},
            {"overlaps", overlapsJson(report.present.overlaps)},
            {"warnings", report.present.warnings}};
}

std::string tableOf(const TakeBackReport& report, const Plan& plan) {
    Table table({"taken back", "perplexity", "won back", "parameters back", "size back", "won per million"});
    for (const TakeBackRow& row : report.rows) {
        if (!row.problem.empty()) {
            table.add({inWords(row.what, plan), "-", row.problem});
            continue;
        }
        const auto rate = row.wonPerMillion();
        table.add(
            {inWords(row.what, plan), formatPerplexity(row.perplexity, row.standardError),
             withError(row.wonBack, row.wonBackError) + (row.withinError() ? " (within its error)" : ""),
             formatCount(row.parametersReturned), formatBytes(row.bytesReturned),
             rate ? withError(*rate, row.wonPerMillionError()) : "-"});
    }
    return table.text();
}

}  // namespace

void printTakeBack(Session& session, const PlanInputs& inputs, const TokenWindows& windows,
                   Console& console) {
    const TakeBackReport report =
        session.takeBack(inputs.plan, inputs.analysis.get(), windows, inputs.preview(), console.job());
    for (const std::string& warning : report.present.warnings) console.warn(warning);
    warnOf(report.present.overlaps, console);
    if (console.json()) return console.printJson(reportJson(report, inputs.plan));
    Facts facts;
    facts.add("dense perplexity",
              formatPerplexity(report.present.densePerplexity, report.present.denseStandardError));
    facts.add("planned perplexity, before healing",
              formatPerplexity(report.present.planPerplexity, report.present.planStandardError));
    facts.add("time", formatScore(report.seconds) + " s");
    facts.add("protocol", report.present.protocol);
    console.print(
        facts.text() + "\n" +
        (report.rows.empty() ? "the plan has nothing to take back\n" : tableOf(report, inputs.plan)));
}

}  // namespace secateur::cli
