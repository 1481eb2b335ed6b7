// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/methods/width_options.h"

namespace secateur {

namespace {

using Place = OptionSpec::Place;
constexpr std::int64_t kUnset = 0;

}  // namespace

std::vector<OptionSpec> widthOptions() {
    return {
        {.key = "ratio",
         .label = "Ratio",
         .help = "Fraction of the linear weights that earlier steps left to remove; 0 changes nothing.",
         .usual = 0.0,
         .least = 0.0,
         .most = 1.0,
         .openAbove = true},
        {.key = "target-parameters",
         .label = "Target parameters",
         .help = "Parameters of the whole model to end at, instead of a ratio.",
         .unit = "parameters",
         .usual = kUnset,
         .least = 0.0,
         .most = 1e15,
         .place = Place::More},
        {.key = "target-bytes",
         .label = "Target bytes",
         .help = "Bytes of the whole model to end at, instead of a ratio.",
         .unit = "bytes",
         .usual = kUnset,
         .least = 0.0,
         .most = 1e16,
         .place = Place::More},
        {.key = "protect",
         .label = "Protected layers",
         .help = "Layers that keep their width; the others give up more.",
         .unit = "layers",
         .usual = std::vector<int>()},
        {.key = "min-keep-groups",
         .label = "Least KV groups",
         .help = "KV groups that every layer keeps at least.",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 65536.0,
         .place = Place::More},
        {.key = "min-keep-channels",
         .label = "Least channels",
         .help = "MLP channels that every layer keeps at least.",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 1048576.0,
         .place = Place::More},
        {.key = "round-to",
         .label = "Round channels to",
         .help = "A narrowed layer keeps a multiple of this many channels.",
         .usual = std::int64_t{1},
         .least = 1.0,
         .most = 65536.0,
         .place = Place::More},
    };
}

OptionSpec compensateOption(const char* usual) {
    return {
        .key = "compensate",
        .label = "Compensation",
        .help =
            "What makes up for what is removed: nothing, the mean of it as an output bias, or new weights of "
            "the linear that read it (affine least squares).",
        .usual = std::string(usual),
        .choices = {"none", "bias", "refit"}};
}

}  // namespace secateur
