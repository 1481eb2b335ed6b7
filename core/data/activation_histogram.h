// SPDX-License-Identifier: GPL-3.0-or-later
//
// What one unit puts out over a text: the values at the input of the linear that reads it (down_proj for an
// MLP channel, the head's channels of o_proj for a head, those of all its heads for a KV group), counted in
// bins of equal width. Immutable once measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/unit_cell.h"

namespace secateur {

struct ActivationHistogram {
    UnitCell cell;
    int channels = 1;  // inputs of the linear that belong to the unit; their values are counted together
    std::int64_t values = 0;  // tokens * channels
    // Bins over [low, high]: the values, but no further than five standard deviations from the mean, so that
    // a few outliers do not put everything else into one bin. A value on `high` is in the last bin.
    double low = 0.0;
    double high = 1.0;
    std::vector<std::int64_t> counts;
    std::int64_t below = 0;  // values beyond the ends
    std::int64_t above = 0;
    double least = 0.0;
    double most = 0.0;
    double mean = 0.0;
    double variance = 0.0;         // unbiased, of all values
    double channelVariance = 0.0;  // unbiased, of each channel around its own mean; their mean. What FLAP
                                   // calls fluctuation, in exact statistics
    double biasNorm = 0.0;         // norm of the sum over the channels of mean * weight column: what the bias
                                   // takes over when the unit is removed
    CalibrationInfo text;
    std::string dtype;  // compute dtype of the pass

    [[nodiscard]] double width() const {
        return (high - low) / static_cast<double>(counts.empty() ? 1 : counts.size());
    }
};

}  // namespace secateur
