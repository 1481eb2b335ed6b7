// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/numeric/quantizer.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace secateur {

Grid gridOf(const at::Tensor& weights, std::int64_t bits, bool symmetric) {
    Grid grid;
    if (symmetric) {
        grid.most = std::exp2(static_cast<double>(bits - 1)) - 1.0;
        grid.least = -grid.most - 1.0;
        const at::Tensor largest = weights.abs().amax(-1, true);
        grid.scale = at::where(largest > 0, largest / grid.most, at::ones_like(largest));
        return grid;
    }
    grid.most = std::exp2(static_cast<double>(bits)) - 1.0;
    const at::Tensor low = weights.amin(-1, true).clamp_max(0.0);
    const at::Tensor high = weights.amax(-1, true).clamp_min(0.0);
    const at::Tensor range = high - low;
    grid.scale = at::where(range > 0, range / grid.most, at::ones_like(range));
    grid.zero = at::round(-low / grid.scale).clamp_(0.0, grid.most);
    return grid;
}

at::Tensor rounded(const at::Tensor& weights, const Grid& grid) {
    at::Tensor codes = at::round(weights / grid.scale);
    if (!grid.zero.defined()) return codes.clamp_(grid.least, grid.most).mul_(grid.scale);
    return codes.add_(grid.zero).clamp_(grid.least, grid.most).sub_(grid.zero).mul_(grid.scale);
}

at::Tensor grouped(const at::Tensor& weights, std::int64_t group) {
    if (group <= 0) return weights.unsqueeze(1);
    const std::int64_t in = weights.size(1);
    const std::int64_t missing = (group - in % group) % group;
    const at::Tensor whole = missing > 0 ? at::constant_pad_nd(weights, {0, missing}) : weights;
    return whole.reshape({weights.size(0), -1, group});
}

at::Tensor ungrouped(const at::Tensor& groups, std::int64_t in) {
    return groups.reshape({groups.size(0), -1}).narrow(1, 0, in).contiguous();
}

OptionSpec bitsOption() {
    return {.key = "bits",
            .label = "Bits",
            .help = "Of a stored weight.",
            .unit = "bits",
            .usual = std::int64_t{4},
            .least = 2.0,
            .most = 8.0};
}

OptionSpec symmetricOption() {
    return {.key = "symmetric",
            .label = "Symmetric",
            .help = "A scale alone; else a zero point too, for ranges that are not centred.",
            .usual = true};
}

OptionSpec groupOption() {
    return {.key = "group",
            .label = "Group",
            .help = "Consecutive inputs that share a scale; 0: a whole row.",
            .unit = "inputs",
            .usual = std::int64_t{128},
            .least = 0.0,
            .most = 1048576.0};
}

OptionSpec padOption() {
    return {.key = "pad",
            .label = "Short last group",
            .help = "Allow a last group with fewer inputs where the group does not divide a width.",
            .usual = false,
            .place = OptionSpec::Place::More};
}

void checkGroup(const OptionValues& options, LinearName, std::int64_t, std::int64_t in,
                const std::string& where) {
    const std::vector<OptionSpec> specs{groupOption(), padOption()};
    const std::int64_t group = integerOf(options, specs, "group");
    if (group == 0 || in % group == 0 || flagOf(options, specs, "pad")) return;
    std::int64_t below = std::min(group, in), above = group;
    while (below > 1 && in % below != 0) --below;
    while (above < in && in % above != 0) ++above;
    throw Error(ErrorCode::InvalidArgument,
                where + ": groups of " + std::to_string(group) + " do not divide its " + std::to_string(in) +
                    " inputs",
                "the nearest that do are " + std::to_string(below) + " and " +
                    std::to_string(std::min(above, in)) +
                    "; group=0 takes whole rows, pad=true a short last group");
}

}  // namespace secateur
