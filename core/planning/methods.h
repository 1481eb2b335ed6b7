// SPDX-License-Identifier: GPL-3.0-or-later
//
// The registry behind methods(): one function per method, each in its own file of methods/, listed in
// methods.cpp. (An explicit list, because a linker drops self-registering objects of static libraries.)
#pragma once

#include <string>

#include "core/data/method_info.h"
#include "core/data/plan_request.h"

namespace secateur {

// How a width method scores units and decides; what it takes from the request and what it fixes.
struct WidthRule {
    std::string metric;
    std::string structure;
    bool bias = false;
    bool needsCalibration = true;  // false: the analysis is read for its weight norms only
};

struct Method {
    MethodInfo info;
    // Null for methods that are not planned from an analysis: chops, and methods that prune as they go.
    WidthRule (*widthRule)(const WidthRequest&) = nullptr;
};

[[nodiscard]] Method flapMethod();
[[nodiscard]] Method wandaSpMethod();
[[nodiscard]] Method magnitudeSpMethod();
[[nodiscard]] Method chopMethod();

// Throws InvalidArgument listing the known names.
[[nodiscard]] const Method& methodNamed(const std::string& name);

}  // namespace secateur
