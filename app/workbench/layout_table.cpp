// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/layout_table.h"

#include <QCoreApplication>
#include <algorithm>

namespace secateur {
namespace {

using How = DockPlace::How;

constexpr int kJobsLines = 10;
constexpr int kRunsLines = 13;
constexpr int kTwoPlots = 58;  // lines of text in a window that two plots over each other need

// Layers | maps in tabs | plan over preview.
LayoutShape explore() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Explore"),
        {{"layers", How::First},
         {"channels", How::RightOf, "layers"},
         {"plan", How::RightOf, "channels"},
         {"preview", How::Below, "plan"},
         {"model", How::BehindTab, "layers"},
         {"profile", How::BehindTab, "channels"},
         {"distribution", How::BehindTab, "channels"},
         {"similarity", How::BehindTab, "channels"},
         {"channel", How::BehindTab, "channels"},
         {"heal", How::BehindTab, "plan"},
         {"jobs", How::AtBottom, nullptr, true}},
        {"plan", "channels", "layers"},
        {{"layers", 39}, {"channels", 33}, {"plan", 28}},
        {{{"plan", 70}, {"preview", 30}}},
        "channels",
        kJobsLines,
    };
}

// Plan over preview | perplexity against size, chops, what to take back | layers over maps.
LayoutShape plan() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Plan"),
        {{"plan", How::First},
         {"tradeoff", How::RightOf, "plan"},
         {"layers", How::RightOf, "tradeoff"},
         {"preview", How::Below, "plan"},
         {"channels", How::Below, "layers"},
         {"chop-lab", How::BehindTab, "tradeoff"},
         {"take-back", How::BehindTab, "tradeoff"},
         {"model", How::BehindTab, "layers"},
         {"profile", How::BehindTab, "channels"},
         {"distribution", How::BehindTab, "channels"},
         {"similarity", How::BehindTab, "channels"},
         {"history", How::BehindTab, "plan"},
         {"jobs", How::AtBottom, nullptr, true}},
        {"plan", "tradeoff", "channels", "layers"},
        {{"plan", 29}, {"tradeoff", 41}, {"layers", 30}},
        {{{"layers", 45}, {"channels", 55}}, {{"plan", 70}, {"preview", 30}}},
        "tradeoff",
        kJobsLines,
    };
}

// What to heal, with the plan behind it | the curves large, over the runs.
LayoutShape heal() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Heal"),
        {{"heal", How::First},
         {"curves", How::RightOf, "heal"},
         {"runs", How::Below, "curves"},
         {"plan", How::BehindTab, "heal"},
         {"model", How::BehindTab, "heal"},
         {"tradeoff", How::BehindTab, "curves"},
         {"completions", How::BehindTab, "curves"},
         {"layers", How::BehindTab, "curves"},
         {"jobs", How::BehindTab, "runs", true}},
        {"heal", "curves", "runs"},
        {{"heal", 29}, {"curves", 71}},
        {},
        "curves",
        kRunsLines,
    };
}

// Every plan and run over scores and words | two of them side by side.
LayoutShape compare() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Compare"),
        {{"tradeoff", How::First},
         {"compare", How::RightOf, "tradeoff"},
         {"losses", How::Below, "tradeoff", false, kTwoPlots},
         {"completions", How::BehindTab, "losses"},
         {"scatter", How::BehindTab, "losses"},
         {"evaluate", How::BehindTab, "losses"},
         {"bench", How::BehindTab, "losses"},
         {"plan", How::BehindTab, "compare"},
         {"layers", How::BehindTab, "compare"},
         {"jobs", How::AtBottom, nullptr, true}},
        {"losses", "compare", "tradeoff"},
        {{"tradeoff", 50}, {"compare", 50}},
        {{{"tradeoff", 55}, {"losses", 45}}},
        "compare",
        kJobsLines,
    };
}

// What words mean | the map over one threshold | one unit from its values to the verdict.
LayoutShape teach() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Teach"),
        {{"guide", How::First},
         {"channels", How::RightOf, "guide"},
         {"channel", How::RightOf, "channels"},
         {"distribution", How::Below, "channels", false, kTwoPlots},
         {"layers", How::BehindTab, "guide"},
         {"plan", How::BehindTab, "channel"},
         {"losses", How::BehindTab, "channel"},
         {"completions", How::BehindTab, "channel"},
         {"similarity", How::BehindTab, "distribution"},
         {"jobs", How::AtBottom, nullptr, true}},
        {"guide", "distribution", "channel", "channels"},
        {{"guide", 30}, {"channels", 38}, {"channel", 32}},
        {{{"channels", 55}, {"distribution", 45}}},
        "channel",
        kJobsLines,
    };
}

}  // namespace

const std::vector<LayoutShape>& layoutShapes() {
    static const std::vector<LayoutShape> shapes{explore(), plan(), heal(), compare(), teach()};
    return shapes;
}

const LayoutShape* findLayout(const std::string& name) {
    const auto found = std::ranges::find(layoutShapes(), name, &LayoutShape::name);
    return found == layoutShapes().end() ? nullptr : &*found;
}

}  // namespace secateur
