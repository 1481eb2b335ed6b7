// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much each layer loses in a sparsify step whose layers need not all lose the same. The mean over the
// weights of the step's layers stays the sparsity that was asked for.
#pragma once

#include <vector>

#include "core/base/job_context.h"
#include "core/compress/step_sources.h"
#include "core/data/options.h"
#include "core/data/plan.h"
#include "core/model/layer_source.h"

namespace secateur {

// `allocation` and what the rules ask for.
[[nodiscard]] std::vector<OptionSpec> allocationOptions();

// The options of the step for each layer of `before`, with the sparsity that the layer gets. One entry for
// each position; layers that the step leaves alone have those of the step. `pass`: null without a text.
// Throws InvalidArgument where the rule needs one.
[[nodiscard]] std::vector<OptionValues> allocatedOptions(const std::shared_ptr<LayerSource>& before,
                                                         const RecipeStep& step, const StepPass* pass,
                                                         JobContext& context);

// OWL (2310.05175, code prune_all.py): `outliers`: the share of each layer's Wanda scores above a multiple of
// their mean; `sizes`: its weights. keep = r - mean(r) + 1 - sparsity with r = 2 lambda (D - min)/(max -
// min). What would leave 0 to kMostSparsity is held there, and the others make up for it.
[[nodiscard]] std::vector<double> owlSparsities(const std::vector<double>& outliers,
                                                const std::vector<double>& sizes, double sparsity,
                                                double lambda);
// AlphaPruning (2410.10912, code lib/prune.py): sparsity ~ 1 - epsilon + 2 epsilon (a - min)/(max - min) of
// the layers' exponents, times what makes the sum right.
[[nodiscard]] std::vector<double> alphaSparsities(const std::vector<double>& exponents,
                                                  const std::vector<double>& sizes, double sparsity,
                                                  double epsilon);
// The exponent of the power law that the largest eigenvalues of a matrix follow: Hill's estimator from the
// threshold whose law is nearest to them (Kolmogorov-Smirnov), among those up to 1.5 times the peak of their
// density over the logarithm (code esd_utils.py, "xmin_peak"). `eigenvalues`: ascending, at least two; those
// that are zero but for rounding are left out. 0: all are equal.
[[nodiscard]] double powerLawExponent(const std::vector<double>& eigenvalues);

inline constexpr double kMostSparsity = 0.999;

}  // namespace secateur
