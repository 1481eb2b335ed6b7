// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/width_options.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/number_text.h"

namespace secateur {
namespace {

enum TargetUnit { Parameters, Bytes };

QSpinBox* spinBox(const QString& name, const QString& explanation, int least, int most, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setKeyboardTracking(false);
    box->setAccessibleName(name);
    box->setToolTip(explanation);
    return box;
}

template <class Widget>
Widget* named(Widget* widget, const QString& name, const QString& explanation) {
    widget->setAccessibleName(name);
    widget->setToolTip(explanation);
    return widget;
}

}  // namespace

WidthOptions::WidthOptions(PlanDocument& document, QWidget* parent) : QWidget(parent), document_(document) {
    buildFields();
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setVerticalSpacing(4);
    auto* target = new QHBoxLayout;
    target->addWidget(target_, 1);
    target->addWidget(targetUnit_);
    form->addRow(tr("Target"), target);
    form->addRow(tr("Protected layers"), protect_);
    form->addRow(tr("KV groups removed"), removeGroups_);
    form->addRow(tr("Keep KV groups"), minGroups_);
    form->addRow(tr("Keep channels"), minChannels_);
    form->addRow(tr("Round channels to"), roundTo_);
    form->addRow(tr("Statistics"), statistics_);
    form->addRow(tr("Cost"), cost_);
    form->addRow(QString(), bias_);
    connectFields();
    connect(&document_, &PlanDocument::planChanged, this, &WidthOptions::refresh);
    refresh();
}

void WidthOptions::buildFields() {
    target_ = named(
        new QLineEdit(this), tr("Target"),
        tr("What the whole model should have left, for example 4.2 M or 8.2 MB; empty: the ratio decides"));
    target_->setPlaceholderText(tr("by ratio"));
    targetUnit_ = named(new QComboBox(this), tr("Target unit"), tr("What the target counts"));
    targetUnit_->addItems({tr("parameters"), tr("bytes")});
    protect_ = named(new QLineEdit(this), tr("Protected layers"),
                     tr("Layers that keep their width, for example 0, 9-11"));
    protect_->setPlaceholderText(tr("none"));
    removeGroups_ =
        spinBox(tr("KV groups removed"), tr("UL-MM and AL-MM: KV groups removed over the whole network"), -1,
                100000, this);
    removeGroups_->setSpecialValueText(tr("by ratio"));
    minGroups_ = spinBox(tr("Keep KV groups"), tr("Least KV groups that every layer keeps"), 0, 1024, this);
    minChannels_ =
        spinBox(tr("Keep channels"), tr("Least MLP channels that every layer keeps"), 0, 1000000, this);
    roundTo_ = spinBox(tr("Round channels to"),
                       tr("Kept channels of a layer are a multiple of this; 128 or 256 suit fast kernels"), 1,
                       4096, this);
    statistics_ = named(
        new QComboBox(this), tr("Statistics"),
        tr("exact: true mean and variance over tokens; reference: what the published FLAP code accumulates"));
    statistics_->addItems({tr("as measured"), tr("exact"), tr("reference")});
    cost_ = named(new QComboBox(this), tr("Cost"),
                  tr("How much a KV group costs in channels: exact, or truncated as in the published code"));
    cost_->addItems({tr("as the statistics"), tr("exact"), tr("reference")});
    bias_ = named(new QCheckBox(tr("Bias compensation"), this), tr("Bias compensation"),
                  tr("Add the mean contribution of what is removed to the output bias"));
}

void WidthOptions::connectFields() {
    connect(target_, &QLineEdit::editingFinished, this, &WidthOptions::commitTarget);
    connect(targetUnit_, &QComboBox::activated, this, &WidthOptions::commitTarget);
    connect(protect_, &QLineEdit::editingFinished, this, &WidthOptions::commitProtected);
    for (QSpinBox* box : {removeGroups_, minGroups_, minChannels_, roundTo_}) {
        connect(box, &QSpinBox::valueChanged, this, &WidthOptions::commitNumbers);
    }
    connect(statistics_, &QComboBox::currentIndexChanged, this, &WidthOptions::commitChoices);
    connect(cost_, &QComboBox::currentIndexChanged, this, &WidthOptions::commitChoices);
    connect(bias_, &QCheckBox::toggled, this, &WidthOptions::commitChoices);
}

void WidthOptions::refresh() {
    const QSignalBlocker quiet[] = {QSignalBlocker(target_),    QSignalBlocker(targetUnit_),
                                    QSignalBlocker(protect_),   QSignalBlocker(removeGroups_),
                                    QSignalBlocker(minGroups_), QSignalBlocker(minChannels_),
                                    QSignalBlocker(roundTo_),   QSignalBlocker(statistics_),
                                    QSignalBlocker(cost_),      QSignalBlocker(bias_)};
    const WidthRequest width = document_.width();
    if (!target_->hasFocus() || !target_->isModified()) {
        target_->setText(width.targetParameters ? QString::fromStdString(formatCount(*width.targetParameters))
                         : width.targetBytes    ? QString::fromStdString(formatBytes(*width.targetBytes))
                                                : QString());
    }
    if (width.targetParameters || width.targetBytes)
        targetUnit_->setCurrentIndex(width.targetBytes ? Bytes : Parameters);
    if (!protect_->hasFocus() || !protect_->isModified()) protect_->setText(formatLayers(width.protect));
    removeGroups_->setValue(width.removeHeads);
    removeGroups_->setEnabled(width.structure.ends_with("-MM"));
    minGroups_->setValue(width.minKeepGroups);
    minChannels_->setValue(width.minKeepChannels);
    roundTo_->setValue(width.roundTo);
    statistics_->setCurrentIndex(width.statistics ? 1 + static_cast<int>(*width.statistics) : 0);
    cost_->setCurrentIndex(width.cost ? 1 + static_cast<int>(*width.cost) : 0);
    bias_->setChecked(width.bias);
    setEnabled(document_.model() != nullptr);
}

void WidthOptions::commitTarget() {
    const QString text = target_->text().trimmed();
    WidthRequest width = document_.width();
    const auto amount = parseAmount(text);
    if (!text.isEmpty() && !amount) {
        Q_EMIT messageRaised(
            tr("Target: \"%1\" is not an amount; write for example 4.2 M or 8.2 MB.").arg(text));
        target_->setModified(false);
        refresh();
        return;
    }
    target_->setModified(false);
    const bool bytes =
        targetUnit_->currentIndex() == Bytes || text.endsWith(QLatin1Char('B'), Qt::CaseInsensitive);
    // What is shown is rounded; leaving the field unchanged must not round the wish.
    const auto shown = bytes ? width.targetBytes : width.targetParameters;
    if (shown && amount && text == QString::fromStdString(bytes ? formatBytes(*shown) : formatCount(*shown)))
        return;
    width.targetParameters = bytes ? std::nullopt : amount;
    width.targetBytes = bytes ? amount : std::nullopt;
    if (amount) width.ratio = 0.0;
    document_.setWidth(tr("Set target"), width);
}

void WidthOptions::commitProtected() {
    if (document_.model() == nullptr) return;
    WidthRequest width = document_.width();
    try {
        width.protect =
            parseLayers(protect_->text(), document_.model()->config.originalLayers, tr("Protected layers"));
    } catch (const Error& error) {
        Q_EMIT messageRaised(QString::fromStdString(error.message()));
        protect_->setModified(false);
        refresh();
        return;
    }
    protect_->setModified(false);
    document_.setWidth(tr("Protect layers"), width);
}

void WidthOptions::commitNumbers() {
    WidthRequest width = document_.width();
    width.removeHeads = removeGroups_->value();
    width.minKeepGroups = minGroups_->value();
    width.minKeepChannels = minChannels_->value();
    width.roundTo = roundTo_->value();
    document_.setWidth(tr("Set limits"), width);
}

void WidthOptions::commitChoices() {
    WidthRequest width = document_.width();
    const int statistics = statistics_->currentIndex();
    const int cost = cost_->currentIndex();
    width.statistics = statistics > 0 ? std::optional(static_cast<Statistics>(statistics - 1)) : std::nullopt;
    width.cost = cost > 0 ? std::optional(static_cast<Cost>(cost - 1)) : std::nullopt;
    width.bias = bias_->isChecked();
    document_.setWidth(tr("Choose options"), width);
}

}  // namespace secateur
