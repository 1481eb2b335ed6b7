// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_panel.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/document/plan_document.h"
#include "widgets/document/window_words.h"
#include "widgets/panels/accounting_card.h"
#include "widgets/panels/budget_box.h"
#include "widgets/panels/chop_form.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/left_bar.h"
#include "widgets/panels/step_form.h"
#include "widgets/panels/step_list.h"
#include "widgets/plots/flow_layout.h"

namespace secateur {

PlanPanel::PlanPanel(PlanDocument& document, const std::vector<MethodInfo>& registry, RateFeed* rates,
                     QWidget* parent)
    : QWidget(parent),
      document_(document),
      steps_(new StepList(document, registry, this)),
      stepForm_(new StepForm(document, registry, this)),
      chopForm_(new ChopForm(document, this)),
      accounting_(new AccountingCard(this)),
      warnings_(new QLabel(this)) {
    warnings_->setWordWrap(true);
    warnings_->setTextFormat(Qt::PlainText);
    warnings_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    warnings_->setObjectName(QStringLiteral("planWarnings"));
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(buildWishes(rates));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(scroll, 1);
    column->addWidget(buildButtons());
    connect(&document_, &PlanDocument::planChanged, this, &PlanPanel::refresh);
    connect(steps_, &StepList::chosenChanged, this, &PlanPanel::showForm);
    connect(steps_, &StepList::messageRaised, this, &PlanPanel::messageRaised);
    refresh();
    showForm();
}

QWidget* PlanPanel::buildWishes(RateFeed* rates) {
    auto* page = new QWidget(this);
    connect(chopForm_, &ChopForm::messageRaised, this, &PlanPanel::messageRaised);
    auto* line = new QFrame(page);
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Sunken);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 4, 0);
    column->setSpacing(5);
    for (QWidget* part :
         {static_cast<QWidget*>(new BudgetBox(document_, rates, page)), static_cast<QWidget*>(steps_),
          static_cast<QWidget*>(stepForm_), static_cast<QWidget*>(chopForm_), static_cast<QWidget*>(line),
          static_cast<QWidget*>(accounting_), static_cast<QWidget*>(warnings_),
          static_cast<QWidget*>(new LeftBar(document_, page))})
        column->addWidget(part);
    column->addStretch(1);
    return page;
}

QWidget* PlanPanel::buildButtons() {
    auto* buttons = new QWidget(this);
    const auto button = [&](const QString& text, const QString& explanation, void (PlanPanel::*wished)()) {
        auto* made = new CompactButton(text, buttons);
        made->setToolTip(explanation);
        connect(made, &QPushButton::clicked, this, wished);
        return made;
    };
    apply_ = button(tr("Apply plan"), tr("Write the smaller checkpoint"), &PlanPanel::applyWished);
    save_ = button(tr("Save plan"), tr("Write the plan as JSON"), &PlanPanel::saveWished);
    load_ = button(tr("Load plan"), tr("Read a plan JSON for this model"), &PlanPanel::loadWished);
    copy_ = button(tr("Copy JSON"), tr("Copy the plan as JSON"), &PlanPanel::copyWished);
    auto* row = new FlowLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (QPushButton* button : {apply_, save_, load_, copy_}) row->addWidget(button);
    return buttons;
}

// Beside a width, and where there is no step yet, layers to chop are proposed too: both begin a plan.
void PlanPanel::showForm() {
    const auto& steps = document_.wishes().steps;
    const int chosen = steps_->chosen();
    chopForm_->setVisible(
        chosen < 0 || std::holds_alternative<WidthRequest>(steps[static_cast<std::size_t>(chosen)].wished));
    stepForm_->showStep(chosen);
}

void PlanPanel::refresh() {
    const bool open = document_.model() != nullptr;
    const PlanResult* result = document_.result();
    if (result != nullptr && result->plan.accounting && document_.valid()) {
        accounting_->setAccounting(*result->plan.accounting);
    } else {
        accounting_->clear();
    }
    QStringList notes;
    if (!open) notes << tr("Open a model to plan what to cut.");
    if (!document_.problem().isEmpty()) notes << document_.problem();
    if (document_.waiting())
        notes << tr("This method prunes as it goes: the plan is being computed, see Jobs.");
    if (result != nullptr && document_.valid()) {
        for (const std::string& warning : result->warnings) notes << sentence(inWindowWords(warning));
    }
    warnings_->setText(notes.join(QLatin1Char('\n')));
    warnings_->setVisible(!notes.isEmpty());
    apply_->setEnabled(document_.valid());
    save_->setEnabled(document_.valid());
    copy_->setEnabled(document_.valid());
    load_->setEnabled(open);
}

}  // namespace secateur
