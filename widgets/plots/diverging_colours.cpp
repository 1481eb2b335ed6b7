// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/diverging_colours.h"

#include <algorithm>
#include <cmath>

#include "widgets/plots/plot_theme.h"

namespace secateur {

namespace {

QColor between(const QColor& from, const QColor& to, double share) {
    const auto channel = [share](int a, int b) { return static_cast<int>(std::lround(a + (b - a) * share)); };
    return {channel(from.red(), to.red()), channel(from.green(), to.green()),
            channel(from.blue(), to.blue())};
}

double luminance(const QColor& colour) {
    const auto linear = [](double value) {
        return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

}  // namespace

QColor divergingColour(double value, const QPalette& palette) {
    const PlotTheme theme = PlotTheme::of(palette);
    const QColor below = theme.dark ? QColor(24, 92, 150) : QColor(110, 178, 232);
    const QColor above = theme.dark ? QColor(150, 76, 8) : QColor(245, 160, 80);
    const double size = std::min(std::abs(value), 1.0);
    return between(theme.background, value < 0.0 ? below : above, std::isnan(value) ? 0.0 : size);
}

double contrast(const QColor& a, const QColor& b) {
    const double one = luminance(a) + 0.05, other = luminance(b) + 0.05;
    return std::max(one, other) / std::min(one, other);
}

}  // namespace secateur
