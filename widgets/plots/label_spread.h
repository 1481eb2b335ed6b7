// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where names beside a plot stand. Pure functions; any thread.
#pragma once

#include <vector>

namespace secateur {

// Centres for names of one height within [low, high], none nearer to another than `height`, as near to what
// is wished as that allows (least squares) and in the order of the wishes. So many as fit at most.
[[nodiscard]] std::vector<double> spreadLabels(const std::vector<double>& wished, double height, double low,
                                               double high);
// How many names of that height fit.
[[nodiscard]] int labelsThatFit(double height, double low, double high);

}  // namespace secateur
