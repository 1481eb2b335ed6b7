// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a channel map can be told: the units and their order stand in one row, the rest is in the menu of the
// button beside them. What is shown there is what is drawn.
#pragma once

#include <QObject>
#include <QVariantMap>

#include "widgets/plots/colour_map.h"
#include "widgets/plots/unit_map.h"

class QAction;
class QActionGroup;
class QComboBox;
class QMenu;
class QToolButton;
class QWidget;

namespace secateur {

class ChannelMapChoices final : public QObject {
    Q_OBJECT
public:
    // The widgets are children of `view`; it adds them to its bar.
    explicit ChannelMapChoices(QWidget* view);

    [[nodiscard]] QComboBox* kindBox() const noexcept { return kind_; }
    [[nodiscard]] QComboBox* orderBox() const noexcept { return order_; }
    [[nodiscard]] QToolButton* menuButton() const noexcept { return button_; }

    // A group of the menu's own, before the others; the first of it is chosen.
    [[nodiscard]] QActionGroup* addGroup(const QString& title, const QStringList& texts);

    [[nodiscard]] UnitKind kind() const;
    [[nodiscard]] UnitOrder order() const;
    [[nodiscard]] Reduction reduction() const;
    [[nodiscard]] UnitValues values() const;
    [[nodiscard]] ColourMap colourMap() const;
    [[nodiscard]] bool logScale() const;
    [[nodiscard]] bool overview() const;
    void setKind(UnitKind kind);
    void setOrder(UnitOrder order);
    void setReduction(Reduction reduction);
    void setValues(UnitValues values);
    void setColourMap(ColourMap map);
    void setLogScale(bool on);
    void setOverview(bool on);

    // All of them but the kind, which is looked for anew in every model.
    [[nodiscard]] QVariantMap kept() const;
    // What is missing or unknown stays as it is.
    void restore(const QVariantMap& choices);

Q_SIGNALS:
    void arrangementChanged();  // which cells there are, and where
    void framingChanged();      // after that: another map than before, to be seen whole
    void coloursChanged();
    void changed();  // after any of them

private:
    QComboBox* kind_;
    QComboBox* order_;
    QToolButton* button_;
    QMenu* menu_;
    QActionGroup* pixel_ = nullptr;
    QActionGroup* values_ = nullptr;
    QActionGroup* map_ = nullptr;
    QAction* log_ = nullptr;
    QAction* overview_ = nullptr;
};

}  // namespace secateur
