// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/channel_map_choices.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QMenu>
#include <QToolButton>

namespace secateur {

namespace {

QComboBox* choiceOf(QWidget* parent, const QString& name, const QString& explanation,
                    const QStringList& texts) {
    auto* box = new QComboBox(parent);
    box->addItems(texts);
    box->setAccessibleName(name);
    box->setToolTip(explanation);
    return box;
}

int chosenIn(const QActionGroup& group) {
    return static_cast<int>(group.actions().indexOf(group.checkedAction()));
}

void chooseIn(const QActionGroup& group, int index) {
    if (index >= 0 && index < group.actions().size()) group.actions().at(index)->setChecked(true);
}

constexpr const char* kOrderKey = "order";
constexpr const char* kPixelKey = "pixel";
constexpr const char* kValuesKey = "values";
constexpr const char* kColoursKey = "colours";
constexpr const char* kLogKey = "log";
constexpr const char* kOverviewKey = "overview";

}  // namespace

ChannelMapChoices::ChannelMapChoices(QWidget* view)
    : QObject(view),
      kind_(choiceOf(view, tr("Units"), tr("What a column is"),
                     {tr("MLP channels"), tr("Heads"), tr("KV groups")})),
      order_(
          choiceOf(view, tr("Order"),
                   tr("Ranked: the highest first in every layer, so that the edge of what is removed is the "
                      "outline of the smaller network"),
                   {tr("As in the model"), tr("Ranked")})),
      button_(new QToolButton(view)),
      menu_(new QMenu(button_)) {
    order_->setCurrentIndex(static_cast<int>(UnitOrder::Ranked));
    menu_->addSeparator();
    log_ = menu_->addAction(tr("Log scale"));
    overview_ = menu_->addAction(tr("Overview while zoomed in"));
    QStringList maps;
    for (const ColourMap map : kColourMaps) maps.append(name(map));
    map_ = addGroup(tr("Colours"), maps);
    values_ = addGroup(tr("Values"), {tr("Standardised"), tr("Raw")});
    pixel_ = addGroup(tr("Where units share a pixel"), {tr("Their maximum"), tr("Their mean")});
    setReduction(Reduction::Mean);
    for (QAction* action : {log_, overview_}) action->setCheckable(true);
    overview_->setChecked(true);
    button_->setText(tr("View"));
    button_->setAccessibleName(tr("View of the map"));
    button_->setToolTip(tr("Score, values, colours, scale and overview"));
    button_->setMenu(menu_);
    menu_->setToolTipsVisible(true);
    button_->setPopupMode(QToolButton::InstantPopup);
    button_->setFocusPolicy(Qt::StrongFocus);

    for (QComboBox* box : {kind_, order_}) {
        connect(box, &QComboBox::currentIndexChanged, this, &ChannelMapChoices::arrangementChanged);
        connect(box, &QComboBox::currentIndexChanged, this, &ChannelMapChoices::framingChanged);
        connect(box, &QComboBox::currentIndexChanged, this, &ChannelMapChoices::changed);
    }
    const auto tell = [this](QAction* action, void (ChannelMapChoices::*what)()) {
        connect(action, &QAction::toggled, this, [this, what](bool on) {
            // Of a group, the one that is chosen tells.
            const auto* group = qobject_cast<QAction*>(sender())->actionGroup();
            if (group != nullptr && !on) return;
            Q_EMIT(this->*what)();
            Q_EMIT changed();
        });
    };
    for (const QActionGroup* group : {values_, pixel_})
        for (QAction* action : group->actions()) tell(action, &ChannelMapChoices::arrangementChanged);
    for (QAction* action : map_->actions()) tell(action, &ChannelMapChoices::coloursChanged);
    for (QAction* action : {log_, overview_}) tell(action, &ChannelMapChoices::coloursChanged);
}

QActionGroup* ChannelMapChoices::addGroup(const QString& title, const QStringList& texts) {
    QAction* first = menu_->actions().constFirst();
    menu_->insertSection(first, title);
    auto* group = new QActionGroup(menu_);
    for (const QString& text : texts) {
        auto* action = new QAction(text, group);
        action->setCheckable(true);
        menu_->insertAction(first, action);
    }
    group->actions().first()->setChecked(true);
    return group;
}

UnitKind ChannelMapChoices::kind() const {
    return static_cast<UnitKind>(kind_->currentIndex());
}
UnitOrder ChannelMapChoices::order() const {
    return static_cast<UnitOrder>(order_->currentIndex());
}
Reduction ChannelMapChoices::reduction() const {
    return static_cast<Reduction>(chosenIn(*pixel_));
}
UnitValues ChannelMapChoices::values() const {
    return static_cast<UnitValues>(chosenIn(*values_));
}
ColourMap ChannelMapChoices::colourMap() const {
    return static_cast<ColourMap>(chosenIn(*map_));
}
bool ChannelMapChoices::logScale() const {
    return log_->isChecked();
}
bool ChannelMapChoices::overview() const {
    return overview_->isChecked();
}
void ChannelMapChoices::setKind(UnitKind kind) {
    kind_->setCurrentIndex(static_cast<int>(kind));
}
void ChannelMapChoices::setOrder(UnitOrder order) {
    order_->setCurrentIndex(static_cast<int>(order));
}
void ChannelMapChoices::setReduction(Reduction reduction) {
    chooseIn(*pixel_, static_cast<int>(reduction));
}
void ChannelMapChoices::setValues(UnitValues values) {
    chooseIn(*values_, static_cast<int>(values));
}
void ChannelMapChoices::setColourMap(ColourMap map) {
    chooseIn(*map_, static_cast<int>(map));
}
void ChannelMapChoices::setLogScale(bool on) {
    log_->setChecked(on);
}
void ChannelMapChoices::setOverview(bool on) {
    overview_->setChecked(on);
}

QVariantMap ChannelMapChoices::kept() const {
    return {
        {kOrderKey, order_->currentIndex()}, {kPixelKey, chosenIn(*pixel_)}, {kValuesKey, chosenIn(*values_)},
        {kColoursKey, chosenIn(*map_)},      {kLogKey, logScale()},          {kOverviewKey, overview()}};
}

void ChannelMapChoices::restore(const QVariantMap& choices) {
    const auto number = [&](const char* key) {
        bool known = false;
        const int value = choices.value(QLatin1String(key)).toInt(&known);
        return known ? value : -1;
    };
    if (const int index = number(kOrderKey); index >= 0 && index < order_->count())
        order_->setCurrentIndex(index);
    chooseIn(*pixel_, number(kPixelKey));
    chooseIn(*values_, number(kValuesKey));
    chooseIn(*map_, number(kColoursKey));
    for (const auto& [action, key] : {std::pair(log_, kLogKey), std::pair(overview_, kOverviewKey)}) {
        if (const QVariant on = choices.value(QLatin1String(key)); on.isValid())
            action->setChecked(on.toBool());
    }
}

}  // namespace secateur
