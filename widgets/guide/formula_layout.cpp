// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/formula_layout.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QGlyphRun>
#include <QPainter>
#include <QPainterPathStroker>
#include <QTextLayout>
#include <QTransform>
#include <algorithm>
#include <cmath>

namespace secateur {
namespace {

using Box = FormulaLayout::Box;
using Ink = FormulaLayout::Ink;
using Kind = Formula::Kind;
using Role = Formula::Role;

// TeX's proportions, in parts of the font's size.
constexpr double kScript = 0.72;
constexpr double kLeastPixels = 7.0;
constexpr double kRule = 0.05;
constexpr double kFractionGap = 0.16;
constexpr double kThin = 3.0 / 18.0;
constexpr double kMedium = 4.0 / 18.0;
constexpr double kThick = 5.0 / 18.0;
constexpr double kOperatorScale = 1.5;

QFont scaled(const QFont& font, double factor) {
    QFont made = font;
    made.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
    return made;
}

Box textBox(const QString& text, const QFont& font) {
    const QFontMetricsF metrics(font);
    const QRectF ink = metrics.tightBoundingRect(text);
    Box box;
    // Italics lean out of their advance.
    box.width = std::max(metrics.horizontalAdvance(text), ink.right());
    box.ascent = std::max(0.0, -ink.top());
    box.descent = std::max(0.0, ink.bottom());
    box.inks.push_back({{0.0, 0.0}, text, font, {}});
    return box;
}

Box pathBox(const QPainterPath& path, double width, double ascent, double descent) {
    Box box;
    box.width = width;
    box.ascent = ascent;
    box.descent = descent;
    box.inks.push_back({{0.0, 0.0}, {}, {}, path});
    return box;
}

QPainterPath stroked(const QPainterPath& line, double width) {
    QPainterPathStroker stroker;
    stroker.setWidth(width);
    stroker.setCapStyle(Qt::FlatCap);
    stroker.setJoinStyle(Qt::MiterJoin);
    return stroker.createStroke(line);
}

// Sets a tree in one size; smaller ones for scripts.
class Setter {
public:
    Setter(QFont font, int depth, bool script = false)
        : font_(std::move(font)), depth_(depth), script_(script), metrics_(font_) {
        size_ = font_.pixelSize();
        axis_ = -metrics_.tightBoundingRect(QStringLiteral("\u2212")).center().y();
        rule_ = std::max(1.0, kRule * size_);
    }

    Box set(const Formula& formula) const {
        switch (formula.kind) {
            case Kind::Row:
                return row(formula.parts);
            case Kind::Symbol:
                return symbol(formula);
            case Kind::Space: {
                Box box;
                box.width = formula.amount * size_;
                return box;
            }
            case Kind::Fraction:
                return fraction(formula);
            case Kind::Root:
                return root(formula);
            case Kind::Accent:
                return accent(formula);
            case Kind::Fence:
                return fence(formula);
            case Kind::Scripts:
                return formula.limits && depth_ == 0 ? limits(formula) : scripts(formula);
        }
        return {};
    }

private:
    [[nodiscard]] Setter smaller() const {
        const double factor = std::max(kScript, std::min(1.0, kLeastPixels / size_));
        return {scaled(font_, factor), depth_ + 1, true};
    }

    [[nodiscard]] Box symbol(const Formula& formula) const {
        QFont font = font_;
        font.setItalic(formula.italic);
        font.setBold(formula.bold);
        const bool large = formula.role == Role::Operator && formula.text.size() == 1;
        if (!large) return textBox(formula.text, font);
        const Box glyph = textBox(formula.text, scaled(font, depth_ == 0 ? kOperatorScale : 1.15));
        Box box;  // its middle on the axis
        box.add(glyph, 0.0, (glyph.ascent - glyph.descent) / 2.0 - axis_);
        return box;
    }

