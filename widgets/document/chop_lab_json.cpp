// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/chop_lab_json.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

#include "core/planning/planner.h"

namespace secateur {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostLayers = 1'000'000;

// A perplexity may overflow; JSON has no infinity.
Json finiteOrNull(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

double finiteOrInfinite(JsonObject& object, const char* key) {
    return object.numberOrNone(key).value_or(std::numeric_limits<double>::infinity());
}

int count(JsonObject& object, const char* key) {
    return static_cast<int>(object.integer(key, 0, 0, kMostLayers));
}

std::vector<std::string> texts(JsonObject& object, const char* key) {
    std::vector<std::string> found;
    const nlohmann::json* list = object.find(key);
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
        if (!(*list)[i].is_string()) object.fail(key, "holds something else than texts");
        found.push_back((*list)[i].get<std::string>());
    }
    return found;
}

void requireStrategy(const JsonObject& object, const char* key, const std::string& name) {
    const auto& table = chopStrategyTable();
    if (std::ranges::find(table, name, &ChopStrategy::name) == table.end())
        object.fail(key, "names an unknown strategy '" + name + "'");
}

Accounting accountingOf(const Plan& plan) {
    return plan.accounting.value_or(Accounting{});
}

ChopSweepRow rowOf(JsonObject object, const PlanOfNumber& planOf) {
    ChopSweepRow row;
    row.strategy = object.text("strategy");
    requireStrategy(object, "strategy", row.strategy);
    row.count = count(object, "count");
    const Plan& plan = planOf(object, "plan");
    const ChopStep* chop = plan.steps.size() == 1 ? std::get_if<ChopStep>(&plan.steps.front()) : nullptr;
    if (chop == nullptr) object.fail("plan", "is no plan of one chop");
    row.chop = *chop;
    row.accounting = accountingOf(plan);
    row.perplexity = finiteOrInfinite(object, "perplexity");
    row.changeStandardError = object.numberOrNone("change_standard_error");
    return row;
}

}  // namespace

Json toJson(const ChopLabResult& lab, const NumberOfPlan& numberOf) {
    const ChopSweepReport& report = *lab.report;
    Json rows = Json::array();
    for (const ChopSweepRow& row : report.rows) {
        Plan plan;
        plan.steps.emplace_back(row.chop);
        plan.accounting = row.accounting;
        Json one{{"strategy", row.strategy},
                 {"count", row.count},
                 {"plan", numberOf(plan)},
                 {"perplexity", finiteOrNull(row.perplexity)}};
        if (row.changeStandardError) one["change_standard_error"] = finiteOrNull(*row.changeStandardError);
        rows.push_back(std::move(one));
    }
    Plan dense;
    dense.accounting = report.dense;
    return Json{{"strategies", lab.strategies},
                {"layers", report.layers},
                {"networks", report.networks},
                {"dense_plan", numberOf(dense)},
                {"dense_perplexity", finiteOrNull(report.densePerplexity)},
                {"rows", rows},
                {"decoder_passes", report.decoderPasses},
                {"decoder_passes_unshared", report.decoderPassesUnshared},
                {"seconds", report.seconds},
                {"protocol", report.protocol},
                {"warnings", report.warnings},
                {"selected_count", lab.count},
                {"selected_strategy", lab.strategy}};
}

ChopLabResult chopLabOf(JsonObject object, const PlanOfNumber& planOf) {
    auto report = std::make_shared<ChopSweepReport>();
    report->layers = count(object, "layers");
    report->networks = count(object, "networks");
    report->dense = accountingOf(planOf(object, "dense_plan"));
    report->densePerplexity = finiteOrInfinite(object, "dense_perplexity");
    const nlohmann::json& rows = object.require("rows");
    for (std::size_t i = 0; i < rows.size(); ++i)
        report->rows.push_back(
            rowOf({rows[i], object.origin(), object.pathOf("rows[" + std::to_string(i) + "]")}, planOf));
    report->decoderPasses = object.number("decoder_passes", 0.0);
    report->decoderPassesUnshared = object.number("decoder_passes_unshared", 0.0);
    report->seconds = object.number("seconds", 0.0);
    report->protocol = object.text("protocol");
    report->warnings = texts(object, "warnings");
    ChopLabResult lab;
    lab.report = std::move(report);
    lab.strategies = texts(object, "strategies");
    for (const std::string& name : lab.strategies) requireStrategy(object, "strategies", name);
    lab.count = count(object, "selected_count");
    lab.strategy = object.text("selected_strategy");
    return lab;
}

}  // namespace secateur
