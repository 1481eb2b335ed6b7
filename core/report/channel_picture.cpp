// SPDX-License-Identifier: GPL-3.0-or-later
//
// The channel map: the scores of the MLP channels of every layer, the best on the left, and what the plan
// removes of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/planning/planner.h"
#include "core/report/figures.h"
#include "core/report/html.h"

namespace secateur::report {

namespace {

constexpr int kColumns = 160;
constexpr double kCell = 4.0;
constexpr double kMapLeft = 60.0;
constexpr double kMapTop = 16.0;

// Viridis in steps, dark to bright.
constexpr std::array<const char*, 12> kViridis{"#440154", "#482173", "#433e85", "#38588c",
                                               "#2d708e", "#25858e", "#1e9b8a", "#2ab07f",
                                               "#52c569", "#86d549", "#c2df23", "#fde725"};

struct Row {
    int layer = 0;
    std::vector<float> scores;  // descending
    std::vector<bool> kept;     // in the same order; empty where the plan's masks are not of these channels
};

Row rowOf(const LayerScores& layer, const KeptUnits& kept) {
    Row row;
    row.layer = layer.layer;
    std::vector<std::size_t> order(layer.channelScore.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return layer.channelScore[i]; });
    for (const std::size_t i : order) row.scores.push_back(layer.channelScore[i]);
    const auto at = static_cast<std::size_t>(layer.layer);
    if (at >= kept.layer.size()) return row;
    const bool gone = !kept.layer[at] || kept.channels[at].empty();
    if (!gone && kept.channels[at].size() != order.size()) return row;
    for (const std::size_t i : order) row.kept.push_back(!gone && kept.channels[at][i] != 0);
    return row;
}

// Bounds of the colours: equal shares of all channels have each.
std::vector<float> boundsOf(const std::vector<Row>& rows) {
    std::vector<float> all;
    for (const Row& row : rows)
        std::ranges::copy_if(row.scores, std::back_inserter(all),
                             [](float score) { return std::isfinite(score); });
    std::ranges::sort(all);
    std::vector<float> bounds;
    for (std::size_t i = 1; i < kViridis.size() && !all.empty(); ++i)
        bounds.push_back(all[std::min(all.size() - 1, all.size() * i / kViridis.size())]);
    return bounds;
}

struct Pooled {
    double score = 0.0;
    double removed = 0.0;  // share
};

Pooled pooled(const Row& row, std::size_t first, std::size_t last) {
    Pooled cell;
    const auto count = static_cast<double>(last - first);
    for (std::size_t i = first; i < last; ++i) {
        cell.score += row.scores[i] / count;
        if (!row.kept.empty() && !row.kept[i]) cell.removed += 1.0 / count;
    }
    return cell;
}

std::string square(int column, std::size_t line, double height) {
    return "M" + exactly(kMapLeft + kCell * column) + " " +
           exactly(kMapTop + height * static_cast<double>(line)) + "h" + exactly(kCell) + "v" +
           exactly(height) + "h-" + exactly(kCell) + "z";
}

}  // namespace

