// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/choice_words.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_keys.h"

namespace secateur {
namespace {

constexpr int kBriefRole = kGuideRole + 1;

// The choice, and what it means in a paler colour, in two columns.
class ChoiceDelegate final : public QStyledItemDelegate {
public:
    explicit ChoiceDelegate(QComboBox& box) : QStyledItemDelegate(&box), box_(box) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const QString brief = index.data(kBriefRole).toString();
        if (brief.isEmpty()) return;
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setFont(option.font);
        painter->setPen(option.palette.color(chosen ? QPalette::HighlightedText : QPalette::PlaceholderText));
        const QRect room = option.rect.adjusted(named(option), 0, -option.fontMetrics.averageCharWidth(), 0);
        painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                          option.fontMetrics.elidedText(brief, Qt::ElideRight, room.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        const QString brief = index.data(kBriefRole).toString();
        const int words =
            option.fontMetrics.horizontalAdvance(brief) + 2 * option.fontMetrics.averageCharWidth();
        if (!brief.isEmpty()) size.setWidth(std::max(size.width(), named(option) + words));
        size.rheight() += option.fontMetrics.height() / 3;
        return size;
    }

private:
    // Where the words begin.
    [[nodiscard]] int named(const QStyleOptionViewItem& option) const {
        int widest = 0;
        for (int i = 0; i < box_.count(); ++i)
            widest = std::max(widest, option.fontMetrics.horizontalAdvance(box_.itemText(i)));
        return widest + 4 * option.fontMetrics.averageCharWidth();
    }

    QComboBox& box_;
};

}  // namespace

void explainChoices(QComboBox& box, const std::string& kind) {
    bool any = false;
    for (int i = 0; i < box.count(); ++i) {
        const QVariant data = box.itemData(i);
        const QString name = data.userType() == QMetaType::QString ? data.toString() : box.itemText(i);
        const QString key = guideKey(kind, name.toStdString());
        const GuideCard* card = cardOfKey(key);
        if (card == nullptr) continue;
        any = true;
        box.setItemData(i, key, kGuideRole);
        if (box.itemData(i, Qt::ToolTipRole).isNull()) box.setItemData(i, card->words, Qt::ToolTipRole);
        if (card->brief.isEmpty()) continue;
        box.setItemData(i, card->brief, kBriefRole);
        box.setItemData(i, card->brief, Qt::AccessibleDescriptionRole);
    }
    if (!any) return;
    box.setItemDelegate(new ChoiceDelegate(box));
    // The open list is as wide as its words, not as the field.
    const int words = box.view()->sizeHintForColumn(0) + 4 * box.fontMetrics().averageCharWidth();
    box.view()->setMinimumWidth(words);
}

}  // namespace secateur
