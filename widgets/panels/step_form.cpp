// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/step_form.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/data/linear_name.h"
#include "core/planning/requests.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/step_words.h"
#include "widgets/panels/foldable_box.h"
#include "widgets/panels/option_form.h"

namespace secateur {
namespace {

OptionValues recipeValues(const RecipeStep& step) {
    OptionValues values = step.options;
    if (!step.layers.empty()) values.set("layers", step.layers);
    std::vector<std::string> linears;
    for (const LinearName linear : step.linears) linears.emplace_back(name(linear));
    if (!linears.empty()) values.set("linears", linears);
    return values;
}

// What the form says, and what the step said before of options whose value is the usual one.
OptionValues joined(const OptionValues& before, const OptionValues& said,
                    const std::vector<OptionSpec>& specs) {
    OptionValues values;
    for (const OptionSpec& spec : specs) {
        if (const OptionValue* value = said.find(spec.key))
            values.set(spec.key, *value);
        else if (before.find(spec.key) != nullptr && hasEffect(spec, said, specs) && !isOptional(spec))
            values.set(spec.key, spec.usual);
    }
    return values;
}

}  // namespace

std::optional<ParsedStep> stepValues(const StepRequest& wished, const std::vector<MethodInfo>& methods) {
    const auto ofKind = [&](const char* kind) {
        const auto found = std::ranges::find(methods, kind, &MethodInfo::kind);
        return found == methods.end() ? nullptr : &*found;
    };
    const MethodInfo* method = nullptr;
    OptionValues values;
    if (const auto* chop = std::get_if<ChopRequest>(&wished)) {
        method = ofKind("chop");
        if (method != nullptr) values = optionValues(*chop);
    } else if (const auto* width = std::get_if<WidthRequest>(&wished)) {
        method = findMethod(methods, width->method);
        if (method != nullptr) values = optionValues(*width);
    } else if (const auto* recipe = std::get_if<RecipeStep>(&wished)) {
        method = findMethod(methods, recipe->method);
        values = recipeValues(*recipe);
    } else if (const auto* heal = std::get_if<HealStep>(&wished)) {
        method = ofKind("heal");
        values = heal->options;
        if (!heal->textSource.empty()) values.set("text", heal->textSource);
    }
    if (method == nullptr) return std::nullopt;
    return ParsedStep{method->name, method->kind, values};
}

StepForm::StepForm(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent)
    : QWidget(parent),
      document_(document),
      methods_(methods),
      title_(new QLabel(this)),
      form_(new OptionForm({}, {}, this, OptionForm::Lines::WhenFinished)),
      problem_(new QLabel(this)),
      more_(new FoldableBox(tr("More of this step"), form_->more(), this)) {
    for (QLabel* label : {title_, problem_}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    title_->setObjectName(QStringLiteral("stepTitle"));
    problem_->setObjectName(QStringLiteral("stepProblem"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    for (QWidget* widget : {static_cast<QWidget*>(title_), static_cast<QWidget*>(form_), more_,
                            static_cast<QWidget*>(problem_)})
        column->addWidget(widget);
    connect(form_, &OptionForm::valuesChanged, this, &StepForm::commit);
}

void StepForm::showStep(int step) {
    const auto& steps = document_.wishes().steps;
    const bool there = step >= 0 && step < static_cast<int>(steps.size());
    const auto values =
        there ? stepValues(steps[static_cast<std::size_t>(step)].wished, methods_) : std::nullopt;
    form_->setVisible(values.has_value());
    problem_->clear();
    problem_->hide();
    step_ = values ? step : -1;
    if (!values) {
        more_->hide();
        title_->setText(there ? tr("No method of this program made this step; it is carried as it is.")
                              : QString());
        title_->setToolTip({});
        present_ = {};
        return;
    }
    const MethodInfo& method = *findMethod(methods_, values->method);
    const std::vector<OptionSpec> specs = stepSpecs(method);
    if (values->method != present_.method) {
        form_->setSpecs(specs);
        title_->setText(QString::fromStdString(method.label + ": " + method.summary));
        title_->setToolTip(QString::fromStdString(method.formula + "\n" + method.citation));
        more_->setVisible(std::ranges::any_of(
            specs, [](const OptionSpec& spec) { return spec.place == OptionSpec::Place::More; }));
    }
    present_ = *values;
    form_->setValues(present_.options);
}

void StepForm::commit() {
    if (step_ < 0) return;
    const MethodInfo& method = *findMethod(methods_, present_.method);
    QString problem = form_->problem();
    if (problem.isEmpty()) {
        try {
            const ParsedStep said{present_.method, present_.kind,
                                  joined(present_.options, form_->values(), form_->specs())};
            PlanWishes wishes = document_.wishes();
            Wish& wish = wishes.steps[static_cast<std::size_t>(step_)];
            wish = Wish{stepRequest(said, method.label), std::nullopt, wish.on};
            document_.edit(tr("Change %1").arg(QString::fromStdString(method.label)), std::move(wishes));
        } catch (const Error& error) {
            problem = QString::fromStdString(error.message() + ": " + error.hint() + ".");
        }
    }
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
}

}  // namespace secateur
