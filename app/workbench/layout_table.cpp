// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/layout_table.h"

#include <QCoreApplication>
#include <algorithm>

namespace secateur {
namespace {

using How = DockPlace::How;

constexpr int kJobsLines = 10;
constexpr int kRunsLines = 13;

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
         {"tradeoff", How::BehindTab, "channels"},
         {"chop-lab", How::BehindTab, "channels"},
         {"heal", How::BehindTab, "plan"},
         {"jobs", How::AtBottom}},
        {"plan", "channels", "layers"},
        {"curves", "runs", "jobs"},
        {{"layers", 36}, {"channels", 36}, {"plan", 28}},
        {{"plan", 72}, {"preview", 28}},
        {},
        "channels",
        kJobsLines,
    };
}

// Plan over preview | the curve of perplexity large | layers over maps.
LayoutShape plan() {
    return {
        QT_TRANSLATE_NOOP("DockLayouts", "Plan"),
        {{"plan", How::First},
         {"tradeoff", How::RightOf, "plan"},
         {"layers", How::RightOf, "tradeoff"},
         {"preview", How::Below, "plan"},
         {"channels", How::Below, "layers"},
         {"chop-lab", How::BehindTab, "tradeoff"},
         {"model", How::BehindTab, "layers"},
         {"profile", How::BehindTab, "channels"},
         {"distribution", How::BehindTab, "channels"},
         {"similarity", How::BehindTab, "channels"},
         {"heal", How::BehindTab, "plan"},
         {"jobs", How::AtBottom}},
        {"plan", "tradeoff", "channels", "layers"},
        {"curves", "runs", "jobs"},
        {{"plan", 28}, {"tradeoff", 35}, {"layers", 37}},
        {{"plan", 72}, {"preview", 28}},
        {{"layers", 45}, {"channels", 55}},
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
         {"preview", How::BehindTab, "heal"},
         {"model", How::BehindTab, "heal"},
         {"layers", How::BehindTab, "curves"},
         {"channels", How::BehindTab, "curves"},
         {"jobs", How::BehindTab, "runs"}},
        {"heal", "curves", "runs"},
        {"jobs"},
        {{"heal", 28}, {"curves", 72}},
        {},
        {},
        "curves",
        kRunsLines,
    };
}

}  // namespace

const std::vector<LayoutShape>& layoutShapes() {
    static const std::vector<LayoutShape> shapes{explore(), plan(), heal()};
    return shapes;
}

const LayoutShape* findLayout(const std::string& name) {
    const auto found = std::ranges::find(layoutShapes(), name, &LayoutShape::name);
    return found == layoutShapes().end() ? nullptr : &*found;
}

}  // namespace secateur
