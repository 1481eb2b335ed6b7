// SPDX-License-Identifier: GPL-3.0-or-later
//
// From values to places on a colour bar: linear, logarithmic for positive values, or logarithmic both ways
// from zero when some are negative. The ends are percentiles, so that a few outliers do not make everything
// else one colour.
#pragma once

#include <cmath>
#include <vector>

namespace secateur {

class ScorePyramid;

// Positive values one of which would flatten all others on a linear axis.
[[nodiscard]] bool oneFlattensOthers(std::vector<float> values);

class ValueScale {
public:
    enum class Kind { Linear, Log, SignedLog };

    ValueScale() = default;
    ValueScale(Kind kind, double low, double high);
    // Ends at 2 and 98 percent of the finite values, logarithmic ones at 0.2 and 99.8 (of a regular sample
    // where there are very many).
    [[nodiscard]] static ValueScale around(const ScorePyramid& values, bool log);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] double low() const noexcept { return low_; }
    [[nodiscard]] double high() const noexcept { return high_; }
    // 0 at low, 1 at high; outside of [0, 1] beyond them.
    [[nodiscard]] double place(double value) const { return (transformed(value) - from_) / (to_ - from_); }
    // The same for pictures, in single precision.
    [[nodiscard]] float placeOf(float value) const;
    // Round values within the ends, at most about seven.
    [[nodiscard]] std::vector<double> ticks() const;

private:
    [[nodiscard]] double transformed(double value) const;

    Kind kind_ = Kind::Linear;
    double low_ = 0.0;
    double high_ = 1.0;
    double linear_ = 0.01;  // SignedLog: values below it are nearly proportional to their place
    double from_ = 0.0;     // the ends, transformed
    double to_ = 1.0;
};

}  // namespace secateur
