// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/linear_form.h"

#include <algorithm>
#include <charconv>
#include <type_traits>

#include "core/base/units.h"

namespace secateur {

namespace {

constexpr double kScaleBits = 16.0;

template <typename T>
T valueOr(const OptionValues& options, const char* key, T otherwise) {
    const OptionValue* value = options.find(key);
    if (!value) return otherwise;
    if constexpr (std::is_same_v<T, double>)
        if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
    const T* held = std::get_if<T>(value);
    return held ? *held : otherwise;
}

// "e4m3": a sign, four bits of exponent, three of mantissa.
double formatBits(const std::string& format) {
    return format == "e2m1" ? 4.0 : 8.0;
}

// "4", "2 to 4": of the values that are not 0; empty when all are.
template <class Get>
std::string rangeText(std::span<const LinearForm> forms, const Get& get, std::string (*write)(double)) {
    double least = 0.0, most = 0.0;
    for (const LinearForm& form : forms) {
        const double value = get(form);
        if (value == 0.0) continue;
        least = most == 0.0 ? value : std::min(least, value);
        most = std::max(most, value);
    }
    if (most == 0.0) return {};
    return least == most ? write(most) : write(least) + " to " + write(most);
}

}  // namespace

std::string formsText(std::span<const LinearForm> forms) {
    const std::string bits = rangeText(
        forms, [](const LinearForm& form) { return form.bits; }, formatScore);
    const std::string zeros = rangeText(
        forms, [](const LinearForm& form) { return 1.0 - form.density; }, formatPercent);
    const std::string ranks = rangeText(
        forms, [](const LinearForm& form) { return static_cast<double>(form.rank); }, formatScore);
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (!bits.empty()) add(bits + " bits");
    if (!zeros.empty())
        add(zeros + (std::ranges::any_of(forms, &LinearForm::averaged) ? " zeros on average" : " zeros"));
    if (!ranks.empty()) add("rank " + ranks);
    return text;
}

std::optional<SparsePattern> sparsePattern(const std::string& text) {
    SparsePattern pattern;
    const char* end = text.data() + text.size();
    const auto zeros = std::from_chars(text.data(), end, pattern.zeros);
    if (zeros.ec != std::errc() || zeros.ptr == end || *zeros.ptr != ':') return std::nullopt;
    const auto of = std::from_chars(zeros.ptr + 1, end, pattern.of);
    if (of.ec != std::errc() || of.ptr != end || pattern.zeros < 1 || pattern.of <= pattern.zeros)
        return std::nullopt;
    return pattern;
}

Allocation allocationOf(const RecipeStep& step) {
    if (step.kind != "sparsify" || sparsePattern(valueOr<std::string>(step.options, "pattern", "")))
        return Allocation::Uniform;
    const std::string rule = valueOr<std::string>(step.options, "allocation", kUniformAllocation);
    if (rule == kOwlAllocation) return Allocation::Owl;
    return rule == kAlphaAllocation ? Allocation::AlphaPruning : Allocation::Uniform;
}

bool allocatesByText(const RecipeStep& step) {
    return allocationOf(step) == Allocation::Owl;
}

bool selects(const RecipeStep& step, int originalLayer) {
    return step.layers.empty() || std::ranges::find(step.layers, originalLayer) != step.layers.end();
}

bool selects(const RecipeStep& step, int originalLayer, LinearName linear) {
    return selects(step, originalLayer) &&
           (step.linears.empty() || std::ranges::find(step.linears, linear) != step.linears.end());
}

std::int64_t rankFor(double keep, std::int64_t out, std::int64_t in) {
    const double rank =
        keep * static_cast<double>(out) * static_cast<double>(in) / static_cast<double>(out + in);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(rank));
}

LinearForm formAfter(const LinearForm& before, const RecipeStep& step, std::int64_t out, std::int64_t in) {
    LinearForm form = before;
    if (step.kind == "sparsify") {
        const auto pattern = sparsePattern(valueOr<std::string>(step.options, "pattern", ""));
        const double sparsity = pattern ? static_cast<double>(pattern->zeros) / pattern->of
                                        : valueOr<double>(step.options, "sparsity", 0.5);
        form.density = std::min(form.density, 1.0 - sparsity);
        form.averaged = form.averaged || allocationOf(step) != Allocation::Uniform;
        form.rank = 0;  // zeros are those of the matrix, which two factors do not have
    } else if (step.kind == "quantize") {
        form.bits = step.options.find("format")
                        ? formatBits(valueOr<std::string>(step.options, "format", "e4m3"))
                        : static_cast<double>(valueOr<std::int64_t>(step.options, "bits", 4));
        form.group = valueOr<std::int64_t>(step.options, "group", 0);
        const std::string zero = valueOr<std::string>(step.options, "zero", "");
        form.zeroBits = zero == "free"                                                         ? kScaleBits
                        : zero == "rounded" || !valueOr<bool>(step.options, "symmetric", true) ? form.bits
                                                                                               : 0.0;
    } else if (step.kind == "factorize") {
        form = LinearForm{};
        form.rank = rankFor(valueOr<double>(step.options, "keep", 0.5), out, in);
    }
    return form;
}

std::int64_t storedWeights(const LinearForm& form, std::int64_t out, std::int64_t in) {
    return form.rank > 0 ? form.rank * (out + in) : out * in;
}

double storedBits(const LinearForm& form, std::int64_t out, std::int64_t in, double bits) {
    const auto weights = static_cast<double>(storedWeights(form, out, in));
    if (form.bits <= 0.0) return weights * bits;
    const auto scalesOf = [&](std::int64_t rows, std::int64_t inputs) {
        return rows * (form.group > 0 ? (inputs + form.group - 1) / form.group : 1);
    };
    const auto scales = static_cast<double>(form.rank > 0 ? scalesOf(form.rank, in) + scalesOf(out, form.rank)
                                                          : scalesOf(out, in));
    return weights * form.bits + scales * (kScaleBits + form.zeroBits);
}

}  // namespace secateur
