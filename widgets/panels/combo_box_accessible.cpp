// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/combo_box_accessible.h"

#include <QAbstractItemView>
#include <QAccessible>
#include <QAccessibleWidget>
#include <QComboBox>

namespace secateur {
namespace {

// The list of a combo box is offered as Qt has it. The chosen entry is also a number, so that tools can
// choose without the list.
class ComboBoxAccessible final : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit ComboBoxAccessible(QComboBox* box) : QAccessibleWidget(box, QAccessible::ComboBox) {}

    [[nodiscard]] int childCount() const override { return 1; }
    [[nodiscard]] QAccessibleInterface* child(int index) const override {
        return index == 0 ? QAccessible::queryAccessibleInterface(box()->view()) : nullptr;
    }
    [[nodiscard]] int indexOfChild(const QAccessibleInterface* child) const override {
        return child != nullptr && child->object() == box()->view() ? 0 : -1;
    }
    [[nodiscard]] QString text(QAccessible::Text kind) const override {
        if (kind == QAccessible::Name)
            return box()->accessibleName().isEmpty() ? box()->currentText() : box()->accessibleName();
        if (kind == QAccessible::Value) return box()->currentText();
        if (kind == QAccessible::Description) {
            return box()->accessibleDescription().isEmpty() ? box()->currentText()
                                                            : box()->accessibleDescription();
        }
        return QAccessibleWidget::text(kind);
    }
    [[nodiscard]] QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        const bool open = box()->view()->isVisible();
        state.expandable = true;
        state.expanded = open;
        state.collapsed = !open;
        state.hasPopup = true;
        return state;
    }
    [[nodiscard]] QStringList actionNames() const override { return {showMenuAction(), pressAction()}; }
    void doAction(const QString& action) override {
        if (action != showMenuAction() && action != pressAction()) return;
        if (box()->view()->isVisible()) {
            box()->hidePopup();
        } else {
            box()->showPopup();
        }
    }
    void* interface_cast(QAccessible::InterfaceType type) override {
        if (type == QAccessible::ValueInterface) return static_cast<QAccessibleValueInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }

    [[nodiscard]] QVariant currentValue() const override { return box()->currentIndex(); }
    void setCurrentValue(const QVariant& value) override {
        const int index = value.toInt();
        if (!box()->isEnabled() || index < 0 || index >= box()->count()) return;
        box()->setCurrentIndex(index);
        Q_EMIT box()->activated(index);
    }
    [[nodiscard]] QVariant maximumValue() const override { return box()->count() - 1; }
    [[nodiscard]] QVariant minimumValue() const override { return 0; }
    [[nodiscard]] QVariant minimumStepSize() const override { return 1; }

private:
    [[nodiscard]] QComboBox* box() const { return static_cast<QComboBox*>(object()); }
};

QAccessibleInterface* makeComboBox(const QString& className, QObject* object) {
    if (className != QLatin1String("QComboBox")) return nullptr;
    auto* box = qobject_cast<QComboBox*>(object);
    return box != nullptr && !box->isEditable() ? new ComboBoxAccessible(box) : nullptr;
}

}  // namespace

void installComboBoxAccessibility() {
    static const bool installed = [] {
        QAccessible::installFactory(makeComboBox);
        return true;
    }();
    static_cast<void>(installed);
}

}  // namespace secateur
