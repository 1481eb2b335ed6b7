// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/budget_box.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

// Steps that come after the width and make the network smaller still.
bool shrinksLater(const PlanWishes& wishes) {
    bool after = false;
    for (const Wish& wish : wishes.steps) {
        if (std::holds_alternative<WidthRequest>(wish.wished)) after = true;
        if (after && wish.on && std::holds_alternative<RecipeStep>(wish.wished)) return true;
    }
    return false;
}

double shareGone(const Accounting& sums) {
    if (sums.parametersBefore == 0) return 0.0;
    return 1.0 - static_cast<double>(sums.parametersAfter) / static_cast<double>(sums.parametersBefore);
}

// In the unit of the budget.
QString achievedText(Budget::Kind kind, const Accounting& sums) {
    switch (kind) {
        case Budget::Kind::Bytes:
            return QString::fromStdString(formatBytes(writtenAfter(sums)));
        case Budget::Kind::Parameters:
            return QString::fromStdString(formatCount(sums.parametersAfter));
        case Budget::Kind::Share:
            break;
    }
    return BudgetBox::tr("%1 fewer").arg(QString::fromStdString(formatPercent(shareGone(sums))));
}

QString everyUnit(const Accounting& sums) {
    return BudgetBox::tr("The plan leaves %1 parameters, %2 fewer, and %3 of weight files.")
        .arg(QString::fromStdString(formatCount(sums.parametersAfter)),
             QString::fromStdString(formatPercent(shareGone(sums))),
             QString::fromStdString(formatBytes(writtenAfter(sums))));
}

}  // namespace

BudgetBox::BudgetBox(PlanDocument& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      field_(new QLineEdit(this)),
      achieved_(new ValueLabel(tr("Achieved"), this)),
      note_(new QLabel(this)) {
    auto* label = new QLabel(tr("&Budget"), this);
    label->setBuddy(field_);
    field_->setAccessibleName(tr("Budget"));
    field_->setPlaceholderText(tr("30 %, 4 GB, 2.5 B"));
    field_->setToolTip(
        tr("How small the network shall become: 30 % fewer parameters, 4 GB of weights, 2.5 B parameters. "
           "The width step of the plan is made to meet it."));
    note_->setObjectName(QStringLiteral("budgetNote"));
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    auto* caption = new QLabel(tr("achieved"), this);
    caption->setForegroundRole(QPalette::PlaceholderText);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(2);
    grid->addWidget(label, 0, 0);
    grid->addWidget(field_, 0, 1);
    grid->addWidget(caption, 0, 2);
    grid->addWidget(achieved_, 0, 3);
    grid->addWidget(note_, 1, 0, 1, 4);
    grid->setColumnStretch(1, 3);
    grid->setColumnStretch(3, 2);
    connect(field_, &QLineEdit::editingFinished, this, &BudgetBox::commit);
    connect(&document_, &PlanDocument::planChanged, this, &BudgetBox::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, &BudgetBox::refresh);
    refresh();
}

void BudgetBox::commit() {
    const QString text = field_->text().trimmed();
    if (text == typed_ || document_.result() == nullptr || !document_.result()->plan.accounting) return;
    const auto budget = text.isEmpty() ? Budget{} : parseBudget(text);
    if (!budget) return say(tr("\"%1\" is no budget: write for example 30 %, 4 GB or 2.5 B.").arg(text));
    const Accounting& present = *document_.result()->plan.accounting;
    if (budget->kind != Budget::Kind::Share && isMet(*budget, present))
        return say(tr("The network is within %1 as it is.").arg(budgetText(*budget)));
    PlanWishes wishes = withBudget(document_.wishes(), *budget, present);
    typed_ = text;
    asked_ = budgetOf(wishes);
    document_.edit(asked_ ? tr("Set budget to %1").arg(text) : tr("Take the budget back"), std::move(wishes));
    refresh();
}

void BudgetBox::say(const QString& text) {
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
}

// The budget as it was typed, for as long as the plan asks for that; else what the plan asks for.
void BudgetBox::refresh() {
    setEnabled(document_.model() != nullptr);
    const auto asked = budgetOf(document_.wishes());
    if (!asked || asked != asked_) {
        typed_ = asked ? budgetText(*asked) : QString();
        asked_ = asked;
    }
    if (field_->text() != typed_) field_->setText(typed_);
    const PlanResult* result = document_.result();
    const bool known = result != nullptr && result->plan.accounting && document_.valid();
    const auto unit = parseBudget(typed_);
    const Budget::Kind kind = unit ? unit->kind : Budget::Kind::Share;
    if (known) {
        const Accounting& sums = *result->plan.accounting;
        achieved_->setValue(achievedText(kind, sums), everyUnit(sums));
    } else {
        achieved_->setValue(QStringLiteral("-"));
    }
    say(known && asked && shrinksLater(document_.wishes())
            ? tr("The width step meets the budget alone; the steps after it make the network smaller still.")
            : QString());
}

}  // namespace secateur
