// SPDX-License-Identifier: GPL-3.0-or-later
//
// The picture of a unit map at screen resolution. Its cost depends on the pixels, not on how many units the
// network has.
#pragma once

#include <QColor>
#include <QImage>
#include <QRectF>

#include "widgets/plots/colour_map.h"
#include "widgets/plots/score_pyramid.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

struct UnitMapPicture {
    const ScorePyramid* values = nullptr;
    const ScorePyramid* removed =
        nullptr;  // share of removed units, Reduction::Mean, same rows; null: none removed
    ValueScale scale;
    ColourMap map = ColourMap::Viridis;
    QColor background;  // where there is no unit
    QColor faded;       // what the grey of removed units tends to
    QColor hatch;       // lines over what is removed
};

// Where units are removed, colours fade by their share of the pixel, and hatch lines stand as densely as that
// share: all of them where everything is removed, one in sixteen where little is.
//
// Paints all of `image`, which has Format_RGB32 and the pixels wanted; callers keep it from frame to frame,
// because fresh memory of that size costs more than the painting. `part`: what to show, x in units (unit u
// covers [u, u + 1)), y in rows (row 0 on top). `hatchWidth` in pixels.
void paintUnitMap(const UnitMapPicture& picture, QImage& image, const QRectF& part, int hatchWidth);

}  // namespace secateur