std::string channelPicture(const ReportInput& input) {
    if (input.analysis == nullptr) return {};
    std::string metric = "WIFV", structure = "AL-AM";
    for (const PlanStep& step : input.plan.steps)
        if (const auto* width = std::get_if<WidthStep>(&step)) {
            if (!width->metric.empty() && holdsMetric(*input.analysis, width->metric, false))
                metric = width->metric;
            if (!width->structure.empty()) structure = width->structure;
        }
    ScoreTable table;
    try {
        table =
            widthScores(*input.analysis, input.model.config, metric, structure, input.analysis->statistics);
    } catch (const Error&) {
        return {};  // an analysis of weights alone has no such scores
    }
    const KeptUnits kept = keptUnits(input.model.config, input.plan);
    std::vector<Row> rows;
    std::size_t widest = 0;
    for (const LayerScores& layer : table.layers) {
        rows.push_back(rowOf(layer, kept));
        widest = std::max(widest, rows.back().scores.size());
    }
    if (widest == 0) return {};
    const std::vector<float> bounds = boundsOf(rows);
    const auto columns = static_cast<int>(std::min<std::size_t>(kColumns, widest));
    const double height = rows.size() > 40 ? 6.0 : 12.0;

    std::map<std::size_t, std::string> paths;  // by colour
    std::string veil, labels;
    HtmlTable numbers("channels-numbers", {"layer", "channels", "highest score", "lowest score", "removed"});
    for (std::size_t line = 0; line < rows.size(); ++line) {
        const Row& row = rows[line];
        const std::size_t count = row.scores.size();
        const auto cells = static_cast<int>(
            std::min(count, (static_cast<std::size_t>(columns) * count + widest - 1) / widest));
        for (int column = 0; column < cells; ++column) {
            const std::size_t first = count * static_cast<std::size_t>(column) / cells;
            const std::size_t last =
                std::max(first + 1, count * static_cast<std::size_t>(column + 1) / cells);
            const Pooled cell = pooled(row, first, last);
            const auto colour = static_cast<std::size_t>(
                std::ranges::upper_bound(bounds, static_cast<float>(cell.score)) - bounds.begin());
            paths[colour] += square(column, line, height);
            if (cell.removed >= 0.5) veil += square(column, line, height);
        }
        if (rows.size() <= 20 || line % (rows.size() > 40 ? 10 : 2) == 0)
            labels += "<text x=\"" + exactly(kMapLeft - 8.0) + "\" y=\"" +
                      exactly(kMapTop + height * (static_cast<double>(line) + 0.5) + 4.0) +
                      "\" font-size=\"12\" text-anchor=\"end\" fill=\"currentColor\">" +
                      std::to_string(row.layer) + "</text>\n";
        const auto removed = static_cast<double>(std::ranges::count(row.kept, false));
        const auto score = [](float value) {
            return number(static_cast<double>(value), formatScore(static_cast<double>(value)));
        };
        numbers.add({number(row.layer), number(static_cast<std::int64_t>(count)),
                     count > 0 ? score(row.scores.front()) : cell("-"),
                     count > 0 ? score(row.scores.back()) : cell("-"),
                     row.kept.empty() ? cell("-")
                                      : number(removed / static_cast<double>(count),
                                               formatPercent(removed / static_cast<double>(count)))});
    }
    const double width = kMapLeft + kCell * columns + 10.0;
    const double tall = kMapTop + height * static_cast<double>(rows.size()) + 10.0;
    std::string svg = "<svg width=\"" + exactly(width) + "\" height=\"" + exactly(tall) +
                      "\" viewBox=\"0 0 " + exactly(width) + " " + exactly(tall) +
                      "\" font-family=\"sans-serif\">\n";
    svg +=
        "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"var(--paper,#fff)\" "
        "fill-opacity=\".62\"/><rect width=\"2\" "
        "height=\"6\" fill=\"var(--ink,#222)\" fill-opacity=\".5\"/></pattern></defs>\n";
    for (const auto& [colour, path] : paths)
        svg += std::string("<path fill=\"") + kViridis[colour] + "\" d=\"" + path + "\"/>\n";
    if (!veil.empty()) svg += "<path fill=\"url(#hatch)\" d=\"" + veil + "\"/>\n";
    svg += labels + "</svg>\n";
    const std::string per =
        std::to_string((widest + static_cast<std::size_t>(columns) - 1) / static_cast<std::size_t>(columns));
    return figure(
        "channels", "Which MLP channels matter, and which go?", svg,
        "Rows are layers, channels are ranked by their score (" + metric + " as " + structure +
            " compares it), the best on the left; bright: high, dark: low, each colour for an equal "
            "share of all channels. Hatched: most of what is drawn there is removed. A cell stands "
            "for up to " +
            per + (per == "1" ? " channel." : " channels."),
        numbers);
}

}  // namespace secateur::report
