// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/control_list.h"

#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QCheckBox>
#include <QComboBox>
#include <QCommandLinkButton>
#include <QDoubleSpinBox>
#include <QHash>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTextDocumentFragment>
#include <QTextEdit>
#include <QToolButton>

#include "widgets/guide/guide_cards.h"
#include "widgets/plots/plot_view.h"

namespace secateur {
namespace {

constexpr int kMostChoices = 6;  // that are told of a list

QString controlTr(const char* text) {
    return QCoreApplication::translate("ControlList", text);
}

// "&" marks a key and ":" ends a label; neither is part of the name.
QString plain(QString text) {
    for (qsizetype at = 0; at < text.size(); ++at)
        if (text.at(at) == QLatin1Char('&')) text.remove(at, 1);
    text = text.simplified();
    if (text.endsWith(QLatin1Char(':'))) text.chop(1);
    return text;
}

QString withoutTags(const QString& tip) {
    return Qt::mightBeRichText(tip) ? QTextDocumentFragment::fromHtml(tip).toPlainText().simplified()
                                    : tip.simplified();
}

void addOf(QLayout* layout, QList<QWidget*>& widgets) {
    for (int i = 0; layout != nullptr && i < layout->count(); ++i) {
        QLayoutItem* item = layout->itemAt(i);
        if (item->widget() != nullptr) widgets << item->widget();
        addOf(item->layout(), widgets);
    }
}

// As they are laid out; what is not laid out comes last.
QList<QWidget*> partsOf(const QWidget& widget) {
    QList<QWidget*> parts;
    if (const auto* scroll = qobject_cast<const QScrollArea*>(&widget)) parts << scroll->widget();
    if (const auto* splitter = qobject_cast<const QSplitter*>(&widget))
        for (int i = 0; i < splitter->count(); ++i) parts << splitter->widget(i);
    addOf(widget.layout(), parts);
    for (QWidget* child : widget.findChildren<QWidget*>(Qt::FindDirectChildrenOnly)) {
        // Pages behind tabs are in a stack of Qt's own.
        const bool named = child->objectName().startsWith(QLatin1String("qt_")) &&
                           qobject_cast<QStackedWidget*>(child) == nullptr;
        const bool ofQt = named || child->isWindow() || qobject_cast<QScrollBar*>(child) != nullptr ||
                          qobject_cast<QTabBar*>(child) != nullptr;
        // A scroll area keeps what it shows in a widget of its own.
        const bool viewport = qobject_cast<const QScrollArea*>(&widget) != nullptr;
        if (!ofQt && !viewport && !parts.contains(child)) parts << child;
    }
    return parts;
}

QString choiceText(const QComboBox& box) {
    QStringList others;
    for (int i = 0; i < box.count(); ++i)
        if (i != box.currentIndex() && !box.itemText(i).isEmpty()) others << box.itemText(i);
    if (others.isEmpty() || others.size() >= kMostChoices) return box.currentText();
    return controlTr("%1 (or %2)").arg(box.currentText(), others.join(QStringLiteral(", ")));
}

template <class Box>
void tell(const Box& box, ListedControl& control) {
    control.unit = box.suffix().trimmed();
    control.value = box.text();
    if (control.value.endsWith(box.suffix())) control.value.chop(box.suffix().size());
    control.value = control.value.trimmed();
}

// Unit and value.
void tellValue(const QWidget& widget, ListedControl& control) {
    if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
        control.key = button->shortcut();
        if (button->isCheckable()) control.value = button->isChecked() ? controlTr("on") : controlTr("off");
    } else if (const auto* box = qobject_cast<const QComboBox*>(&widget)) {
        control.value = choiceText(*box);
    } else if (const auto* whole = qobject_cast<const QSpinBox*>(&widget)) {
        tell(*whole, control);
    } else if (const auto* real = qobject_cast<const QDoubleSpinBox*>(&widget)) {
        tell(*real, control);
    } else if (const auto* line = qobject_cast<const QLineEdit*>(&widget)) {
        control.value = line->text().isEmpty() ? line->placeholderText() : line->text();
    }
}

class Collector {
public:
    explicit Collector(const QWidget& panel) {
        for (const QLabel* label : panel.findChildren<QLabel*>())
            if (label->buddy() != nullptr) labels_.insert(label->buddy(), plain(label->text()));
        visit(panel);
    }
    [[nodiscard]] ListedPanel found() const { return found_; }

private:
    void visit(const QWidget& widget) {
        if (const auto* table = qobject_cast<const QAbstractItemView*>(&widget)) {
            addTable(*table);
            addContextMenu(widget);
        } else if (isControl(widget)) {
            // Links lead to what was used last.
            if (qobject_cast<const QCommandLinkButton*>(&widget) == nullptr) addControl(widget);
        } else if (!isReadOnlyText(widget)) {
            addContextMenu(widget);
            for (const QWidget* part : partsOf(widget)) visit(*part);
        }
    }
    static bool isReadOnlyText(const QWidget& widget) {
        const auto* line = qobject_cast<const QLineEdit*>(&widget);
        return (line != nullptr && line->isReadOnly()) || widget.inherits("QTextEdit") ||
               widget.inherits("QPlainTextEdit");
    }
    static bool isControl(const QWidget& widget) {
        if (const auto* text = qobject_cast<const QPlainTextEdit*>(&widget)) return !text->isReadOnly();
        if (const auto* text = qobject_cast<const QTextEdit*>(&widget)) return !text->isReadOnly();
        if (const auto* line = qobject_cast<const QLineEdit*>(&widget)) return !line->isReadOnly();
        return widget.inherits("QAbstractButton") || widget.inherits("QComboBox") ||
               widget.inherits("QAbstractSpinBox") || widget.inherits("QAbstractSlider");
    }
    QString nameOf(const QWidget& widget) const {
        if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) {
            const QString text = plain(button->text());
            // A sign is no name.
            if (text.size() > 1) return text;
        }
        const QString label = labels_.value(&widget);
        return label.isEmpty() ? widget.accessibleName() : label;
    }
    void addControl(const QWidget& widget) {
        ListedControl control{nameOf(widget), withoutTags(widget.toolTip()), {}, {}, {}};
        if (control.what.isEmpty())
            if (const GuideCard* card = cardNamed(control.name)) control.what = card->words;
        tellValue(widget, control);
        found_.controls << control;
        const auto* push = qobject_cast<const QPushButton*>(&widget);
        const auto* tool = qobject_cast<const QToolButton*>(&widget);
        const QMenu* menu = push != nullptr ? push->menu() : tool != nullptr ? tool->menu() : nullptr;
        if (menu != nullptr) addMenu(widget, menu->actions(), true);
    }
    void addTable(const QAbstractItemView& view) {
        ListedTable table{nameOf(view), {}};
        const QAbstractItemModel* model = view.model();
        const bool headed = model != nullptr && view.inherits("QTableView");
        for (int column = 0; headed && column < model->columnCount(); ++column) {
            const auto said = [&](int role) {
                return model->headerData(column, Qt::Horizontal, role).toString();
            };
            // What follows in further lines is of the present numbers.
            const QString tip = said(Qt::ToolTipRole).section(QLatin1Char('\n'), 0, 0);
            ListedColumn heading{plain(said(Qt::DisplayRole)), withoutTags(tip)};
            if (heading.what.isEmpty())
                if (const GuideCard* card = cardNamed(heading.name)) heading.what = card->words;
            if (!heading.name.isEmpty()) table.columns << heading;
        }
        found_.tables << table;
    }
    // Other widgets keep actions for their keys alone.
    void addContextMenu(const QWidget& widget) {
        const Qt::ContextMenuPolicy policy = widget.contextMenuPolicy();
        if (qobject_cast<const PlotView*>(&widget) != nullptr || policy == Qt::CustomContextMenu ||
            policy == Qt::ActionsContextMenu)
            addMenu(widget, widget.actions(), false);
    }
    void addMenu(const QWidget& of, const QList<QAction*>& actions, bool ofButton) {
        ListedMenu menu{nameOf(of), ofButton, {}};
        for (const QAction* action : actions) {
            if (action->isSeparator()) continue;
            QString text = plain(action->text());
            if (action->menu() != nullptr) {
                QStringList below;
                for (const QAction* entry : action->menu()->actions())
                    if (!entry->isSeparator()) below << plain(entry->text());
                text += QStringLiteral(" > ") + below.join(QStringLiteral(", "));
            }
            menu.entries << ListedMenu::Entry{text, action->shortcut()};
        }
        if (!menu.entries.isEmpty()) found_.menus << menu;
    }

    QHash<const QWidget*, QString> labels_;
    ListedPanel found_;
};

}  // namespace

ListedPanel listControls(const QWidget& panel) {
    return Collector(panel).found();
}

}  // namespace secateur
