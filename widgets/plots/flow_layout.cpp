// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/flow_layout.h"

#include <QWidget>
#include <algorithm>
#include <utility>

namespace secateur {

FlowLayout::~FlowLayout() {
    qDeleteAll(items_);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

// All on one line; the wish of a layout that has room.
QSize FlowLayout::sizeHint() const {
    int width = 0;
    int height = 0;
    for (const QLayoutItem* item : items_) {
        if (item->isEmpty()) continue;
        width += (width > 0 ? spacing() : 0) + item->sizeHint().width();
        height = std::max(height, item->sizeHint().height());
    }
    const QMargins m = contentsMargins();
    return {width + m.left() + m.right(), height + m.top() + m.bottom()};
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : items_) {
        if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
    }
    const QMargins m = contentsMargins();
    return size + QSize(m.left() + m.right(), m.top() + m.bottom());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect& rect, bool apply) const {
    const QRect inner = rect.marginsRemoved(contentsMargins());
    int x = inner.x();
    int y = inner.y();
    int lineHeight = 0;
    QList<std::pair<QLayoutItem*, QRect>> line;
    // Boxes, buttons and words of one line stand in line.
    const auto end = [&] {
        for (const auto& [item, place] : line)
            if (apply) item->setGeometry(place.translated(0, (lineHeight - place.height()) / 2));
        line.clear();
    };
    for (QLayoutItem* item : items_) {
        if (item->isEmpty()) continue;
        // What is wider than the line is as narrow as it may be, instead of being cut at the end.
        const int most = std::max(inner.width(), item->minimumSize().width());
        const QSize size(std::min(item->sizeHint().width(), most), item->sizeHint().height());
        if (x > inner.x() && x + size.width() > inner.x() + inner.width()) {
            end();
            x = inner.x();
            y += lineHeight + spacing();
            lineHeight = 0;
        }
        line.append({item, QRect(QPoint(x, y), size)});
        x += size.width() + spacing();
        lineHeight = std::max(lineHeight, size.height());
    }
    end();
    return y + lineHeight - rect.y() + contentsMargins().bottom();
}

}  // namespace secateur
