// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>

#include <gtest/gtest.h>

#include "widgets/guide/formula.h"
#include "widgets/guide/formula_layout.h"
#include "widgets/guide/guide_cards.h"

namespace secateur {
namespace {

FormulaLayout laidOut(const char* tex) {
    const ParsedFormula parsed = parseFormula(QString::fromUtf8(tex));
    EXPECT_TRUE(parsed.problem.isEmpty()) << tex << ": " << parsed.problem.toStdString();
    QFont font;
    font.setPixelSize(20);
    return {parsed.formula, font};
}

// Where there is ink when the formula is drawn with its baseline at 40, 100.
QRect inkOf(const FormulaLayout& layout) {
    QImage picture(900, 240, QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    layout.draw(painter, {40.0, 100.0}, Qt::black);
    painter.end();
    QRect ink;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
            if (qAlpha(picture.pixel(x, y)) > 40) ink |= QRect(x, y, 1, 1);
    return ink;
}

TEST(Formula, OfEveryCardIsReadAndDrawn) {
    int drawn = 0;
    for (const GuideCard& card : guideCards()) {
        for (const QString& tex : card.formula) {
            const ParsedFormula parsed = parseFormula(tex);
            EXPECT_TRUE(parsed.problem.isEmpty())
                << card.id.toStdString() << ": " << parsed.problem.toStdString();
            EXPECT_FALSE(formulaText(parsed.formula).contains(QLatin1Char('\\'))) << card.id.toStdString();
            QFont font;
            font.setPixelSize(14);
            const FormulaLayout layout(parsed.formula, font);
            EXPECT_TRUE(layout.missingSymbols().isEmpty())
                << card.id.toStdString() << ": " << layout.missingSymbols().toStdString();
            // All of the ink is where the layout says that the formula is.
            const QRect ink = inkOf(layout);
            EXPECT_GT(ink.width(), 8) << card.id.toStdString();
            EXPECT_GE(ink.left(), 38) << card.id.toStdString();
            EXPECT_LE(ink.right(), 42 + layout.width()) << card.id.toStdString();
            EXPECT_GE(ink.top(), 98 - layout.ascent()) << card.id.toStdString();
            EXPECT_LE(ink.bottom(), 102 + layout.descent()) << card.id.toStdString();
            ++drawn;
        }
    }
    EXPECT_GT(drawn, 70);
}

TEST(Formula, SaysWhatItCannotRead) {
    EXPECT_EQ(parseFormula(QStringLiteral("\\fraction{a}")).problem,
              QStringLiteral("'\\fraction' is not known"));
    EXPECT_EQ(parseFormula(QStringLiteral("\\frac{a}")).problem,
              QStringLiteral("something is missing at the end"));
    EXPECT_EQ(parseFormula(QStringLiteral("\\frac{a}{b")).problem, QStringLiteral("'}' is missing"));
    EXPECT_EQ(parseFormula(QStringLiteral("a}")).problem, QStringLiteral("'}' closes nothing"));
    EXPECT_EQ(parseFormula(QStringLiteral("a_1_2")).problem, QStringLiteral("two scripts at one place"));
    EXPECT_EQ(parseFormula(QStringLiteral("a & b")).problem, QStringLiteral("'&' is not known"));
    EXPECT_EQ(parseFormula(QStringLiteral("\\left( a")).problem, QStringLiteral("'\\right' is missing"));
    // What was written is shown, not nothing.
    EXPECT_EQ(formulaText(parseFormula(QStringLiteral("a & b")).formula), QStringLiteral("a & b"));
}

TEST(Formula, ReadsAsALineOfText) {
    const auto text = [](const char* tex) {
        return formulaText(parseFormula(QString::fromUtf8(tex)).formula).toStdString();
    };
    EXPECT_EQ(text(R"(S_j = F_j \cdot \sum_i W_{ij}^2)"), "S_j = F_j \u00b7 sum_i W_ij^2");
    EXPECT_EQ(text(R"(z_j = \frac{S_j - \mu}{\sigma})"), "z_j = (S_j \u2212 \u03bc) / \u03c3");
    EXPECT_EQ(text(R"(\sqrt{\sum_i W_{ij}^2})"), "sqrt(sum_i W_ij^2)");
    EXPECT_EQ(text(R"(\hat{w} = s (q - z))"), "w-hat = s(q \u2212 z)");
    EXPECT_EQ(text(R"(b_{t+1})"), "b_(t + 1)");
}

TEST(Formula, PutsScriptsAboveAndBelow) {
    const FormulaLayout plain = laidOut("W");
    EXPECT_GT(laidOut("W^2").ascent(), plain.ascent());
    EXPECT_GT(laidOut("W_i").descent(), plain.descent());
    const FormulaLayout both = laidOut("W_i^2");
    EXPECT_GT(both.ascent(), plain.ascent());
    EXPECT_GT(both.descent(), plain.descent());
    EXPECT_GT(both.width(), plain.width());
    // Above each other, so that both take the width of one.
    EXPECT_LT(both.width(), laidOut("W_{i2}").width());
}

TEST(Formula, PutsWhatIsDividedAboveWhatDivides) {
    const FormulaLayout part = laidOut("a");
    const FormulaLayout fraction = laidOut("\\frac{a}{b}");
    EXPECT_GT(fraction.height(), 2.0 * part.height());
    EXPECT_GT(fraction.ascent(), fraction.descent());  // its line stands at the height of a minus
    EXPECT_LT(fraction.width(), 3.0 * part.width());
}

TEST(Formula, PutsLimitsUnderASumThatStandsFree) {
    const FormulaLayout free = laidOut("\\sum_{i=1}^{n} x");
    const FormulaLayout inFraction = laidOut("\\frac{\\sum_{i=1}^{n} x}{2}");
    EXPECT_GT(free.height(), laidOut("\\sum x").height() * 1.4);
    EXPECT_GT(inFraction.width(), free.width());  // there they stand beside it
}

TEST(Formula, GrowsRootsAccentsAndFencesWithWhatTheyHold) {
    EXPECT_GT(laidOut("\\sqrt{x}").ascent(), laidOut("x").ascent());
    EXPECT_GT(laidOut("\\sqrt{\\frac{a}{b}}").height(), laidOut("\\frac{a}{b}").height());
    EXPECT_GT(laidOut("\\hat{w}").ascent(), laidOut("w").ascent());
    EXPECT_GT(laidOut("\\bar{w}").ascent(), laidOut("w").ascent());
    EXPECT_GE(laidOut("\\left( \\frac{a}{b} \\right)").height(), laidOut("\\frac{a}{b}").height());
    EXPECT_GT(laidOut("\\left( \\frac{a}{b} \\right)").height(), laidOut("(a)").height() * 1.5);
}

TEST(Formula, GivesOperatorsRoomAndSignsNone) {
    // The minus of a - b has space on both sides, the sign of -b has none.
    const double binary = laidOut("a - b").width() - laidOut("a").width() - laidOut("b").width();
    const double sign = laidOut("-b").width() - laidOut("b").width();
    EXPECT_GT(binary, sign + 4.0);
}

TEST(Formula, IsDrawnInTheColourThatIsAskedFor) {
    QFont font;
    font.setPixelSize(24);
    const QImage picture =
        formulaPicture({QStringLiteral("\\frac{a}{b}"), QStringLiteral("x")}, font, QColor(200, 30, 40), 2.0);
    EXPECT_DOUBLE_EQ(picture.devicePixelRatio(), 2.0);
    int strong = 0;
    for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x) {
            const QRgb pixel = picture.pixel(x, y);
            if (qAlpha(pixel) < 250) continue;
            ++strong;
            EXPECT_NEAR(qRed(pixel), 200, 6);
            EXPECT_NEAR(qGreen(pixel), 30, 6);
        }
    EXPECT_GT(strong, 50);
}

}  // namespace
}  // namespace secateur
