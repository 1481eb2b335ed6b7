// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ticks of all axes. Labels are true numbers, with as many digits as the step from one tick to the next
// needs, and never touch each other: where there is no room the step grows, or labels of a fixed list are
// left out. A ticker serves the axis that it was made for. Included by views' sources only.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class ValueScale;

using Ticker = QSharedPointer<QCPAxisTicker>;

// Numbers, about `count` of them.
[[nodiscard]] Ticker numberTicker(const QCPAxis& axis, int count = 5);
// Counts and amounts: "2.5", "20 k", "3.475 M".
[[nodiscard]] Ticker countTicker(const QCPAxis& axis);
// Whole numbers only; `label` may be empty for the numbers themselves.
[[nodiscard]] Ticker wholeNumberTicker(const QCPAxis& axis, int count = 12,
                                       std::function<QString(int)> label = {});
// The ticks of the scale, each at `place(value)`.
[[nodiscard]] Ticker scaleTicker(const QCPAxis& axis, const ValueScale& scale,
                                 const std::function<double(double)>& place);

// The ticks of the scale are written as powers of ten, all of them: one is too small or too large for plain
// digits, and an axis has one notation.
[[nodiscard]] bool writesPowers(const ValueScale& scale);

// "3.50" beside "3.25": the decimals that multiples of the step need.
[[nodiscard]] QString tickText(double value, double step);
[[nodiscard]] QString countTickText(double value);

}  // namespace secateur
