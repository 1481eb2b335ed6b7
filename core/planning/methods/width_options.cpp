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
         .help =
             "Share to remove of the linear weights (attention and MLP) that earlier steps left, not of the "
             "original; whole KV groups and channels go, so that what is achieved is near it.",
         .usual = 0.0,
         .least = 0.0,
         .most = 1.0,
         .openAbove = true,
         .share = true},
        {.key = "target-parameters",
         .label = "Target parameters",
         .help = "Parameters of the whole model to end at, instead of a ratio.",
         .unit = "parameters",
         .usual = kUnset,
         .usually = "by ratio",
         .least = 0.0,
         .most = 1e15,
         .place = Place::More,
         .excludes = {"ratio"}},
        {.key = "target-bytes",
         .label = "Target bytes",
         .help = "Bytes of all tensors to end at, instead of a ratio; headers of files come on top.",
         .unit = "bytes",
         .usual = kUnset,
         .usually = "by ratio",
         .least = 0.0,
         .most = 1e16,
         .place = Place::More,
         .excludes = {"ratio", "target-parameters"}},
        {.key = "protect",
         .label = "Protected layers",
         .help = "Layers that keep their width; the others give up more.",
         .unit = "layers",
         .usual = std::vector<int>(),
         .usually = "none",
         .least = 0.0,
         .most = kNoLimit,
         .place = Place::More},
        {.key = "min-keep-groups",
         .label = "Keep KV groups",
         .help = "KV groups that every layer keeps at least.",
         .unit = "KV groups",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 65536.0,
         .place = Place::More},
        {.key = "min-keep-channels",
         .label = "Keep channels",
         .help = "MLP channels that every layer keeps at least.",
         .unit = "channels",
         .usual = std::int64_t{0},
         .least = 0.0,
         .most = 1048576.0,
         .place = Place::More},
        {.key = "round-to",
         .label = "Round channels to",
         .help = "A narrowed layer keeps a multiple of this many channels; 128 or 256 suit fast kernels.",
         .unit = "channels",
         .usual = std::int64_t{1},
         .least = 1.0,
         .most = 65536.0,
         .place = Place::More},
    };
}

std::vector<OptionSpec> mlpWidthOptions() {
    std::vector<OptionSpec> options = widthOptions();
    std::erase_if(options, [](const OptionSpec& spec) { return spec.key == "min-keep-groups"; });
    return options;
}

bool compensates(const WidthRequest& request) {
    return request.bias && (request.compensate == "bias" || request.compensate == "refit");
}

OptionSpec compensateOption(const char* usual) {
    return {
        .key = "compensate",
        .label = "Compensation",
        .help =
            "What makes up for what is removed: nothing, the mean of it as an output bias, or new weights of "
            "the linear that read it (affine least squares).",
        .usual = std::string(usual),
        .choices = {"none", "bias", "refit"},
        .place = Place::More};
}

}  // namespace secateur
