// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/theme.h"

#include <QApplication>
#include <QPalette>
#include <QStyleFactory>
#include <QToolTip>

namespace secateur {
namespace {

constexpr QRgb kAccentLight = 0x1f6fb2;
constexpr QRgb kAccentDark = 0x3d8fd1;

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
    palette.setColor(QPalette::HighlightedText, QColor(0x0e1114));
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

}  // namespace

void applyTheme(Theme theme) {
    static const QPalette system = QApplication::palette();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const QPalette palette = theme == Theme::Dark    ? darkPalette()
                             : theme == Theme::Light ? lightPalette()
                                                     : system;
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

}  // namespace secateur
