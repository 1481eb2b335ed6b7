// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures that are charts.
#include "core/report/figures.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/units.h"
#include "core/planning/planner.h"
#include "core/report/chart.h"
#include "core/report/html.h"

namespace secateur::report {

namespace {

// The page has the title already: the drawing begins where the axes do.
std::string drawn(const Chart& chart) {
    constexpr double kTitleRoom = 52.0;
    Drawing drawing = draw(chart);
    drawing.height -= static_cast<int>(kTitleRoom);
    std::erase_if(drawing.marks, [](const Mark& mark) {
        const auto* label = std::get_if<Label>(&mark);
        return label != nullptr && label->text.empty();
    });
    for (Mark& mark : drawing.marks) {
        if (auto* line = std::get_if<Polyline>(&mark))
            for (Point& point : line->points) point.y -= kTitleRoom;
        if (auto* disc = std::get_if<Disc>(&mark)) disc->centre.y -= kTitleRoom;
        if (auto* label = std::get_if<Label>(&mark)) label->at.y -= kTitleRoom;
    }
    return toSvg(drawing, SvgUse::Page);
}

struct ProfileOf {
    const char* id;
    const char* title;
    const char* unit;
    const char* caption;
};

// Beyond this nothing of the other layers would be seen: a first layer often costs a thousand times as much.
// Where all values are positive the axis is logarithmic and shows them.
double farAbove(std::vector<double> values) {
    constexpr double kTimes = 10.0;
    std::ranges::sort(values);
    if (values.front() > 0.0) return values.back();
    const double usual = values[(values.size() - 1) * 3 / 4];
    return usual > 0.0 ? kTimes * usual : values.back();
}

// `scale` turns a value into what is shown.
template <class Scale>
std::string profile(const LayerMetric& metric, const ProfileOf& words, const std::optional<Level>& level,
                    const Scale& scale) {
    HtmlTable numbers(std::string(words.id) + "-numbers", {"layer", words.unit});
    std::vector<double> values;
    for (std::size_t i = 0; i < metric.layers.size() && i < metric.values.size(); ++i) {
        values.push_back(scale(static_cast<double>(metric.values[i])));
        numbers.add({number(metric.layers[i]), number(values.back(), formatScore(values.back()))});
    }
    if (values.empty()) return {};
    Chart chart{"", "", "layer of the original", words.unit, {}, level, true};
    Curve curve{"", {}};
    std::string caption = words.caption;
    const double most = farAbove(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] > most)
            caption += " Layer " + std::to_string(metric.layers[i]) + " lies far above the drawing, at " +
                       formatScore(values[i]) + ".";
        else
            curve.points.push_back({static_cast<double>(metric.layers[i]), values[i]});
    }
    chart.curves.push_back(std::move(curve));
    return figure(words.id, words.title, drawn(chart), caption, numbers);
}

// One protocol for all of them, or that there are several.
std::string protocolOf(const std::vector<PreviewedPlan>& plans) {
    for (const PreviewedPlan& plan : plans)
        if (plan.protocol != plans.front().protocol)
            return "The plans were measured under different protocols: points of different ones cannot be "
                   "compared.";
    return plans.front().protocol.empty() ? std::string() : "Measured: " + plans.front().protocol + ".";
}

}  // namespace

std::string importanceProfile(const ReportInput& input) {
    if (input.analysis == nullptr) return {};
    const auto metric = findLayerMetric(*input.analysis, "block-influence");
    if (!metric) return {};
    return profile(*metric,
                   {"importance", "How much does each layer change what passes through it?",
                    "block influence, 1 - cosine",
                    "Block influence: one minus the mean cosine between the residual stream before and after "
                    "the layer. Layers with little of it are those to chop first."},
                   std::nullopt, [](double value) { return value; });
}

std::string leaveOneOutProfile(const ReportInput& input) {
    if (input.analysis == nullptr || !input.analysis->leaveOneOut) return {};
    const auto metric = findLayerMetric(*input.analysis, "leave-one-out");
    if (!metric) return {};
    const LeaveOneOut& measured = *input.analysis->leaveOneOut;
    const std::string caption = "Change of the perplexity when the layer alone is left out, against " +
                                formatPerplexity(measured.densePerplexity) +
                                " of the whole network on the same windows.";
    return profile(*metric,
                   {"leave-one-out", "What does each layer cost when it is left out?",
                    "change of perplexity, %", caption.c_str()},
                   Level{"", 0.0}, [&](double value) { return 100.0 * measured.change(value); });
}