    [[nodiscard]] Box row(const std::vector<Formula>& parts) const {
        Box box;
        Role before = Role::Opening;
        bool first = true;
        for (const Formula& part : parts) {
            if (part.kind == Kind::Space) {
                box.width += part.amount * size_;
                continue;
            }
            Role role = part.kind == Kind::Fraction || part.kind == Kind::Fence ? Role::Ordinary : part.role;
            // A sign is no operation where nothing stands before it.
            const bool sign =
                role == Role::Binary &&
                (first || before == Role::Binary || before == Role::Relation || before == Role::Opening ||
                 before == Role::Punctuation || before == Role::Operator);
            if (sign) role = Role::Ordinary;
            if (!first) box.width += gap(before, role);
            box.add(set(part), box.width, 0.0);
            before = role;
            first = false;
        }
        return box;
    }

    [[nodiscard]] double gap(Role before, Role after) const {
        const auto either = [&](Role role) { return before == role || after == role; };
        const bool inScript = script_;
        if (either(Role::Relation)) return inScript ? 0.08 * size_ : kThick * size_;
        if (either(Role::Binary)) return inScript ? 0.0 : kMedium * size_;
        if (before == Role::Punctuation) return kThin * size_ * (inScript ? 0.5 : 1.0);
        if (before == Role::Operator && after != Role::Opening) return kThin * size_;
        if (after == Role::Operator && before != Role::Opening) return kThin * size_;
        return 0.0;
    }

    [[nodiscard]] Box fraction(const Formula& formula) const {
        const Setter inside = depth_ == 0 ? Setter(scaled(font_, 0.94), depth_ + 1, script_) : smaller();
        const Box top = inside.set(formula.parts.at(0));
        const Box bottom = inside.set(formula.parts.at(1));
        const double side = 0.1 * size_;
        const double width = std::max(top.width, bottom.width) + 2.0 * side;
        const double gap = kFractionGap * size_ + rule_ / 2.0;
        QPainterPath line;
        line.addRect(QRectF(side / 2.0, -axis_ - rule_ / 2.0, width - side, rule_));
        Box box = pathBox(line, width, axis_ + rule_, 0.0);
        box.add(top, (width - top.width) / 2.0, -axis_ - gap - top.descent);
        box.add(bottom, (width - bottom.width) / 2.0, -axis_ + gap + bottom.ascent);
        box.width = width;
        return box;
    }

    [[nodiscard]] Box root(const Formula& formula) const {
        const Box inside = Setter(font_, std::max(depth_, 1), script_).set(formula.parts.at(0));
        const double gap = 0.14 * size_;
        const double top = -std::max(inside.ascent, metrics_.xHeight()) - gap;
        const double bottom = std::max(inside.descent, 0.08 * size_);
        const double high = bottom - top;
        const double hook = 0.5 * size_;
        QPainterPath line;
        line.moveTo(0.04 * size_, bottom - 0.42 * high);
        line.lineTo(0.16 * size_, bottom - 0.48 * high);
        line.lineTo(0.30 * size_, bottom);
        line.lineTo(hook, top);
        line.lineTo(hook + inside.width + 0.12 * size_, top);
        Box box = pathBox(stroked(line, rule_), hook + inside.width + 0.16 * size_, -top + rule_, bottom);
        box.add(inside, hook + 0.06 * size_, 0.0);
        return box;
    }

    [[nodiscard]] Box accent(const Formula& formula) const {
        Box box = set(formula.parts.at(0));
        const double wide = std::min(box.width, 0.5 * size_);
        const double middle = box.width / 2.0 + 0.05 * size_;  // letters lean to the right
        const double low = -std::max(box.ascent, metrics_.xHeight()) - 0.12 * size_;
        const double high = low - 0.16 * size_;
        QPainterPath line;
        if (formula.text == QLatin1String("-")) {
            line.moveTo(middle - box.width / 2.0, low);
            line.lineTo(middle + box.width / 2.0, low);
        } else if (formula.text == QLatin1String("^")) {
            line.moveTo(middle - wide / 2.0, low);
            line.lineTo(middle, high);
            line.lineTo(middle + wide / 2.0, low);
        } else {
            const double level = (low + high) / 2.0;
            line.moveTo(middle - wide / 2.0, low);
            line.cubicTo(middle - wide / 6.0, high - 0.1 * size_, middle + wide / 6.0, low + 0.1 * size_,
                         middle + wide / 2.0, level - 0.06 * size_);
        }
        box.inks.push_back({{0.0, 0.0}, {}, {}, stroked(line, rule_)});
        box.ascent = std::max(box.ascent, -high + rule_);
        return box;
    }

