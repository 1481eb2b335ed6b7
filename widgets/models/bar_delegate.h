// SPDX-License-Identifier: GPL-3.0-or-later
//
// Draws a cell's number over a bar whose length is the model's BarRole, its rank in a narrow column beside it
// (NumberRole, RankRole), or a silhouette of two halves beside the number (HalvesRole). Colours follow the
// palette.
#pragma once

#include <QStyledItemDelegate>

namespace secateur {

class BarDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    // With the margins that paint() leaves around the text.
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

    // Where the number and the rank of a cell stand; the rank's is empty where no cell of the model has one.
    struct Places {
        QRect number;
        QRect rank;
    };
    [[nodiscard]] static Places places(const QRect& area, const QFontMetrics& metrics, bool ranked);
};

}  // namespace secateur
