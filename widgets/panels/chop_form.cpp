// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/chop_form.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/base/error.h"
#include "widgets/document/chop_words.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/window_words.h"
#include "widgets/guide/choice_words.h"
#include "widgets/panels/number_text.h"

namespace secateur {

ChopForm::ChopForm(PlanDocument& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      count_(new QSpinBox(this)),
      strategy_(new QComboBox(this)),
      propose_(new QPushButton(tr("Propose"), this)) {
    count_->setRange(0, 1);
    count_->setAccessibleName(tr("Layers to chop"));
    count_->setToolTip(tr("How many layers the strategy chooses; 0 restores all"));
    strategy_->setAccessibleName(tr("Chop strategy"));
    strategy_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    strategy_->setMinimumContentsLength(8);
    // Those that are answered at once; the Chop lab runs the others.
    for (const ChopStrategy& strategy : chopStrategyTable()) {
        if (strategy.needs != ChopNeeds::Nothing && strategy.needs != ChopNeeds::Analysis) continue;
        strategy_->addItem(strategyLabel(strategy.name), QString::fromStdString(strategy.name));
        strategy_->setItemData(strategy_->count() - 1, QString::fromStdString(strategy.summary),
                               Qt::ToolTipRole);
    }
    explainChoices(*strategy_, "by");
    strategy_->setToolTip(
        tr("How layers are chosen; the Chop lab compares these and those that run the network"));
    connect(strategy_, &QComboBox::currentIndexChanged, this, [this] { chosen_ = true; });
    propose_->setAccessibleName(propose_->text());
    propose_->setToolTip(tr("Let the strategy choose the layers to chop"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(new QLabel(tr("Chop"), this));
    row->addWidget(count_);
    row->addWidget(new QLabel(tr("by"), this));
    row->addWidget(strategy_, 1);
    row->addWidget(propose_);
    connect(propose_, &QPushButton::clicked, this, &ChopForm::propose);
    connect(&document_, &PlanDocument::planChanged, this, &ChopForm::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        if (const auto& model = document_.model())
            count_->setMaximum(std::max(1, model->config.originalLayers - 1));
        count_->setValue(1);
    });
    refresh();
}

void ChopForm::propose() {
    if (document_.model() == nullptr) return;
    const std::string strategy = strategy_->currentData().toString().toStdString();
    ChopRequest chop;
    chop.count = count_->value();
    if (chop.count > 0) chop.strategy = strategy;
    try {
        if (chop.count > 0) {
            static_cast<void>(chooseLayers(strategy, document_.model()->config.originalLayers, chop.count,
                                           document_.analysis().get()));
        }
    } catch (const Error& error) {
        Q_EMIT messageRaised(joined(inWindowWords(error.message()), inWindowWords(error.hint())));
        return;
    }
    document_.setChop(tr("Chop %1 by %2").arg(layerCount(chop.count), strategy_->currentText()), chop);
}

// Until a strategy is chosen the suggested one is shown: another where the plan heals.
void ChopForm::refresh() {
    setEnabled(document_.model() != nullptr);
    if (document_.model() == nullptr || chosen_) return;
    const bool analysed = document_.analysis() != nullptr;
    const std::string suggested = suggestedFirst(document_.wishes(), *document_.model(), analysed);
    const QSignalBlocker quiet(strategy_);
    strategy_->setCurrentIndex(strategy_->findData(QString::fromStdString(suggested)));
}

}  // namespace secateur
