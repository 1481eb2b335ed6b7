// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/bar_delegate.h"

#include <QApplication>
#include <QPainter>

#include "widgets/models/rows_model.h"

namespace secateur {

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    const QVariant share = index.data(BarRole);
    if (!share.isValid()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = cell.text;
    cell.text.clear();
    const QWidget* widget = option.widget;
    QStyle* style = widget != nullptr ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, widget);

    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &cell, widget) + 1;
    const QRect area = option.rect.adjusted(margin, margin, -margin, -margin);
    QRect bar = area;
    bar.setWidth(qRound(area.width() * qBound(0.0, share.toDouble(), 1.0)));
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    QColor colour = selected ? option.palette.color(QPalette::HighlightedText)
                             : option.palette.color(QPalette::Highlight);
    colour.setAlphaF(selected ? 0.25F : 0.40F);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(colour);
    painter->drawRoundedRect(bar, 2, 2);
    painter->setPen(option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    painter->setFont(option.font);
    const QRect textArea = area.adjusted(0, 0, -1, 0);
    painter->drawText(textArea, Qt::AlignRight | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(text, Qt::ElideRight, textArea.width()));
    painter->restore();
}

}  // namespace secateur
