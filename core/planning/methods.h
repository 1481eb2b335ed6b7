// SPDX-License-Identifier: GPL-3.0-or-later
//
// The registry behind methods(): one function per method, each in its own file of methods/, listed in
// methods.cpp. (An explicit list, because a linker drops self-registering objects of static libraries.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/method_info.h"
#include "core/data/plan_request.h"

namespace secateur {

// How a width method scores units and decides; what it takes from the request and what it fixes.
struct WidthRule {
    std::string metric;
    std::string structure;
    bool bias = false;
    bool needsCalibration = true;  // false: the analysis is read for what it says of weights only
};

// How a method that prunes as it goes scores the input channels of o_proj and down_proj, on what the pruned
// layers below give; units are then taken uniformly (core/planning/uniform.h).
struct SequentialRule {
    std::string metric;  // as the plan records it
    std::string structure;
    std::vector<float> (*channelScores)(const ChannelStatistics& channels) = nullptr;
};

struct Method {
    MethodInfo info;
    // Null for methods that are not planned from an analysis: chops, and methods that prune as they go.
    WidthRule (*widthRule)(const WidthRequest&) = nullptr;
    std::optional<SequentialRule> sequential = std::nullopt;
    // 2SSP: after its width rule a search drops attention sublayers, unless the request asks for none.
    bool dropsAttention = false;
    // Structured OBS: units go by what the covariance of the readers' inputs says.
    bool surgical = false;
};

[[nodiscard]] Method flapMethod();
[[nodiscard]] Method wandaSpMethod();
[[nodiscard]] Method magnitudeSpMethod();
[[nodiscard]] Method minitronMethod();
[[nodiscard]] Method ppmMethod();
[[nodiscard]] Method twoStageMethod();
[[nodiscard]] Method llmPrunerMethod();
[[nodiscard]] Method structuredObsMethod();
[[nodiscard]] Method chopMethod();

// True where the method, with this request, looks at the network itself while it plans.
[[nodiscard]] bool plansOnNetwork(const WidthRequest& request);

// True where it looks at gradients, which an analysis need not hold.
[[nodiscard]] bool needsGradients(const WidthRequest& request);

// Throws InvalidArgument listing the known names.
[[nodiscard]] const Method& methodNamed(const std::string& name);

}  // namespace secateur
