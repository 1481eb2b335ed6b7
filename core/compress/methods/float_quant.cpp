// SPDX-License-Identifier: GPL-3.0-or-later
//
// Weights in floating-point formats of 8 and 4 bits (methods-2.md; ZeroQuant-FP).
#include <cmath>

#include "core/base/error.h"
#include "core/compress/methods/methods.h"
#include "core/compress/numeric/quantizer.h"

namespace secateur {

namespace {

struct Format {
    const char* name;
    int mantissa;       // bits
    int leastExponent;  // of normal numbers
    double top;
};
constexpr Format kFormats[]{{"e4m3", 3, -6, 448.0}, {"e5m2", 2, -14, 57344.0}, {"e2m1", 1, 0, 6.0}};

const Format& formatNamed(const std::string& name) {
    for (const Format& format : kFormats)
        if (name == format.name) return format;
    throw Error(ErrorCode::InvalidArgument, "unknown format '" + name + "'", "use e4m3, e5m2 or e2m1");
}

std::vector<OptionSpec> options() {
    OptionSpec group = groupOption();
    group.usual = std::int64_t{0};
    return {{.key = "format",
             .label = "Format",
             .help = "A sign, then bits of exponent (e) and mantissa (m).",
             .usual = std::string("e4m3"),
             .choices = {"e4m3", "e5m2", "e2m1"}},
            group,
            padOption()};
}

// Half to even, to the nearest value of the format: a whole number of steps of the value's binade.
at::Tensor nearest(const at::Tensor& values, const Format& format) {
    const at::Tensor exponent = std::get<1>(at::frexp(values)).sub(1).clamp_min(format.leastExponent);
    const at::Tensor step = at::ldexp(at::ones_like(values), exponent.sub(format.mantissa));
    return at::round(values / step).mul_(step).clamp_(-format.top, format.top);
}

Compressed compress(LinearTask& task, const OptionValues& values) {
    const std::vector<OptionSpec> specs = options();
    const Format& format = formatNamed(textOf(values, specs, "format"));
    const at::Tensor groups = grouped(task.weight, integerOf(values, specs, "group"));
    const at::Tensor largest = groups.abs().amax(-1, true);
    const at::Tensor scale = at::where(largest > 0, largest / format.top, at::ones_like(largest));
    return {ungrouped(nearest(groups / scale, format).mul_(scale), task.weight.size(1)), nullptr};
}

}  // namespace

RecipeMethod floatQuantMethod() {
    RecipeMethod method;
    method.info.name = "float-quant";
    method.info.label = "Floating-point weights";
    method.info.summary = "Rounds weights to floating-point numbers of 8 or 4 bits; needs no data.";
    method.info.citation =
        "Wu, Yao, He: ZeroQuant-FP: A Leap Forward in LLMs Post-Training W4A8 Quantization Using "
        "Floating-Point Formats, 2023, arXiv 2307.09782";
    method.info.formula =
        "s = max|w| / top of the format (e4m3 448, e5m2 57344, e2m1 6) per row or group; w = s "
        "round(w / s), half to even.";
    method.info.kind = "quantize";
    method.info.options = options();
    method.compress = compress;
    method.checkShape = checkGroup;
    return method;
}

}  // namespace secateur
