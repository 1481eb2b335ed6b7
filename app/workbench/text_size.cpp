// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/text_size.h"

#include <QApplication>
#include <QFont>
#include <algorithm>

#include "widgets/plots/plot_strokes.h"

namespace secateur {

void applyTextSize(int percent) {
    static const QFont usual = QApplication::font();
    setUsualTextHeight(usual);
    QFont font = usual;
    if (usual.pointSizeF() > 0.0) {
        font.setPointSizeF(usual.pointSizeF() * percent / 100.0);
    } else {
        font.setPixelSize(std::max(1, usual.pixelSize() * percent / 100));
    }
    if (font != QApplication::font()) QApplication::setFont(font);
}

}  // namespace secateur
