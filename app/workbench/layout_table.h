// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the docks come in every named layout, as data: which stand beside, below or behind which, how large,
// and which are in front.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace secateur {

// Where a dock goes, in words of one that is placed already.
struct DockPlace {
    enum class How { First, RightOf, Below, BehindTab, AtBottom };
    const char* dock;
    How how;
    const char* of = nullptr;  // of First and AtBottom: none
    bool onDemand = false;     // it has its place, and is not open at first
    // Of Below: in a window of fewer lines of text it is a tab behind that one, for neither had room.
    int leastLines = 0;
};

struct LayoutShape {
    const char* name;                 // "Explore": states are saved by it, and menus show it translated
    std::vector<DockPlace> places;    // docks that are not named are opened on demand
    std::vector<const char*> fronts;  // of docks that share a place, the last of them is seen
    using Shares = std::vector<std::pair<const char*, int>>;  // in per cent of the window
    Shares wide;
    std::vector<Shares> high;  // of every column that has several
    const char* others;        // the dock that unnamed ones are tabs beside
    int lowLines;              // height of the dock at the bottom, in lines of text
};

// In the order of the View menu. The first is that of the first start.
[[nodiscard]] const std::vector<LayoutShape>& layoutShapes();
[[nodiscard]] const LayoutShape* findLayout(const std::string& name);

}  // namespace secateur
