// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_map_plottable.h"

namespace secateur {

namespace {

constexpr double kVectorScale = 2.0;  // picture pixels a unit of a drawing that has no pixels of its own

}  // namespace

UnitMapPlottable::UnitMapPlottable(QCPAxis* columns, QCPAxis* rows) : QCPAbstractPlottable(columns, rows) {
    setSelectable(QCP::stNone);
}

QCPRange UnitMapPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    found = picture_.values != nullptr;
    return found ? QCPRange(-0.5, picture_.values->maxWidth() - 0.5) : QCPRange();
}

QCPRange UnitMapPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = picture_.values != nullptr;
    return found ? QCPRange(-0.5, picture_.values->rows() - 0.5) : QCPRange();
}

void UnitMapPlottable::draw(QCPPainter* painter) {
    if (picture_.values == nullptr) return;
    const QRect rect = clipRect();
    const bool vector =
        painter->paintEngine() != nullptr && painter->paintEngine()->type() == QPaintEngine::SVG;
    const double scale = vector ? kVectorScale : painter->device()->devicePixelRatioF();
    const QCPRange columns = keyAxis()->range();
    const QCPRange rows = valueAxis()->range();
    const QRectF part(columns.lower + 0.5, rows.lower + 0.5, columns.size(), rows.size());
    const QSize pixels = (QSizeF(rect.size()) * scale).toSize();
    if (image_.size() != pixels) image_ = QImage(pixels, QImage::Format_RGB32);
    paintUnitMap(picture_, image_, part, qRound(scale));
    painter->drawImage(QRectF(rect), image_);
}

}  // namespace secateur
