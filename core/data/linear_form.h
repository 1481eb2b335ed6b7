// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a recipe step changes the form of a linear. The options by which a kind of step changes sizes belong to
// the kind, not to a method: sparsify has `sparsity` or `pattern`, quantize `bits` or `format`, `group` and
// `symmetric` or `zero`, factorize `keep`.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/data/linear_name.h"
#include "core/data/plan.h"

namespace secateur {

// How a sparsify step shares the sparsity out among its layers.
enum class Allocation { Uniform, Owl, AlphaPruning };
inline constexpr const char* kUniformAllocation = "uniform";
inline constexpr const char* kOwlAllocation = "owl";
inline constexpr const char* kAlphaAllocation = "alphapruning";
// Uniform for steps of other kinds and for patterns.
[[nodiscard]] Allocation allocationOf(const RecipeStep& step);
// True where the shares cannot be known without a calibration text.
[[nodiscard]] bool allocatesByText(const RecipeStep& step);

// N of every M consecutive inputs are zero.
struct SparsePattern {
    int zeros = 0;
    int of = 0;
};
// "2:4"; nullopt for "none" and for what is not a pattern.
[[nodiscard]] std::optional<SparsePattern> sparsePattern(const std::string& text);

// Whether the step changes this linear of the layer with this ORIGINAL number; and any of the layer's.
[[nodiscard]] bool selects(const RecipeStep& step, int originalLayer, LinearName linear);
[[nodiscard]] bool selects(const RecipeStep& step, int originalLayer);

// floor(keep * out * in / (out + in)), at least 1 (algorithms.md 7)
[[nodiscard]] std::int64_t rankFor(double keep, std::int64_t out, std::int64_t in);

// The form of an [out, in] linear after the step: a sparsified one is one matrix, a quantized one of two
// factors stays two.
[[nodiscard]] LinearForm formAfter(const LinearForm& before, const RecipeStep& step, std::int64_t out,
                                   std::int64_t in);

// What is not as it was opened, in words: "4 bits, 50.0 % zeros, rank 12 to 40", of those that it is true of.
// Empty: all of them are matrices as they were.
[[nodiscard]] std::string formsText(std::span<const LinearForm> forms);

// Weights that are stored: out * in, or those of the two factors.
[[nodiscard]] std::int64_t storedWeights(const LinearForm& form, std::int64_t out, std::int64_t in);
// Bits that the linear takes, with `bits` for a stored number that is not quantized: codes, a 16-bit scale
// for each group or row and a zero point in as many bits as a code, or in 16 where it need not be one
// (algorithms.md 6.1). Zeros are stored like other weights.
[[nodiscard]] double storedBits(const LinearForm& form, std::int64_t out, std::int64_t in, double bits);

}  // namespace secateur
