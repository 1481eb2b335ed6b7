// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/step_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/requests.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/step_words.h"
#include "widgets/document/window_words.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/panels/foldable_box.h"
#include "widgets/panels/option_form.h"

namespace secateur {
namespace {

QString explain(const MethodInfo& method) {
    return QString::fromStdString(method.summary + "\n" + method.formula + "\n" + method.citation);
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

OptionValue valueOf(const OptionValues& values, const OptionSpec& spec) {
    const OptionValue* set = values.find(spec.key);
    return set != nullptr ? *set : spec.usual;
}

// What an edit did, for Undo: "Set ratio to 20 %". An option that another takes back is not named.
QString editText(const OptionValues& before, const OptionValues& after, const std::vector<OptionSpec>& specs,
                 const QString& method) {
    const OptionSpec* changed = nullptr;
    for (const OptionSpec& spec : specs) {
        const OptionValue value = valueOf(after, spec);
        if (value == valueOf(before, spec)) continue;
        if (changed != nullptr && value == spec.usual) continue;
        if (changed != nullptr && valueOf(after, *changed) != changed->usual)
            return StepForm::tr("Change %1").arg(method);
        changed = &spec;
    }
    if (changed == nullptr) return StepForm::tr("Change %1").arg(method);
    QString name = QString::fromStdString(changed->label);
    if (name.size() > 1 && name.at(1).isLower()) name[0] = name.at(0).toLower();
    return StepForm::tr("Set %1 to %2").arg(name, optionText(*changed, valueOf(after, *changed)));
}

}  // namespace

StepForm::StepForm(PlanDocument& document, const std::vector<MethodInfo>& methods, QWidget* parent)
    : QWidget(parent),
      document_(document),
      methods_(methods),
      title_(new QLabel(this)),
      row_(new QFormLayout),
      method_(new QComboBox(this)),
      form_(new OptionForm({}, {}, this, OptionForm::Lines::WhenFinished)),
      problem_(new QLabel(this)),
      more_(new FoldableBox(tr("More options"), form_->more(), this)) {
    for (QLabel* label : {title_, problem_}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    title_->setObjectName(QStringLiteral("stepTitle"));
    problem_->setObjectName(QStringLiteral("stepProblem"));
    method_->setAccessibleName(tr("Method"));
    method_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    row_->setContentsMargins(0, 0, 0, 0);
    row_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    row_->addRow(tr("Method"), method_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(title_);
    column->addLayout(row_);
    for (QWidget* widget :
         {static_cast<QWidget*>(form_), static_cast<QWidget*>(more_), static_cast<QWidget*>(problem_)})
        column->addWidget(widget);
    connect(method_, &QComboBox::currentIndexChanged, this, &StepForm::chooseMethod);
    connect(form_, &OptionForm::valuesChanged, this, [this] { commit({}); });
    connect(&document_, &PlanDocument::planChanged, this, &StepForm::showPlanProblem);
    connect(more_, &FoldableBox::opened, this, &StepForm::showPlanProblem);
}

void StepForm::showStep(int step) {
    const auto& steps = document_.wishes().steps;
    const bool there = step >= 0 && step < static_cast<int>(steps.size());
    const StepRequest wished = there ? steps[static_cast<std::size_t>(step)].wished : WidthRequest{};
    const auto values = stepValues(wished, methods_);
    if (step != step_) gesture_ = 0;
    step_ = there ? step : -1;
    setEnabled(document_.model() != nullptr);
    form_->setVisible(values.has_value());
    problem_->clear();
    problem_->hide();
    if (!values) {
        more_->hide();
        row_->setRowVisible(0, false);
        title_->setText(tr("No method of this program made this step; it is carried as it is."));
        title_->setToolTip({});
        title_->show();
        present_ = {};
        return;
    }
    if (values->method != present_.method) showMethod(*findMethod(methods_, values->method));
    present_ = *values;
    form_->setValues(present_.options);
    showDecidedRatio();
    showPlanProblem();
}

// Why there is no plan stands at the target that cannot be met, or below the form where that is folded away.
void StepForm::showPlanProblem() {
    const auto& steps = document_.wishes().steps;
    const bool there = step_ >= 0 && step_ < static_cast<int>(steps.size());
    const auto* width =
        there ? std::get_if<WidthRequest>(&steps[static_cast<std::size_t>(step_)].wished) : nullptr;
    const bool parameters = width != nullptr && width->targetParameters.has_value();
    const bool bytes = width != nullptr && width->targetBytes.has_value();
    const QString problem = document_.problem();
    form_->explain("target-parameters", parameters ? problem : QString());
    form_->explain("target-bytes", bytes ? problem : QString());
    if (!form_->problem().isEmpty() || present_.method.empty()) return;
    const bool beside = (parameters || bytes) && more_->isOpen();
    problem_->setText(beside ? QString() : problem);
    problem_->setVisible(!problem_->text().isEmpty());
    if (!problem.isEmpty()) form_->setStandIn("ratio", std::nullopt);  // decided for the plan before
}

// The method among those whose steps are of the same kind; a title where it is the only one.
void StepForm::showMethod(const MethodInfo& method) {
    const QSignalBlocker quiet(method_);
    method_->clear();
    for (const MethodInfo& other : methods_) {
        if (other.kind != method.kind) continue;
        method_->addItem(QString::fromStdString(other.label), QString::fromStdString(other.name));
        method_->setItemData(method_->count() - 1, explain(other), Qt::ToolTipRole);
        method_->setItemData(method_->count() - 1, guideKey("method", other.name), kGuideRole);
    }
    method_->setCurrentIndex(method_->findData(QString::fromStdString(method.name)));
    method_->setToolTip(explain(method));
    row_->setRowVisible(0, method_->count() > 1);
    title_->setText(QString::fromStdString(method.label + ": " + method.summary));
    title_->setToolTip(explain(method));
    title_->setProperty(kGuideProperty, guideKey("method", method.name));
    title_->setVisible(method_->count() == 1);
    const std::vector<OptionSpec> specs = stepSpecs(method);
    form_->setSpecs(specs);
    form_->alignWith(row_);
    form_->orderTabs(method_, more_->button());
    more_->setVisible(std::ranges::any_of(
        specs, [](const OptionSpec& spec) { return spec.place == OptionSpec::Place::More; }));
}

// A target in parameters or bytes decides the ratio of a width; what came out is shown.
void StepForm::showDecidedRatio() {
    const PlanResult* result = document_.result();
    const WidthRequest* width = widthWish(document_.wishes());
    const bool last =
        width != nullptr && step_ >= 0 &&
        width == std::get_if<WidthRequest>(&document_.wishes().steps[static_cast<std::size_t>(step_)].wished);
    const bool decided = last && (width->targetParameters || width->targetBytes) && result != nullptr &&
                         result->decision.has_value();
    form_->setStandIn("ratio",
                      decided ? std::optional<OptionValue>(result->decision->removedFraction) : std::nullopt);
}

void StepForm::chooseMethod() {
    const MethodInfo& method = *findMethod(methods_, method_->currentData().toString().toStdString());
    present_.method = method.name;
    showMethod(method);
    present_.options = fitting(present_.options, form_->specs());
    commit(tr("Change method to %1").arg(QString::fromStdString(method.label)));
}

void StepForm::commit(const QString& text) {
    if (present_.method.empty()) return;
    const MethodInfo& method = *findMethod(methods_, present_.method);
    const QString label = QString::fromStdString(method.label);
    QString problem = form_->problem();
    if (problem.isEmpty()) {
        try {
            const ParsedStep said{present_.method, present_.kind,
                                  joined(present_.options, form_->values(), form_->specs())};
            const StepRequest wished = stepRequest(said, method.label);
            PlanWishes wishes = document_.wishes();
            if (step_ < 0) {
                wishes.steps.push_back({wished});
                step_ = static_cast<int>(wishes.steps.size()) - 1;
            } else {
                Wish& wish = wishes.steps[static_cast<std::size_t>(step_)];
                wish = Wish{wished, std::nullopt, wish.on};
            }
            if (!form_->continues() || gesture_ == 0) gesture_ = document_.beginGesture();
            document_.edit(
                text.isEmpty() ? editText(present_.options, said.options, form_->specs(), label) : text,
                std::move(wishes), gesture_);
        } catch (const Error& error) {
            problem = joined(inWindowWords(error.message()), inWindowWords(error.hint()));
        }
    }
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    if (problem.isEmpty()) showPlanProblem();
}

}  // namespace secateur
