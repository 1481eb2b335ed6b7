// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"
#include "core/planning/metric.h"

namespace secateur {

Method ppmMethod() {
    MethodInfo info;
    info.name = "ppm";
    info.label = "PPM";
    info.summary =
        "Removes the MLP channels whose gate and up weights reach least far, the same number in every layer; "
        "attention stays whole.";
    info.citation =
        "Martra: optiPfair, 2025, peak-to-peak magnitude of the neurons of a gated MLP (earlier called MAW), "
        "github.com/peremartra/optipfair";
    info.formula =
        "score_j = (max(w) + |min(w)|) of row j of gate_proj + the same of row j of up_proj; UL-UM over MLP "
        "channels alone, which give up the whole ratio; no bias.";
    info.kind = "width";
    info.needs = Needs::Weights;
    info.options = mlpWidthOptions();
    info.options.push_back(compensateOption("none"));
    return {info, [](const WidthRequest& request) {
                return WidthRule{kPeakMetric, "UL-UM", compensates(request), false};
            }};
}

}  // namespace secateur
