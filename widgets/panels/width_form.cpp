// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/width_form.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

constexpr int kLargestPercent = 95;
constexpr qint64 kGestureMilliseconds =
    700;  // moves of keys and wheel that follow each other so closely are one edit

const MethodInfo* methodNamed(const std::string& name) {
    const auto& all = methods();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const MethodInfo& m) { return m.name == name; });
    return found == all.end() ? nullptr : &*found;
}

// What the registry offers for an option of a method; empty when it has no such option.
std::vector<std::string> choicesOf(const std::string& method, const char* option) {
    const MethodInfo* info = methodNamed(method);
    if (info == nullptr) return {};
    for (const OptionSpec& candidate : info->options) {
        if (candidate.key == option) return candidate.choices;
    }
    return {};
}

// The present choice when the method knows it, else the method's first.
std::string fitting(const std::string& present, const std::string& method, const char* option) {
    const auto choices = choicesOf(method, option);
    if (choices.empty() || std::find(choices.begin(), choices.end(), present) != choices.end())
        return present;
    return choices.front();
}

// Methods with a ratio cut widths; the others have forms of their own.
bool narrows(const MethodInfo& method) {
    return std::any_of(method.options.begin(), method.options.end(),
                       [](const OptionSpec& option) { return option.key == "ratio"; });
}

QString explainMethod(const MethodInfo& method) {
    return QString::fromStdString(method.summary) + QLatin1Char('\n') +
           QString::fromStdString(method.formula) + QLatin1Char('\n') +
           QString::fromStdString(method.citation);
}

QComboBox* namedBox(const QString& name, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setAccessibleName(name);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return box;
}

}  // namespace

WidthForm::WidthForm(PlanDocument& document, QWidget* parent)
    : QWidget(parent),
      document_(document),
      method_(namedBox(tr("Method"), this)),
      structure_(namedBox(tr("Structure"), this)),
      metric_(namedBox(tr("Metric"), this)),
      slider_(new QSlider(Qt::Horizontal, this)),
      percent_(new QDoubleSpinBox(this)) {
    buildChoices();
    buildRatio();
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setVerticalSpacing(4);
    form->addRow(tr("Method"), method_);
    form->addRow(tr("Structure"), structure_);
    form->addRow(tr("Metric"), metric_);
    auto* ratio = new QHBoxLayout;
    ratio->addWidget(slider_, 1);
    ratio->addWidget(percent_);
    auto* label = new QLabel(tr("Ratio"), this);
    label->setBuddy(slider_);
    form->addRow(label, ratio);
    connect(&document_, &PlanDocument::planChanged, this, &WidthForm::refresh);
    refresh();
}

void WidthForm::buildChoices() {
    for (const MethodInfo& method : methods()) {
        if (!narrows(method)) continue;
        method_->addItem(QString::fromStdString(method.label), QString::fromStdString(method.name));
        method_->setItemData(method_->count() - 1, explainMethod(method), Qt::ToolTipRole);
    }
    structure_->setToolTip(tr(
        "Which units compete for the budget: UL within a layer, AL across layers; UM modules apart with the "
        "same ratio, MM heads and channels apart, AM all together"));
    metric_->setToolTip(tr("The score that decides which units stay"));
    connect(method_, &QComboBox::currentIndexChanged, this, &WidthForm::commitMethod);
    connect(structure_, &QComboBox::currentIndexChanged, this, &WidthForm::commitStructure);
    connect(metric_, &QComboBox::currentIndexChanged, this, &WidthForm::commitMetric);
}

void WidthForm::buildRatio() {
    const QString explanation = tr("Fraction of the linear weights of the remaining layers that is removed");
    slider_->setRange(0, kLargestPercent);
    slider_->setPageStep(5);
    slider_->setAccessibleName(tr("Ratio"));
    slider_->setToolTip(explanation);
    percent_->setRange(0.0, kLargestPercent);
    percent_->setDecimals(1);
    percent_->setSuffix(tr(" %"));
    percent_->setKeyboardTracking(false);
    percent_->setAccessibleName(tr("Ratio percent"));
    percent_->setToolTip(explanation);
    connect(slider_, &QSlider::sliderPressed, this, [this] { gesture_ = document_.beginGesture(); });
    connect(slider_, &QSlider::sliderReleased, this, [this] { gesture_ = 0; });
    connect(slider_, &QSlider::valueChanged, this, [this](int value) { commitRatio(value); });
    connect(percent_, &QDoubleSpinBox::valueChanged, this, &WidthForm::commitRatio);
}

int WidthForm::gesture() {
    if (slider_->isSliderDown()) return gesture_;
    const bool follows = lastMove_.isValid() && lastMove_.elapsed() < kGestureMilliseconds && gesture_ != 0;
    if (!follows) gesture_ = document_.beginGesture();
    lastMove_.start();
    return gesture_;
}

void WidthForm::fillChoices(QComboBox* box, const char* option, const std::string& present) {
    const auto choices = choicesOf(document_.width().method, option);
    QStringList wanted;
    for (const std::string& choice : choices) wanted << QString::fromStdString(choice);
    if (wanted.isEmpty()) wanted << (present.empty() ? tr("of the method") : QString::fromStdString(present));
    QStringList listed;
    for (int i = 0; i < box->count(); ++i) listed << box->itemText(i);
    if (listed != wanted) {
        box->clear();
        box->addItems(wanted);
    }
    box->setCurrentIndex(std::max(0, box->findText(QString::fromStdString(present))));
    box->setEnabled(!choices.empty() && document_.model() != nullptr);
}

void WidthForm::refresh() {
    const QSignalBlocker quietMethod(method_);
    const QSignalBlocker quietStructure(structure_);
    const QSignalBlocker quietMetric(metric_);
    const QSignalBlocker quietSlider(slider_);
    const QSignalBlocker quietPercent(percent_);
    const WidthRequest width = document_.width();
    method_->setCurrentIndex(method_->findData(QString::fromStdString(width.method)));
    fillChoices(structure_, "structure", width.structure);
    fillChoices(metric_, "metric", width.metric);
    double ratio = width.ratio;
    // A target in parameters or bytes decides the ratio; show what came out.
    const PlanResult* result = document_.result();
    if ((width.targetParameters || width.targetBytes) && result != nullptr && result->decision) {
        ratio = result->decision->removedFraction;
    }
    slider_->setValue(static_cast<int>(std::lround(ratio * 100.0)));
    percent_->setValue(ratio * 100.0);
    for (QWidget* widget :
         {static_cast<QWidget*>(method_), static_cast<QWidget*>(slider_), static_cast<QWidget*>(percent_)}) {
        widget->setEnabled(document_.model() != nullptr);
    }
}

void WidthForm::commitMethod() {
    WidthRequest width = document_.width();
    width.method = method_->currentData().toString().toStdString();
    width.structure = fitting(width.structure, width.method, "structure");
    width.metric = fitting(width.metric, width.method, "metric");
    document_.setWidth(tr("Choose method"), width);
}

void WidthForm::commitStructure() {
    WidthRequest width = document_.width();
    width.structure = structure_->currentText().toStdString();
    document_.setWidth(tr("Choose structure"), width);
}

void WidthForm::commitMetric() {
    WidthRequest width = document_.width();
    width.metric = metric_->currentText().toStdString();
    document_.setWidth(tr("Choose metric"), width);
}

void WidthForm::commitRatio(double percent) {
    WidthRequest width = document_.width();
    width.ratio = percent / 100.0;
    width.targetParameters.reset();
    width.targetBytes.reset();
    document_.setWidth(tr("Set ratio"), width, gesture());
}

}  // namespace secateur
