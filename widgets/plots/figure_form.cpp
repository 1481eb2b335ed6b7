// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/figure_form.h"

#include <algorithm>
#include <cmath>

namespace secateur {
QSizeF FigureForm::drawn(FigureFile file, const QSize& onScreen, double screenDpi) const {
    if (size.isEmpty()) return onScreen;
    if (unit == Unit::Millimetres) return size * (screenDpi / kMillimetresPerInch);
    return file == FigureFile::Png ? size * (screenDpi / dpi) : size;
}

QSize FigureForm::pixels(const QSize& onScreen, double screenDpi) const {
    const QSizeF dots = drawn(FigureFile::Png, onScreen, screenDpi) * (dpi / screenDpi);
    return {std::max(1, qRound(dots.width())), std::max(1, qRound(dots.height()))};
}

QVariantMap FigureForm::toMap() const {
    QVariantMap map{{QStringLiteral("dpi"), dpi}, {QStringLiteral("paper"), paper}};
    if (size.isEmpty()) return map;
    map.insert(QStringLiteral("width"), size.width());
    map.insert(QStringLiteral("height"), size.height());
    map.insert(QStringLiteral("unit"), unit == Unit::Pixels ? QStringLiteral("px") : QStringLiteral("mm"));
    return map;
}

FigureForm FigureForm::fromMap(const QVariantMap& map) {
    FigureForm form;
    const int dpi = map.value(QStringLiteral("dpi"), form.dpi).toInt();
    if (dpi >= kLeastDpi && dpi <= kMostDpi) form.dpi = dpi;
    form.paper = map.value(QStringLiteral("paper"), form.paper).toBool();
    const QSizeF size(map.value(QStringLiteral("width")).toDouble(),
                      map.value(QStringLiteral("height")).toDouble());
    const QString unit = map.value(QStringLiteral("unit")).toString();
    const bool known = unit == QStringLiteral("px") || unit == QStringLiteral("mm");
    if (!known || size.isEmpty() || !std::isfinite(size.width()) || !std::isfinite(size.height()))
        return form;
    form.size = size;
    form.unit = unit == QStringLiteral("px") ? Unit::Pixels : Unit::Millimetres;
    return form;
}

}  // namespace secateur
