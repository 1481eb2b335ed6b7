// SPDX-License-Identifier: GPL-3.0-or-later
//
// Metrics of layers as curves over the layers show them. Leaving layers out is shown as the change of the
// perplexity against the dense one, in percent, so that texts of other perplexities can be held against each
// other. Pure; any thread.
#pragma once

#include <QString>
#include <optional>
#include <string>

#include "core/data/analysis.h"
#include "core/data/score_table.h"

namespace secateur {

struct LayerCurveWords {
    QString name;  // "block influence"
    QString unit;  // "1 - cosine"; may be empty
};
// `metric`: of layerMetrics().
[[nodiscard]] LayerCurveWords layerCurveWords(const std::string& metric);
// None where the analysis does not have it.
[[nodiscard]] std::optional<LayerMetric> layerCurve(const Analysis& analysis, const std::string& metric);
// Drawn as a change, so that 0 is the dense network.
[[nodiscard]] bool isChange(const std::string& metric);

}  // namespace secateur
