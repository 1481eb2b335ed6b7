// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_tips.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QToolTip>
#include <QWidget>

#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/guide/guide_pages.h"

namespace secateur {
namespace {

constexpr int kTipCharacters = 62;

// What stands below a point, or has the focus: its key, and its own tool tip.
struct Found {
    QString key;
    QString tip;
};

QString keyNamed(QString name) {
    const GuideCard* card = cardNamed(name.remove(QLatin1Char('&')).remove(QLatin1Char(':')).trimmed());
    return card != nullptr ? QLatin1String(kCardKey) + card->id : QString();
}

Found ofIndex(const QModelIndex& index) {
    if (!index.isValid()) return {};
    const QString own = index.data(kGuideRole).toString();
    const QString key = own.isEmpty()
                            ? index.model()->headerData(index.column(), Qt::Horizontal, kGuideRole).toString()
                            : own;
    return {key, index.data(Qt::ToolTipRole).toString()};
}

Found ofSection(const QHeaderView& header, int section) {
    if (section < 0 || header.model() == nullptr) return {};
    const auto data = [&](int role) {
        return header.model()->headerData(section, header.orientation(), role);
    };
    const QString key = data(kGuideRole).toString();
    return {key.isEmpty() ? keyNamed(data(Qt::DisplayRole).toString()) : key,
            data(Qt::ToolTipRole).toString()};
}

// Of the widget itself, a list's choice, or what it is a part of; not beyond its panel.
Found ofWidget(const QWidget& start) {
    for (const QWidget* widget = &start; widget != nullptr; widget = widget->parentWidget()) {
        if (qobject_cast<const QDockWidget*>(widget) != nullptr) break;
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            const QString named = keyNamed(label->text());
            if (!named.isEmpty()) return {named, label->toolTip()};
            if (label->buddy() != nullptr) widget = label->buddy();
        }
        if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
            const QString key = box->currentData(kGuideRole).toString();
            if (!key.isEmpty()) return {key, box->toolTip()};
        }
        const QString key = widget->property(kGuideProperty).toString();
        if (!key.isEmpty()) return {key, widget->toolTip()};
        // Fields of options are named by them.
        if (findCard(widget->objectName()) != nullptr)
            return {QLatin1String(kCardKey) + widget->objectName(), widget->toolTip()};
        if (widget->isWindow()) break;
    }
    return {};
}

Found foundAt(const QWidget& widget, const QPoint& point) {
    if (const auto* header = qobject_cast<const QHeaderView*>(widget.parentWidget());
        header != nullptr && &widget == header->viewport())
        return ofSection(*header, header->logicalIndexAt(point));
    if (const auto* view = qobject_cast<const QAbstractItemView*>(widget.parentWidget());
        view != nullptr && &widget == view->viewport())
        return ofIndex(view->indexAt(point));
    return ofWidget(widget);
}

QString focused() {
    const QWidget* widget = QApplication::focusWidget();
    if (const QWidget* popup = QApplication::activePopupWidget()) {
        if (const auto* menu = qobject_cast<const QMenu*>(popup))
            return menu->activeAction() != nullptr ? menu->activeAction()->property(kGuideProperty).toString()
                                                   : QString();
        widget = popup->focusWidget() != nullptr ? popup->focusWidget() : popup;
        if (const auto* list = popup->findChild<QAbstractItemView*>()) widget = list;
    }
    if (widget == nullptr) return {};
    if (const auto* view = qobject_cast<const QAbstractItemView*>(widget))
        return ofIndex(view->currentIndex()).key;
    return ofWidget(*widget).key;
}

}  // namespace

GuideTips::GuideTips(std::function<void(const QString& key)> open, QObject* parent)
    : QObject(parent), open_(std::move(open)) {
    QCoreApplication::instance()->installEventFilter(this);
}

QString GuideTips::keyAt(const QWidget& widget, const QPoint& point) {
    return foundAt(widget, point).key;
}

QString GuideTips::asked() const {
    if (QToolTip::isVisible() && !shown_.isEmpty()) return shown_;
    return focused();
}

bool GuideTips::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ToolTip && watched->isWidgetType()) {
        auto* widget = static_cast<QWidget*>(watched);
        const auto* help = static_cast<QHelpEvent*>(event);
        const Found found = foundAt(*widget, help->pos());
        const GuideCard* card = cardOfKey(found.key);
        shown_ = card != nullptr ? found.key : QString();
        if (card == nullptr) return false;
        const QFont font = QToolTip::font();
        const QPalette colours = QToolTip::palette();
        const double room = kTipCharacters * QFontMetricsF(font).averageCharWidth();
        const QColor text = colours.color(QPalette::ToolTipText);
        QToolTip::showText(help->globalPos(), cardTip(*card, {font, text, text, room}, found.tip), widget);
        return true;
    }
    // Shortcuts do not reach through an open list.
    if (event->type() == QEvent::KeyPress && QApplication::activePopupWidget() != nullptr &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_F1) {
        const QString key = focused();
        if (cardOfKey(key) == nullptr) return false;
        while (QWidget* popup = QApplication::activePopupWidget()) {
            popup->close();
            if (popup == QApplication::activePopupWidget()) break;
        }
        open_(key);
        return true;
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace secateur
