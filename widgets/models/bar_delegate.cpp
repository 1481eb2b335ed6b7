// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/bar_delegate.h"

#include <QApplication>
#include <QPainter>

#include "widgets/models/rows_model.h"

namespace secateur {

namespace {

QColor ink(const QStyleOptionViewItem& option, float opacity) {
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    QColor colour = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
    colour.setAlphaF(opacity);
    return colour;
}

QColor fill(const QStyleOptionViewItem& option, float opacity) {
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    QColor colour = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Highlight);
    colour.setAlphaF(selected ? 0.6F * opacity : opacity);
    return colour;
}

// How wide the two parts of a layer stay, around the middle, so that the column is the shape of the network;
// the outline is what they were.
void drawSilhouette(QPainter& painter, const QStyleOptionViewItem& option, const QRect& area,
                    const QVariantList& halves) {
    const int height = area.height() / 2;
    for (int half = 0; half < 2; ++half) {
        const QRect whole(area.left(), area.top() + half * height, area.width(), height);
        const double share = qBound(0.0, halves.value(half).toDouble(), 1.0);
        const double width = whole.width() * share;
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink(option, 0.07F));
        painter.drawRect(whole);
        painter.setBrush(fill(option, half == 0 ? 0.75F : 0.42F));
        painter.drawRect(QRectF(whole.center().x() + 0.5 - width / 2, whole.top(), width, height));
    }
}

int marginOf(const QStyleOptionViewItem& option) {
    const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    return style->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
}

}  // namespace

QSize BarDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * marginOf(option), 0);
}

BarDelegate::Places BarDelegate::places(const QRect& area, const QFontMetrics& metrics, bool ranked) {
    if (!ranked) return {area.adjusted(0, 0, -1, 0), {}};
    const int width = metrics.horizontalAdvance(QStringLiteral(" #00"));
    const QRect rank(area.right() - width, area.top(), width, area.height());
    return {QRect(area.left(), area.top(), area.width() - width - 1, area.height()), rank};
}

void BarDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const {
    const QVariant share = index.data(BarRole);
    const QVariant number = index.data(NumberRole);
    const QVariantList halves = index.data(HalvesRole).toList();
    if (!share.isValid() && !number.isValid() && halves.isEmpty()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = number.isValid() ? number.toString() : cell.text;
    cell.text.clear();
    const QWidget* widget = option.widget;
    QStyle* style = widget != nullptr ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, widget);

    const int margin = marginOf(cell);
    const QRect area = option.rect.adjusted(margin, margin, -margin, -margin);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    if (share.isValid()) {
        QRect bar = area;
        bar.setWidth(qRound(area.width() * qBound(0.0, share.toDouble(), 1.0)));
        painter->setBrush(fill(option, 0.40F));
        painter->drawRoundedRect(bar, 2, 2);
    }
    const Places place = places(area, option.fontMetrics, number.isValid());
    if (!halves.isEmpty()) {
        const int words = option.fontMetrics.horizontalAdvance(QStringLiteral("100.0 %")) + margin;
        if (area.width() > words + 8)
            drawSilhouette(*painter, option, area.adjusted(0, 0, -words, 0), halves);
    }
    painter->setFont(option.font);
    painter->setPen(ink(option, 1.0F));
    painter->drawText(place.number, Qt::AlignRight | Qt::AlignVCenter,
                      option.fontMetrics.elidedText(text, Qt::ElideRight, place.number.width()));
    if (const QVariant rank = index.data(RankRole); rank.isValid()) {
        painter->setPen(ink(option, 0.75F));
        painter->drawText(place.rank, Qt::AlignRight | Qt::AlignVCenter,
                          QLatin1Char('#') + QString::number(rank.toInt()));
    }
    painter->restore();
}

}  // namespace secateur
