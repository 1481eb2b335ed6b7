// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "core/planning/planner.h"

namespace secateur {

namespace {

const std::vector<Method>& registry() {
    static const std::vector<Method> kMethods{chopMethod(),     flapMethod(),      magnitudeSpMethod(),
                                              wandaSpMethod(),  minitronMethod(),  ppmMethod(),
                                              twoStageMethod(), llmPrunerMethod(), structuredObsMethod()};
    return kMethods;
}

}  // namespace

const std::vector<MethodInfo>& methods() {
    static const std::vector<MethodInfo> kInfos = [] {
        std::vector<MethodInfo> infos;
        for (const Method& method : registry()) infos.push_back(method.info);
        return infos;
    }();
    return kInfos;
}

bool plansOnNetwork(const WidthRequest& request) {
    const Method& method = methodNamed(request.method);
    if (request.empty() || method.info.needs != Needs::Text) return false;
    return !method.dropsAttention || request.attentionLayers != 0;
}

bool needsGradients(const WidthRequest& request) {
    return !request.empty() && methodNamed(request.method).info.needs == Needs::Gradients;
}

const Method& methodNamed(const std::string& name) {
    const auto found = std::find_if(registry().begin(), registry().end(),
                                    [&](const Method& method) { return method.info.name == name; });
    if (found != registry().end()) return *found;
    std::string known;
    for (const Method& method : registry()) known += (known.empty() ? "" : ", ") + method.info.name;
    throw Error(ErrorCode::InvalidArgument, "unknown method '" + name + "'", "known are " + known);
}

}  // namespace secateur
