// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/budget_box.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/rate_feed.h"
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
    if (kind == Budget::Kind::Bytes) return QString::fromStdString(formatBytes(writtenAfter(sums)));
    if (kind == Budget::Kind::Parameters) return QString::fromStdString(formatCount(sums.parametersAfter));
    return BudgetBox::tr("%1 fewer").arg(QString::fromStdString(formatPercent(shareGone(sums))));
}

QString everyUnit(const Accounting& sums) {
    return BudgetBox::tr("The plan leaves %1 parameters, %2 fewer, and %3 of weight files.")
        .arg(QString::fromStdString(formatCount(sums.parametersAfter)),
             QString::fromStdString(formatPercent(shareGone(sums))),
             QString::fromStdString(formatBytes(writtenAfter(sums))));
}

QString budgetWords(const Budget& budget) {
    return QString::fromStdString(budgetText(budget));
}

QString rateWords(double rate) {
    return QString::fromStdString(formatRate(rate, "tokens"));
}

// "31.0 tokens/s (half of the steps: 30.2 to 31.4)"
QString spreadWords(const Quartiles& rate) {
    return BudgetBox::tr("%1 (half of the steps: %2 to %3)")
        .arg(rateWords(rate.median), QString::fromStdString(formatScore(rate.lower)),
             QString::fromStdString(formatScore(rate.upper)));
}

}  // namespace

BudgetBox::BudgetBox(PlanDocument& document, RateFeed* rates, QWidget* parent)
    : QWidget(parent),
      document_(document),
      rates_(rates),
      field_(new QLineEdit(this)),
      achieved_(new ValueLabel(tr("Achieved"), this)),
      note_(new QLabel(this)),
      measure_(new QPushButton(tr("Measure speed"), this)) {
    buildLayout();
    connect(field_, &QLineEdit::editingFinished, this, &BudgetBox::commit);
    connect(&document_, &PlanDocument::planChanged, this, &BudgetBox::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        waiting_.reset();
        refresh();
    });
    if (rates_ != nullptr) {
        connect(rates_, &RateFeed::changed, this, &BudgetBox::ratesChanged);
        connect(measure_, &QPushButton::clicked, rates_, &RateFeed::measurePlan);
    }
    refresh();
}

void BudgetBox::buildLayout() {
    auto* label = new QLabel(tr("&Budget"), this);
    label->setBuddy(field_);
    field_->setAccessibleName(tr("Budget"));
    field_->setPlaceholderText(tr("30 % or 4 GB"));
    field_->setToolTip(
        tr("How small or how fast the network shall become: 30 % fewer parameters, 4 GB of weights, 2.5 B "
           "parameters, 40 tokens/s, 1.5x as fast. The width step of the plan is made to meet it."));
    note_->setObjectName(QStringLiteral("budgetNote"));
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    measure_->setAccessibleName(tr("Measure speed"));
    measure_->setToolTip(
        tr("Let the dense network and what the plan leaves write some tokens, and time them"));
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
    grid->addWidget(measure_, 2, 0, 1, 4, Qt::AlignLeft);
    grid->setColumnStretch(1, 3);
    grid->setColumnStretch(3, 2);
}

void BudgetBox::commit() {
    const QString text = field_->text().trimmed();
    if (text == (waiting_ ? waiting_->text : typed_) || document_.result() == nullptr ||
        !document_.result()->plan.accounting)
        return;
    waiting_.reset();
    const auto budget = text.isEmpty() ? Budget{} : parseBudget(text.toStdString());
    if (!budget)
        return say(
            tr("\"%1\" is no budget: write for example %2.").arg(text, QLatin1String(budgetExamples())));
    if (budget->ofSpeed()) return meetSpeed({text, *budget});
    const Accounting& present = *document_.result()->plan.accounting;
    if (budget->kind != Budget::Kind::Share && isMet(*budget, present))
        return say(tr("The network is within %1 as it is.").arg(budgetWords(*budget)));
    meet({text, *budget}, withBudget(document_.wishes(), *budget, present));
}

void BudgetBox::meet(const Wanted& wanted, PlanWishes wishes) {
    const WidthRequest* width = widthWish(wishes);
    const bool asks = width != nullptr && (wanted.budget.ofSpeed() || !width->empty());
    typed_ = wanted.text;
    asked_ = asks ? std::optional(*width) : std::nullopt;
    document_.edit(asks ? tr("Set budget to %1").arg(wanted.text) : tr("Take the budget back"),
                   std::move(wishes));
    refresh();
}

