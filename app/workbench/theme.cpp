// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/theme.h"

#include <QApplication>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleOption>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace secateur {
namespace {

constexpr QRgb kAccentLight = 0x1f6fb2;
constexpr QRgb kAccentDark = 0x2b76b5;
constexpr double kReadable = 4.5;  // least contrast of text (WCAG 2.1, 1.4.3)

double luminance(const QColor& colour) {
    const auto linear = [](double share) {
        return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b) {
    const auto [dark, bright] = std::minmax({luminance(a), luminance(b)});
    return (bright + 0.05) / (dark + 0.05);
}

// `share` of the upper colour over the lower.
QColor over(const QColor& lower, const QColor& upper, double share) {
    const auto mixed = [share](float a, float b) { return a + static_cast<float>(share) * (b - a); };
    return QColor::fromRgbF(mixed(lower.redF(), upper.redF()), mixed(lower.greenF(), upper.greenF()),
                            mixed(lower.blueF(), upper.blueF()));
}

// Desktops give placeholders half of the text's strength, and the window writes its notes in that colour.
QPalette withReadableNotes(QPalette palette) {
    for (const auto group : {QPalette::Active, QPalette::Inactive}) {
        const auto enough = [&](const QColor& note) {
            return contrast(note, palette.color(group, QPalette::Window)) >= kReadable &&
                   contrast(note, palette.color(group, QPalette::Base)) >= kReadable;
        };
        const QColor window = palette.color(group, QPalette::Window);
        const QColor present = palette.color(group, QPalette::PlaceholderText);
        QColor note = over(window, present, present.alphaF());
        for (double share = 0.55; share < 1.0 && !enough(note); share += 0.05)
            note = over(window, palette.color(group, QPalette::WindowText), share);
        palette.setColor(group, QPalette::PlaceholderText, note);
    }
    return palette;
}

QPalette lightPalette() {
    QPalette palette(QColor(0xf0, 0xf0, 0xf0));
    palette.setColor(QPalette::Window, QColor(0xf2f3f4));
    palette.setColor(QPalette::WindowText, QColor(0x1b1e20));
    palette.setColor(QPalette::Base, Qt::white);
    palette.setColor(QPalette::AlternateBase, QColor(0xf5f7f9));
    palette.setColor(QPalette::Text, QColor(0x1b1e20));
    palette.setColor(QPalette::PlaceholderText, QColor(0x5c6670));
    palette.setColor(QPalette::Button, QColor(0xeceeef));
    palette.setColor(QPalette::ButtonText, QColor(0x1b1e20));
    palette.setColor(QPalette::ToolTipBase, QColor(0xfcfcdc));
    palette.setColor(QPalette::ToolTipText, QColor(0x1b1e20));
    palette.setColor(QPalette::Highlight, QColor(kAccentLight));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(kAccentLight));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, QColor(0x9aa0a6));
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0xb8c4ce));
    return palette;
}

QPalette darkPalette() {
    QPalette palette(QColor(0x31, 0x36, 0x3b));
    palette.setColor(QPalette::Window, QColor(0x25292d));
    palette.setColor(QPalette::WindowText, QColor(0xe6e8ea));
    palette.setColor(QPalette::Base, QColor(0x1b1e21));
    palette.setColor(QPalette::AlternateBase, QColor(0x22262a));
    palette.setColor(QPalette::Text, QColor(0xe6e8ea));
    palette.setColor(QPalette::PlaceholderText, QColor(0xa3abb3));
    palette.setColor(QPalette::Button, QColor(0x30353a));
    palette.setColor(QPalette::ButtonText, QColor(0xe6e8ea));
    palette.setColor(QPalette::BrightText, QColor(0xff6b6b));
    palette.setColor(QPalette::ToolTipBase, QColor(0x3a4046));
    palette.setColor(QPalette::ToolTipText, QColor(0xe6e8ea));
    palette.setColor(QPalette::Highlight, QColor(kAccentDark));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, QColor(0x6db3e8));
    palette.setColor(QPalette::Light, QColor(0x454b52));
    palette.setColor(QPalette::Midlight, QColor(0x3a4046));
    palette.setColor(QPalette::Mid, QColor(0x1e2225));
    palette.setColor(QPalette::Dark, QColor(0x15181a));
    palette.setColor(QPalette::Shadow, QColor(0x0b0d0e));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, QColor(0x767d85));
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(0x444c54));
    return palette;
}

// Fusion outlines its check boxes and radio buttons darker than the window, which a dark window swallows.
class OutlinedStyle final : public QProxyStyle {
public:
    OutlinedStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (element != PE_IndicatorCheckBox && element != PE_IndicatorRadioButton) return;
        QColor outline = option->palette.color(QPalette::WindowText);
        outline.setAlphaF((option->state & State_Enabled) != 0 ? 0.5F : 0.25F);
        painter->save();
        painter->setPen(outline);
        painter->setBrush(Qt::NoBrush);
        if (element == PE_IndicatorCheckBox) {
            painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        } else {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->drawEllipse(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5));
        }
        painter->restore();
    }
};

}  // namespace

void applyTheme(Theme theme) {
    static const QPalette system = withReadableNotes(QApplication::palette());
    QApplication::setStyle(new OutlinedStyle);
    const QPalette palette = theme == Theme::Dark    ? darkPalette()
                             : theme == Theme::Light ? lightPalette()
                                                     : system;
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

}  // namespace secateur
