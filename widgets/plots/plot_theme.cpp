// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_theme.h"

#include <array>

namespace secateur {

namespace {

QColor mix(const QColor& a, const QColor& b, double shareOfB) {
    const auto channel = [shareOfB](int x, int y) { return static_cast<int>(x + (y - x) * shareOfB + 0.5); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

}  // namespace

QColor translucent(QColor colour, double opacity) {
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

PlotTheme PlotTheme::of(const QPalette& palette) {
    PlotTheme theme;
    theme.background = palette.color(QPalette::Base);
    theme.text = palette.color(QPalette::Text);
    theme.dark = theme.background.lightness() < theme.text.lightness();
    theme.muted = mix(theme.background, theme.text, 0.70);
    theme.grid = mix(theme.background, theme.text, 0.13);
    theme.selection = theme.dark ? QColor(255, 196, 77) : QColor(196, 78, 0);
    theme.cursor = theme.text;
    theme.kept = theme.series(0);
    theme.removed = mix(theme.background, theme.text, 0.45);
    theme.faded = mix(theme.background, theme.text, 0.15);
    theme.removedFill = translucent(theme.removed, theme.dark ? 0.235 : 0.176);
    return theme;
}

QColor PlotTheme::series(int index) const {
    static const std::array<QColor, kSeries> kColours{
        QColor(0, 114, 178), QColor(213, 94, 0),   QColor(0, 158, 115), QColor(204, 121, 167),
        QColor(230, 159, 0), QColor(86, 180, 233), QColor(110, 90, 170)};
    const QColor& colour = kColours[static_cast<std::size_t>(index) % kColours.size()];
    return dark ? mix(colour, Qt::white, 0.28) : colour;
}

}  // namespace secateur
