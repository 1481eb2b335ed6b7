// SPDX-License-Identifier: GPL-3.0-or-later
//
// Colours of all plots, derived from the widget palette, so that light and dark themes (and a change between
// them) need no setting of their own. Series colours are those of Okabe and Ito, which stay apart for
// colour-blind readers, lightened on dark backgrounds.
#pragma once

#include <QColor>
#include <QPalette>

namespace secateur {

// opacity: 0 to 1
[[nodiscard]] QColor translucent(QColor colour, double opacity);

struct PlotTheme {
    bool dark = false;
    QColor background;
    QColor text;
    QColor muted;  // tick marks, provenance, empty state
    QColor grid;
    QColor selection;  // the layer that is chosen everywhere
    QColor cursor;     // the cell or point under mouse or keyboard
    QColor kept;
    QColor removed;
    QColor removedFill;  // translucent, under what is removed
    QColor faded;        // what colours of removed units tend to

    [[nodiscard]] static PlotTheme of(const QPalette& palette);
    static constexpr int kSeries = 7;
    // A different colour for every index below kSeries; repeats after that.
    [[nodiscard]] QColor series(int index) const;
};

}  // namespace secateur