std::string tradeOff(const ReportInput& input) {
    if (input.previews.size() < 2) return {};
    Chart chart{"", "", "parameters [M]", "perplexity", {}};
    chart.legendBeside = true;
    Curve points{"previewed plans", {}, false};
    HtmlTable numbers("trade-off-numbers", {"plan", "parameters", "removed", "perplexity"});
    for (const PreviewedPlan& plan : input.previews) {
        points.points.push_back({static_cast<double>(plan.parameters) / 1e6, plan.perplexity});
        numbers.add({cell(plan.plan), number(plan.parameters, formatCount(plan.parameters)),
                     number(plan.removedFraction, formatPercent(plan.removedFraction)),
                     number(plan.perplexity, formatPerplexity(plan.perplexity))});
    }
    chart.curves.push_back(std::move(points));
    if (input.preview) {
        chart.level = Level{"dense", input.preview->densePerplexity};
        const Accounting& sizes = input.preview->accounting;
        chart.curves.push_back(
            {"this plan",
             {{static_cast<double>(sizes.parametersAfter) / 1e6, input.preview->planPerplexity}},
             false});
    }
    return figure("trade-off", "Which plan gives the lowest perplexity for its size?", drawn(chart),
                  "Plans that were previewed, before healing. " + protocolOf(input.previews), numbers);
}

std::string chopCurves(const ReportInput& input) {
    if (input.lab == nullptr || input.lab->rows.empty()) return {};
    const ChopSweepReport& lab = *input.lab;
    Chart chart{"", "", "layers removed", "perplexity", {}, Level{"dense", lab.densePerplexity}, true};
    chart.legendBeside = true;
    std::map<std::string, std::size_t> places;
    HtmlTable numbers("chop-numbers", {"strategy", "layers removed", "parameters", "perplexity"});
    for (const ChopSweepRow& row : lab.rows) {
        const auto [place, isNew] = places.try_emplace(row.strategy, chart.curves.size());
        if (isNew) chart.curves.push_back({row.strategy, {}});
        chart.curves[place->second].points.push_back({static_cast<double>(row.count), row.perplexity});
        numbers.add({cell(row.strategy), number(row.count),
                     number(row.accounting.parametersAfter, formatCount(row.accounting.parametersAfter)),
                     number(row.perplexity, formatPerplexity(row.perplexity))});
    }
    for (Curve& curve : chart.curves) std::ranges::sort(curve.points, {}, &Point::x);
    return figure("chops", "Which way of choosing layers hurts least?", drawn(chart),
                  "Before healing. Measured: " + lab.protocol + ".", numbers);
}

std::string healingCurves(const ReportInput& input) {
    if (input.runs.empty()) return {};
    Chart chart{"", "", "step", "perplexity", {}, std::nullopt, true};
    chart.legendBeside = true;
    HtmlTable numbers("healing-numbers", {"run", "method", "state", "steps", "tokens", "before", "after",
                                          "uncompressed", "measured on"});
    for (const RunRecord& run : input.runs) {
        Curve curve{run.name, {}};
        if (run.evalBefore) curve.points.push_back({0.0, *run.evalBefore});
        for (const HealPoint& point : run.points)
            if (point.evalPerplexity)
                curve.points.push_back({static_cast<double>(point.step), *point.evalPerplexity});
        if (!curve.points.empty()) chart.curves.push_back(std::move(curve));
        if (run.densePerplexity && !chart.level) chart.level = Level{"uncompressed", *run.densePerplexity};
        const auto perplexity = [](const std::optional<double>& value, const std::optional<double>& error) {
            return value ? number(*value, formatPerplexity(*value, error)) : cell("-");
        };
        numbers.add({cell(run.name), cell(name(run.request.options.method)), cell(name(run.state)),
                     number(run.steps), number(run.tokens, formatCount(run.tokens)),
                     perplexity(run.evalBefore, run.standardErrorBefore),
                     perplexity(run.evalPerplexity, run.standardError),
                     perplexity(run.densePerplexity, run.denseStandardError), cell(run.protocol)});
    }
    const char* title = "How far did healing bring it back?";
    const std::string caption =
        "Perplexity of held-out windows. After: of the checkpoint that is the result, the best one where the "
        "run kept it.";
    if (chart.curves.empty())
        return "<div id=\"healing\">\n<h3>" + escaped(title) + "</h3>\n" + numbers.html() +
               paragraph("No run has held-out text, so that there is no curve.", "note") + "</div>\n";
    return figure("healing", title, drawn(chart), caption, numbers);
}

}  // namespace secateur::report