    [[nodiscard]] Box delimiter(QChar sign, double ascent, double descent) const {
        if (sign == QLatin1Char('.')) return {};
        const double top = -ascent;
        const double high = ascent + descent;
        const double line = rule_ * 1.1;
        const auto bar = [&](std::initializer_list<double> places) {
            QPainterPath path;
            for (const double x : places) path.addRect(QRectF(x * size_, top, line, high));
            return path;
        };
        switch (sign.unicode()) {
            case u'|':
                return pathBox(bar({0.1}), 0.2 * size_ + line, ascent, descent);
            case u'\u2016':
                return pathBox(bar({0.08, 0.24}), 0.32 * size_ + line, ascent, descent);
            default:
                break;
        }
        const Box glyph = textBox(sign, font_);
        const double natural = glyph.ascent + glyph.descent;
        if (natural <= 0.0 || high <= 1.15 * natural) return glyph;
        // Taller than the font has it: its outline, stretched.
        QPainterPath outline;
        outline.addText(0.0, 0.0, font_, sign);
        QTransform stretch;
        stretch.translate(0.0, top);
        stretch.scale(1.0, high / natural);
        stretch.translate(0.0, glyph.ascent);
        return pathBox(stretch.map(outline), glyph.width, ascent, descent);
    }

    [[nodiscard]] Box fence(const Formula& formula) const {
        const Box inside = row(formula.parts.at(0).parts);
        const double reach =
            0.06 * size_ + std::max({inside.ascent - axis_, inside.descent + axis_, 0.42 * size_});
        Box box = delimiter(formula.text.at(0), axis_ + reach, reach - axis_);
        box.add(inside, box.width + 0.03 * size_, 0.0);
        box.width += 0.03 * size_;
        box.add(delimiter(formula.text.at(1), axis_ + reach, reach - axis_), box.width, 0.0);
        return box;
    }

    [[nodiscard]] Box limits(const Formula& formula) const {
        const Box nucleus = set(formula.parts.at(0));
        const Box below = smaller().set(formula.parts.at(1));
        const Box above = smaller().set(formula.parts.at(2));
        const double gap = 0.14 * size_;
        const double width = std::max({nucleus.width, below.width, above.width});
        Box box;
        box.add(nucleus, (width - nucleus.width) / 2.0, 0.0);
        if (!formula.parts.at(1).isEmpty())
            box.add(below, (width - below.width) / 2.0, nucleus.descent + gap + below.ascent);
        if (!formula.parts.at(2).isEmpty())
            box.add(above, (width - above.width) / 2.0, -nucleus.ascent - gap - above.descent);
        box.width = width;
        return box;
    }

    [[nodiscard]] Box scripts(const Formula& formula) const {
        Box box = set(formula.parts.at(0));
        const Box below = smaller().set(formula.parts.at(1));
        // A prime is raised already.
        const bool primes = std::ranges::all_of(formula.parts.at(2).parts, [](const Formula& part) {
            return part.text == QStringLiteral("\u2032");
        });
        const Box above = primes ? set(formula.parts.at(2)) : smaller().set(formula.parts.at(2));
        const double left = box.width + 0.04 * size_;
        const double tall = box.ascent;
        const double deep = box.descent;
        double rise = primes ? 0.0 : std::max(0.38 * size_, tall - 0.38 * size_);
        double drop = std::max(0.18 * size_, deep + 0.06 * size_);
        const bool both = !formula.parts.at(1).isEmpty() && !formula.parts.at(2).isEmpty();
        if (both && !primes) {
            const double between = (rise - above.descent) - (below.ascent - drop);
            const double least = 0.1 * size_;
            if (between < least) {
                rise += (least - between) / 2.0;
                drop += (least - between) / 2.0;
            }
        }
        if (!formula.parts.at(1).isEmpty()) box.add(below, left, drop);
        if (!formula.parts.at(2).isEmpty()) box.add(above, left, -rise);
        return box;
    }

