// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods.h"
#include "core/planning/methods/width_options.h"

namespace secateur {

Method structuredObsMethod() {
    MethodInfo info;
    info.name = "obs";
    info.label = "Structured OBS";
    info.summary =
        "Removes, round after round, the KV groups and MLP channels whose loss the other weights can best "
        "make "
        "up for, the same number in every layer, and fits what is left anew.";
    info.citation =
        "Hassibi, Stork, Wolff: Optimal Brain Surgeon, ICNN 1993; on groups: Ling, Wang, Liu: SlimGPT, "
        "NeurIPS "
        "2024, arXiv 2412.18110; rounds as in Li et al.: Tyr-the-Pruner, NeurIPS 2025, arXiv 2503.09657";
    info.formula =
        "H = Cov(X) + damping mean(diag) I over the inputs of o_proj and down_proj; loss_g = tr W_g' "
        "[(H^-1)_gg]^-1 W_g / 2; after each round W -= (H^-1)_:S [(H^-1)_SS]^-1 W_S and H^-1 is reduced "
        "likewise; UL-UM; the readers are then fitted to the dense outputs by least squares.";
    info.kind = "width";
    info.needs = Needs::Text;
    info.options = widthOptions();
    info.options.push_back({.key = "rounds",
                            .label = "Rounds",
                            .help = "In how many rounds the MLP channels of a layer go; KV groups go in one.",
                            .usual = std::int64_t{16},
                            .least = 1.0,
                            .most = 65536.0,
                            .place = OptionSpec::Place::More});
    info.options.push_back({.key = "damping",
                            .label = "Damping",
                            .help = "Added to the diagonal of the covariance, as a share of its mean.",
                            .usual = 0.01,
                            .least = 0.0,
                            .most = 1.0,
                            .place = OptionSpec::Place::More});
    info.options.push_back(
        {.key = "order",
         .label = "Order",
         .help = "What goes first: the least loss, or the least loss and signal, as the code of "
                 "Tyr-the-Pruner has it.",
         .usual = std::string("loss"),
         .choices = {"loss", "tyr"},
         .place = OptionSpec::Place::More});
    info.options.push_back(compensateOption("refit"));
    Method method{info};
    method.surgical = true;
    return method;
}

}  // namespace secateur
