// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers behind the curves of healing runs: places on the axis, values of a quantity, smoothing, and the
// points that no other beats. Pure functions.
#pragma once

#include <QString>
#include <optional>
#include <utility>
#include <vector>

#include "core/data/heal.h"

namespace secateur {

enum class CurveAxis { Steps, Tokens, Seconds, Flops };
enum class CurveQuantity { Loss, Rate, GradientNorm, Speed, Memory };

// A run as it is drawn.
struct HealCurve {
    QString name{};
    int colour = 0;  // of PlotTheme::series()
    double tokensPerStep = 0.0;
    double flopsPerStep = 0.0;
    std::optional<double> before{};       // held-out perplexity of the checkpoint as it was
    std::optional<double> beforeError{};  // its standard error
    std::optional<double> dense{};        // of the uncompressed model
    std::vector<HealPoint> points{};
};

[[nodiscard]] double axisValue(const HealCurve& curve, const HealPoint& point, CurveAxis axis);
[[nodiscard]] double quantityValue(const HealPoint& point, CurveQuantity quantity);
[[nodiscard]] QString axisLabel(CurveAxis axis);  // with its unit, translated
[[nodiscard]] QString quantityLabel(CurveQuantity quantity);
[[nodiscard]] QString quantityText(double value, CurveQuantity quantity);

// Exponential moving average with weight `weight` in [0, 1) on what came before, freed of the bias towards
// zero at the beginning: s_t = w s_(t-1) + (1 - w) x_t, shown as s_t / (1 - w^t). 0: as it is.
[[nodiscard]] std::vector<double> smoothed(const std::vector<double>& values, double weight);

// Every step of every run, with a header line.
[[nodiscard]] QString curvesCsv(const std::vector<HealCurve>& curves);

// Indices of the points (x, y), by x, that no other point beats by being as small in both and smaller in
// one.
[[nodiscard]] std::vector<int> paretoFront(const std::vector<std::pair<double, double>>& points);

}  // namespace secateur