    QFont font_;
    int depth_;    // 0: stands free, with room above and below
    bool script_;  // small: operators have no room beside them
    QFontMetricsF metrics_;
    double size_ = 0.0;
    double axis_ = 0.0;
    double rule_ = 1.0;
};

// Upright letters of one family for all parts: the first of these that is installed, else any with serifs.
QFont mathematical(const QFont& font) {
    static const QStringList kFamilies{QStringLiteral("STIX Two Text"),  QStringLiteral("Latin Modern Roman"),
                                       QStringLiteral("Cambria"),        QStringLiteral("DejaVu Serif"),
                                       QStringLiteral("Noto Serif"),     QStringLiteral("Liberation Serif"),
                                       QStringLiteral("Times New Roman")};
    static const QString kFamily = [] {
        const QStringList installed = QFontDatabase::families();
        for (const QString& family : kFamilies)
            if (installed.contains(family)) return family;
        return QString();
    }();
    QFont made(font);
    if (!kFamily.isEmpty()) made.setFamilies({kFamily});
    made.setStyleHint(QFont::Serif);
    made.setWeight(QFont::Normal);
    made.setItalic(false);
    const double pixels = font.pixelSize() > 0 ? font.pixelSize() : QFontMetricsF(font).height() * 0.82;
    made.setPixelSize(std::max(1, static_cast<int>(std::lround(pixels * 1.1))));
    return made;
}

}  // namespace

void FormulaLayout::Box::add(const Box& other, double x, double y) {
    for (Ink ink : other.inks) {
        if (ink.text.isEmpty())
            ink.path.translate(x, y);
        else
            ink.at += QPointF(x, y);
        inks.push_back(std::move(ink));
    }
    width = std::max(width, x + other.width);
    ascent = std::max(ascent, other.ascent - y);
    descent = std::max(descent, other.descent + y);
}

FormulaLayout::FormulaLayout(const Formula& formula, const QFont& font)
    : box_(Setter(mathematical(font), 0).set(formula)) {}

void FormulaLayout::draw(QPainter& painter, const QPointF& at, const QColor& colour) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(at);
    painter.setPen(colour);
    for (const Ink& ink : box_.inks) {
        if (ink.text.isEmpty()) {
            painter.fillPath(ink.path, colour);
            continue;
        }
        painter.setFont(ink.font);
        painter.drawText(ink.at, ink.text);
    }
    painter.restore();
}

QString FormulaLayout::missingSymbols() const {
    QString missing;
    for (const Ink& ink : box_.inks) {
        if (ink.text.isEmpty()) continue;
        QTextLayout layout(ink.text, ink.font);
        layout.beginLayout();
        static_cast<void>(layout.createLine());
        layout.endLayout();
        for (const QGlyphRun& run : layout.glyphRuns())
            for (const quint32 glyph : run.glyphIndexes())
                if (glyph == 0) missing += ink.text;
    }
    return missing;
}

QImage formulaPicture(const QStringList& tex, const QFont& font, const QColor& colour, double scale) {
    std::vector<FormulaLayout> lines;
    double width = 1.0;
    const double gap = QFontMetricsF(font).height() * 0.35;
    double height = 0.0;
    for (const QString& line : tex) {
        lines.emplace_back(parseFormula(line).formula, font);
        width = std::max(width, lines.back().width());
        height += lines.back().height() + (height > 0.0 ? gap : 0.0);
    }
    constexpr double kMargin = 2.0;
    QImage picture(QSize(static_cast<int>(std::ceil((width + 2.0 * kMargin) * scale)),
                         static_cast<int>(std::ceil((height + 2.0 * kMargin) * scale))),
                   QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(scale);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    double y = kMargin;
    for (const FormulaLayout& line : lines) {
        line.draw(painter, {kMargin, y + line.ascent()}, colour);
        y += line.height() + gap;
    }
    return picture;
}

}  // namespace secateur