void BudgetBox::meetSpeed(const Wanted& wanted) {
    if (rates_ == nullptr) return say(tr("The speed cannot be measured here."));
    const double dense = rates_->denseRate();
    if (!(dense > 0.0)) {
        waiting_ = wanted;
        return rates_->measureDense();
    }
    const double target = targetRate(wanted.budget, dense);
    if (dense >= target)
        return say(tr("The network writes %1 as it is, %2.")
                       .arg(rateWords(dense), protocolInWords(*rates_->dense())));
    const RatioForRate found = rates_->ratioFor(target);
    if (!found.reached)
        return say(tr("No ratio reaches %1: the nearest is about %2, at a ratio of %3.")
                       .arg(budgetWords(wanted.budget), rateWords(found.rate))
                       .arg(found.ratio, 0, 'f', 2));
    meet(wanted, withRatio(document_.wishes(), found.ratio));
}

void BudgetBox::ratesChanged() {
    refresh();
    if (!waiting_ || rates_->running() != RateFeed::Running::None) return;
    const Wanted wanted = *std::exchange(waiting_, std::nullopt);
    if (rates_->denseRate() > 0.0) return meetSpeed(wanted);
    refresh();
    say(rates_->problem());
}

void BudgetBox::say(const QString& text) {
    note_->setText(text);
    note_->setVisible(!text.isEmpty());
}

// The budget as it was typed, for as long as the plan asks for that; else what the plan asks for.
void BudgetBox::refresh() {
    setEnabled(document_.model() != nullptr);
    const WidthRequest* width = widthWish(document_.wishes());
    if (!asked_ || width == nullptr || *width != *asked_) {
        const auto budget = budgetOf(document_.wishes());
        typed_ = budget ? budgetWords(*budget) : QString();
        asked_ = budget ? std::optional(*width) : std::nullopt;
    }
    const QString shown = waiting_ ? waiting_->text : typed_;
    if (field_->text() != shown) field_->setText(shown);
    measure_->setVisible(false);
    achieved_->setMinimumWidth(0);
    const PlanResult* result = document_.result();
    const bool known = result != nullptr && result->plan.accounting && document_.valid();
    const auto unit = parseBudget(shown.toStdString());
    const Budget::Kind kind = unit ? unit->kind : Budget::Kind::Share;
    say({});
    if (!known) return achieved_->setValue(QStringLiteral("-"));
    if (unit && unit->ofSpeed() && rates_ != nullptr) return refreshSpeed(kind);
    const Accounting& sums = *result->plan.accounting;
    achieved_->setValue(achievedText(kind, sums), everyUnit(sums));
    if (asked_ && shrinksLater(document_.wishes()))
        say(tr("The width step meets the budget alone; the steps after it make the network smaller still."));
}

// A rate, what it was measured on, and how far it can be relied on.
void BudgetBox::refreshSpeed(Budget::Kind kind) {
    achieved_->setValue(QStringLiteral("-"));
    if (rates_->running() == RateFeed::Running::Dense || (waiting_ && rates_->dense() == nullptr))
        return say(tr("Measuring the speed of this machine..."));
    const auto measured = rates_->measured();
    const auto forecast = rates_->forecast();
    if (waiting_ || (!measured && !forecast)) return;
    const double rate = measured ? measured->median : *forecast;
    QString value = kind == Budget::Kind::Speedup ? tr("%1x").arg(rate / rates_->denseRate(), 0, 'f', 2)
                                                  : rateWords(rate);
    if (!measured) value = tr("about %1").arg(value);
    achieved_->setValue(value, everyUnit(*document_.result()->plan.accounting));
    achieved_->setMinimumWidth(achieved_->sizeHint().width());  // half a rate is a wrong one
    const bool running = rates_->running() == RateFeed::Running::Plan;
    measure_->setVisible(true);
    measure_->setEnabled(!running);
    if (running) return say(tr("Measuring the speed of what the plan leaves..."));
    const Quartiles dense = rates_->dense()->dense.at(1)->decodeRate();
    const QString plan = measured ? tr("Measured: %1").arg(spreadWords(*measured))
                                  : tr("Predicted: about %1").arg(rateWords(rate));
    const QString failed = rates_->problem().isEmpty() ? QString() : rates_->problem() + QLatin1Char('\n');
    say(failed + tr("%1; dense %2, %3.").arg(plan, spreadWords(dense), protocolInWords(*rates_->dense())));
}

}  // namespace secateur
