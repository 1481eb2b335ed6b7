// SPDX-License-Identifier: GPL-3.0-or-later
//
// How large a figure is as a file, how fine a picture of it is, and whether it has the colours of paper. The
// size of what is drawn inside is that of the screen: a figure of more pixels at the same resolution has more
// room, one of a higher resolution has finer lines.
#pragma once

#include <QSize>
#include <QSizeF>
#include <QVariantMap>

namespace secateur {

enum class FigureFile { Png, Svg, Pdf };

struct FigureForm {
    enum class Unit { Millimetres, Pixels };

    static constexpr double kMillimetresPerInch = 25.4;
    static constexpr int kLeastDpi = 72;
    static constexpr int kMostDpi = 1200;
    static constexpr qint64 kMostPixels = 100'000'000;  // of a picture

    QSizeF size{};  // in `unit`; empty: as large as on the screen
    Unit unit = Unit::Millimetres;
    int dpi = 192;       // of pictures: dots an inch
    bool paper = false;  // dark on white, whatever the window's theme

    // As it is drawn, in pixels of the screen that has `screenDpi` of them an inch. Pixels of a picture are
    // dots, those of a drawing or a page are pixels of the screen.
    [[nodiscard]] QSizeF drawn(FigureFile file, const QSize& onScreen, double screenDpi) const;
    // Of the picture.
    [[nodiscard]] QSize pixels(const QSize& onScreen, double screenDpi) const;

    // For settings. What they hold wrongly is as in a new form.
    [[nodiscard]] QVariantMap toMap() const;
    [[nodiscard]] static FigureForm fromMap(const QVariantMap& map);

    bool operator==(const FigureForm&) const = default;
};

}  // namespace secateur
