// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/input_rules.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDialog>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextEdit>

#include "widgets/panels/plan_panel.h"

namespace secateur {
namespace {

bool wheelEdits(const QWidget& widget) {
    return qobject_cast<const QAbstractSpinBox*>(&widget) != nullptr ||
           qobject_cast<const QComboBox*>(&widget) != nullptr ||
           (qobject_cast<const QAbstractSlider*>(&widget) != nullptr &&
            qobject_cast<const QScrollBar*>(&widget) == nullptr);
}

bool isIn(const QWidget& widget, const QMetaObject& kind) {
    for (const QWidget* at = &widget; at != nullptr; at = at->parentWidget()) {
        if (at->metaObject()->inherits(&kind)) return true;
    }
    return false;
}

// Whether the field has something of its own to take back.
bool hasOwn(const QWidget& field, const QLineEdit* line, bool undo) {
    const QTextDocument* text = nullptr;
    if (const auto* edit = qobject_cast<const QPlainTextEdit*>(&field);
        edit != nullptr && !edit->isReadOnly())
        text = edit->document();
    if (const auto* edit = qobject_cast<const QTextEdit*>(&field); edit != nullptr && !edit->isReadOnly())
        text = edit->document();
    if (text != nullptr) return undo ? text->isUndoAvailable() : text->isRedoAvailable();
    return line != nullptr && (undo ? line->isUndoAvailable() : line->isRedoAvailable());
}

// Whether the key is the plan's and not the field's; what was typed is taken first, as when the field is
// left.
bool leavesToPlan(QWidget& field, const QKeyEvent& key) {
    const bool undo = key.matches(QKeySequence::Undo);
    if ((!undo && !key.matches(QKeySequence::Redo)) || isIn(field, QDialog::staticMetaObject)) return false;
    auto* spin = qobject_cast<QAbstractSpinBox*>(&field);
    auto* line = spin != nullptr ? spin->findChild<QLineEdit*>() : qobject_cast<QLineEdit*>(&field);
    if (!isIn(field, PlanPanel::staticMetaObject)) return !hasOwn(field, line, undo);
    if (spin != nullptr)
        spin->interpretText();
    else if (line != nullptr && line->isModified())
        Q_EMIT line->editingFinished();
    return true;
}

void askForMenu(QWidget& widget) {
    const QPoint position = widget.inputMethodQuery(Qt::ImCursorRectangle).toRect().center();
    QContextMenuEvent event(QContextMenuEvent::Keyboard, position, widget.mapToGlobal(position));
    QApplication::sendEvent(&widget, &event);
}

class InputRules final : public QObject {
public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        auto* widget = watched->isWidgetType() ? static_cast<QWidget*>(watched) : nullptr;
        if (widget == nullptr) return false;
        switch (event->type()) {
            case QEvent::Polish:
                if (wheelEdits(*widget) && widget->focusPolicy() == Qt::WheelFocus)
                    widget->setFocusPolicy(Qt::StrongFocus);
                return false;
            case QEvent::Wheel:
                if (!wheelEdits(*widget) || widget->hasFocus()) return false;
                event->ignore();
                return true;
            case QEvent::ShortcutOverride:
                if (!leavesToPlan(*widget, *static_cast<QKeyEvent*>(event))) return false;
                event->ignore();
                return true;
            case QEvent::KeyPress: {
                const auto* key = static_cast<QKeyEvent*>(event);
                if (key->key() != Qt::Key_F10 || key->modifiers() != Qt::ShiftModifier || !widget->hasFocus())
                    return false;
                askForMenu(*widget);
                return true;
            }
            default:
                return false;
        }
    }
};

}  // namespace

void installInputRules() {
    static const bool installed = [] {
        qApp->installEventFilter(new InputRules(qApp));
        return true;
    }();
    static_cast<void>(installed);
}

}  // namespace secateur
