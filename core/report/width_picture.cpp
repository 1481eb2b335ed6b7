// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is left of every layer: a bar for its KV groups and one for its MLP channels.
#include "core/base/units.h"
#include "core/planning/planner.h"
#include "core/report/figures.h"
#include "core/report/html.h"

namespace secateur::report {

namespace {

constexpr const char* kKept = "var(--kept,#0072b2)";
constexpr const char* kGone = "var(--gone,#dcdcdc)";
constexpr int kBarsLeft = 60;
constexpr int kBar = 310;
constexpr int kGap = 30;
constexpr int kBarsTop = 44;

std::string rectangle(double x, double y, double width, double height, const char* paint) {
    return "<rect x=\"" + exactly(x) + "\" y=\"" + exactly(y) + "\" width=\"" + exactly(width) +
           "\" height=\"" + exactly(height) + "\" fill=\"" + paint + "\"/>\n";
}

std::string label(double x, double y, const std::string& text, const char* anchor) {
    return "<text x=\"" + exactly(x) + "\" y=\"" + exactly(y) + "\" font-size=\"12\" text-anchor=\"" +
           anchor + "\" fill=\"currentColor\">" + escaped(text) + "</text>\n";
}

struct Share {
    int kept = 0;
    int of = 0;
    [[nodiscard]] double fraction() const { return of > 0 ? static_cast<double>(kept) / of : 0.0; }
    [[nodiscard]] std::string text() const { return std::to_string(kept) + " of " + std::to_string(of); }
};

}  // namespace

std::string keptWidths(const ReportInput& input) {
    const NetworkConfig& opened = input.model.config;
    if (opened.layers.empty()) return {};
    const KeptUnits kept = keptUnits(opened, input.plan);
    const auto layers = static_cast<int>(opened.layers.size());
    const double step = layers > 40 ? 8.0 : 16.0;
    const int every = layers > 40 ? 10 : layers > 20 ? 2 : 1;
    const double height = kBarsTop + step * layers + 12.0;
    std::string svg = "<svg width=\"740\" height=\"" + exactly(height) + "\" viewBox=\"0 0 740 " +
                      exactly(height) + "\" font-family=\"sans-serif\">\n";
    const double second = kBarsLeft + kBar + kGap;
    svg += label(kBarsLeft, 18.0, "attention: KV groups kept", "start") +
           label(second, 18.0, "MLP: channels kept", "start") + label(kBarsLeft - 8.0, 36.0, "layer", "end");
    HtmlTable numbers("widths-numbers", {"layer", "KV groups kept", "of", "channels kept", "of", "linears"});
    for (int i = 0; i < layers; ++i) {
        const LayerConfig& layer = opened.layers[static_cast<std::size_t>(i)];
        const auto at = static_cast<std::size_t>(layer.originalLayer);
        const bool there = at < kept.layer.size() && kept.layer[at];
        const Share groups{there ? countKept(kept.kvGroups[at]) : 0, layer.kvHeads};
        const Share channels{there ? countKept(kept.channels[at]) : 0, layer.intermediateSize};
        const double y = kBarsTop + step * i;
        for (const auto& [x, share] :
             {std::pair{static_cast<double>(kBarsLeft), groups}, {second, channels}}) {
            svg += rectangle(x, y, kBar, step - 2.0, kGone);
            if (share.kept > 0) svg += rectangle(x, y, kBar * share.fraction(), step - 2.0, kKept);
        }
        if (i % every == 0)
            svg += label(kBarsLeft - 8.0, y + step / 2.0 + 3.0, std::to_string(layer.originalLayer), "end");
        numbers.add({number(layer.originalLayer), number(groups.kept), number(groups.of),
                     number(channels.kept), number(channels.of),
                     cell(there && at < kept.forms.size() && !kept.forms[at].empty() ? kept.forms[at]
                          : there                                                    ? "as they were"
                                                                                     : "chopped")});
    }
    return figure("widths", "What is left of each layer?", svg + "</svg>\n",
                  "Coloured: kept; grey: removed. A layer without colour is chopped.", numbers);
}

}  // namespace secateur::report
