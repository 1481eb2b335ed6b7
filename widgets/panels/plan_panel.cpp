// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/plan_panel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/document/plan_document.h"
#include "widgets/panels/accounting_card.h"
#include "widgets/panels/chop_form.h"
#include "widgets/panels/foldable_box.h"
#include "widgets/panels/step_form.h"
#include "widgets/panels/step_list.h"
#include "widgets/panels/width_form.h"
#include "widgets/panels/width_options.h"

namespace secateur {

PlanPanel::PlanPanel(PlanDocument& document, const std::vector<MethodInfo>& registry, QWidget* parent)
    : QWidget(parent),
      document_(document),
      steps_(new StepList(document, registry, this)),
      stepForm_(new StepForm(document, registry, this)),
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
    scroll->setWidget(buildWishes());
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

QWidget* PlanPanel::buildWishes() {
    auto* page = new QWidget(this);
    forms_ = new QWidget(page);
    auto* form = new WidthForm(document_, forms_);
    auto* options = new WidthOptions(document_, forms_);
    auto* chop = new ChopForm(document_, forms_);
    connect(options, &WidthOptions::messageRaised, this, &PlanPanel::messageRaised);
    connect(chop, &ChopForm::messageRaised, this, &PlanPanel::messageRaised);
    auto* line = new QFrame(page);
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Sunken);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 4, 0);
    column->setSpacing(5);
    auto* forms = new QVBoxLayout(forms_);
    forms->setContentsMargins(0, 0, 0, 0);
    forms->setSpacing(5);
    forms->addWidget(form);
    forms->addWidget(chop);
    forms->addWidget(new FoldableBox(tr("More options"), options, forms_));
    column->addWidget(steps_);
    column->addWidget(forms_);
    column->addWidget(stepForm_);
    column->addWidget(line);
    column->addWidget(accounting_);
    column->addWidget(warnings_);
    column->addStretch(1);
    return page;
}

QWidget* PlanPanel::buildButtons() {
    auto* buttons = new QWidget(this);
    const auto button = [&](const QString& text, const QString& explanation, void (PlanPanel::*wished)()) {
        auto* made = new QPushButton(text, buttons);
        made->setAccessibleName(text);
        made->setToolTip(explanation);
        connect(made, &QPushButton::clicked, this, wished);
        return made;
    };
    apply_ = button(tr("Apply plan"), tr("Write the smaller checkpoint"), &PlanPanel::applyWished);
    save_ = button(tr("Save plan"), tr("Write the plan as JSON"), &PlanPanel::saveWished);
    load_ = button(tr("Load plan"), tr("Read a plan JSON for this model"), &PlanPanel::loadWished);
    copy_ = button(tr("Copy JSON"), tr("Copy the plan as JSON"), &PlanPanel::copyWished);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (QPushButton* button : {apply_, save_, load_, copy_}) {
        // As wide as the text needs: four in a row fit a narrow dock.
        button->setMinimumWidth(button->fontMetrics().horizontalAdvance(button->text()) +
                                button->fontMetrics().height());
        row->addWidget(button, 1);
    }
    return buttons;
}

// The last width and the last chop have forms of their own, which also begin a plan; every other step has its
// options.
void PlanPanel::showForm() {
    const PlanWishes& wishes = document_.wishes();
    const int chosen = steps_->chosen();
    const StepRequest* wished =
        chosen >= 0 ? &wishes.steps[static_cast<std::size_t>(chosen)].wished : nullptr;
    const auto* width = wished ? std::get_if<WidthRequest>(wished) : nullptr;
    const auto* chop = wished ? std::get_if<ChopRequest>(wished) : nullptr;
    const bool last =
        wished == nullptr || (width && width == widthWish(wishes)) || (chop && chop == chopWish(wishes));
    forms_->setVisible(last);
    stepForm_->setVisible(!last);
    stepForm_->showStep(last ? -1 : chosen);
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
        for (const std::string& warning : result->warnings) notes << QString::fromStdString(warning);
    }
    warnings_->setText(notes.join(QLatin1Char('\n')));
    warnings_->setVisible(!notes.isEmpty());
    apply_->setEnabled(document_.valid());
    save_->setEnabled(document_.valid());
    copy_->setEnabled(document_.valid());
    load_->setEnabled(open);
}

}  // namespace secateur
