// SPDX-License-Identifier: GPL-3.0-or-later
//
// A formula put into its place: glyphs, lines and outlines around a baseline, in the units of the paint
// device that the font is for. GUI thread only (fonts are measured).
#pragma once

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainterPath>
#include <QPointF>
#include <QString>
#include <vector>

#include "widgets/guide/formula.h"

class QPainter;

namespace secateur {

class FormulaLayout {
public:
    // `font`: the size, and the family unless a mathematical one is there.
    FormulaLayout(const Formula& formula, const QFont& font);

    [[nodiscard]] double width() const noexcept { return box_.width; }
    [[nodiscard]] double ascent() const noexcept { return box_.ascent; }    // above the baseline
    [[nodiscard]] double descent() const noexcept { return box_.descent; }  // below it
    [[nodiscard]] double height() const noexcept { return box_.ascent + box_.descent; }
    // `at`: the left end of the baseline.
    void draw(QPainter& painter, const QPointF& at, const QColor& colour) const;
    // Symbols that no installed font has; they would be drawn as boxes.
    [[nodiscard]] QString missingSymbols() const;

    struct Ink {
        QPointF at{};    // of text: the left end of its baseline
        QString text{};  // empty: `path` is filled
        QFont font{};
        QPainterPath path{};
    };
    struct Box {
        double width = 0.0;
        double ascent = 0.0;
        double descent = 0.0;
        std::vector<Ink> inks{};
        // Puts the other where its baseline begins at x, y (downwards) of this one's.
        void add(const Box& other, double x, double y);
    };

private:
    Box box_;
};

// The lines below each other, left-aligned; transparent around them. `scale`: device pixels a unit.
[[nodiscard]] QImage formulaPicture(const QStringList& tex, const QFont& font, const QColor& colour,
                                    double scale);

}  // namespace secateur
