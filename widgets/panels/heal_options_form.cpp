// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_options_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <algorithm>
#include <vector>

#include "core/base/error.h"
#include "widgets/document/heal_draft.h"
#include "widgets/panels/number_text.h"

namespace secateur {
namespace {

constexpr int kMostLayers = 4096;

template <class Widget>
Widget* named(Widget* widget, const QString& name, const QString& explanation) {
    widget->setAccessibleName(name);
    widget->setToolTip(explanation);
    return widget;
}

QSpinBox* wholeBox(const QString& name, const QString& explanation, int least, int most, int value,
                   QWidget* parent) {
    auto* box = named(new QSpinBox(parent), name, explanation);
    box->setRange(least, most);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box->setKeyboardTracking(false);
    box->setValue(value);
    return box;
}

QDoubleSpinBox* realBox(const QString& name, const QString& explanation, double most, int decimals,
                        double value, QWidget* parent) {
    auto* box = named(new QDoubleSpinBox(parent), name, explanation);
    box->setRange(0.0, most);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box->setDecimals(decimals);
    box->setSingleStep(decimals >= 2 ? 0.05 : 1.0);
    box->setKeyboardTracking(false);
    box->setValue(value);
    return box;
}

QFormLayout* formOf(QWidget* widget) {
    auto* form = new QFormLayout(widget);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setVerticalSpacing(4);
    return form;
}

}  // namespace

HealOptionsForm::HealOptionsForm(QWidget* parent)
    : QWidget(parent), form_(formOf(this)), more_(new QWidget(this)) {
    buildMain();
    buildMethodParts();
    buildMore();
    connectFields();
    setMethod(HealMethod::Continued, 0);
}

void HealOptionsForm::buildMain() {
    const HealOptions usual = usualOptions(HealMethod::Continued);
    rate_ = named(new QLineEdit(this), tr("Learning rate"),
                  tr("Highest learning rate of the run; empty: what is usual for method and size"));
    batch_ = wholeBox(tr("Batch"), tr("Windows that a step learns from"), 1, 65536, usual.batchWindows, this);
    batch_->setSuffix(tr(" windows"));
    schedule_ =
        named(new QComboBox(this), tr("Schedule"), tr("How the learning rate falls after the warm-up"));
    schedule_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    schedule_->addItem(tr("cosine"), static_cast<int>(Schedule::Cosine));
    schedule_->addItem(tr("linear"), static_cast<int>(Schedule::Linear));
    schedule_->addItem(tr("constant"), static_cast<int>(Schedule::Constant));
    form_->addRow(tr("Learning rate"), rate_);
    form_->addRow(tr("Batch"), batch_);
    form_->addRow(tr("Schedule"), schedule_);
}

void HealOptionsForm::buildMethodParts() {
    const HealOptions usual;
    rank_ = wholeBox(tr("Rank"), tr("Columns of the low-rank adapters"), 1, 4096, usual.rank, this);
    alpha_ = realBox(tr("Alpha"), tr("Adapters are scaled by alpha / rank"), 4096.0, 1, usual.alpha, this);
    dropout_ = realBox(tr("Dropout"), tr("Share of the adapters' inputs that is dropped while learning"), 0.9,
                       2, usual.dropout, this);
    temperature_ = realBox(tr("Temperature"), tr("Softens teacher and student before they are compared"),
                           100.0, 2, usual.temperature, this);
    temperature_->setMinimum(0.05);
    crossEntropy_ = realBox(tr("Cross-entropy"),
                            tr("Weight of the text itself beside the teacher: loss = share * cross-entropy + "
                               "(1 - share) * divergence"),
                            1.0, 2, usual.crossEntropyShare, this);
    hidden_ = realBox(tr("Hidden states"),
                      tr("Weight of the distance between the residual streams of student and teacher; 0: not "
                         "compared"),
                      1000.0, 2, usual.hiddenShare, this);
    form_->addRow(tr("Rank"), rank_);
    form_->addRow(tr("Alpha"), alpha_);
    form_->addRow(tr("Dropout"), dropout_);
    form_->addRow(tr("Temperature"), temperature_);
    form_->addRow(tr("Cross-entropy"), crossEntropy_);
    form_->addRow(tr("Hidden states"), hidden_);
}

void HealOptionsForm::buildMore() {
    const HealOptions usual = usualOptions(HealMethod::Continued);
    warmup_ = realBox(tr("Warm-up"), tr("Share of the run in which the learning rate rises"), 100.0, 1,
                      usual.warmup * 100.0, this);
    warmup_->setSuffix(tr(" %"));
    decay_ = realBox(tr("Weight decay"), tr("Of matrices, decoupled from the gradient (AdamW)"), 10.0, 2,
                     usual.weightDecay, this);
    clip_ = realBox(tr("Clip gradients"), tr("Norm that the gradients are cut to; 0: not"), 1000.0, 2,
                    usual.clip, this);
    evaluateEvery_ = wholeBox(tr("Evaluate every"), tr("Steps between held-out perplexities"), 1, 1000000,
                              usual.evaluateEvery, this);
    checkpointEvery_ = wholeBox(tr("Checkpoint every"),
                                tr("Steps between checkpoints: what a crash costs at "
                                   "most"),
                                1, 1000000, usual.checkpointEvery, this);
    for (QSpinBox* box : {evaluateEvery_, checkpointEvery_}) box->setSuffix(tr(" steps"));
    keepCheckpoints_ = wholeBox(tr("Checkpoints kept"), tr("The newest that stay on disk, beside the best"),
                                0, 1000, usual.keepCheckpoints, this);
    keepCheckpoints_->setSpecialValueText(tr("all"));
    patience_ = wholeBox(tr("Stop early after"), tr("Evaluations without a better perplexity; 0: never"), 0,
                         100000, usual.patience, this);
    patience_->setSpecialValueText(tr("never"));
    patience_->setSuffix(tr(" evaluations"));
    seed_ = wholeBox(tr("Seed"), tr("Decides the order of windows, adapters, dropout and random weights"), 0,
                     2147483647, 0, this);
    frozen_ = named(new QLineEdit(this), tr("Frozen layers"),
                    tr("Positions in the healed checkpoint that do not learn, for example 0, 9-11"));
    frozen_->setPlaceholderText(tr("none"));
    freezeEmbeddings_ = new QCheckBox(tr("Freeze embeddings and output head"), this);
    keepBest_ = new QCheckBox(tr("Keep the best, not the last"), this);
    recompute_ = new QCheckBox(tr("Recompute activations (less memory)"), this);
    for (QCheckBox* box : {freezeEmbeddings_, keepBest_, recompute_}) box->setAccessibleName(box->text());
    QFormLayout* form = formOf(more_);
    form->addRow(tr("Warm-up"), warmup_);
    form->addRow(tr("Weight decay"), decay_);
    form->addRow(tr("Clip gradients"), clip_);
    form->addRow(tr("Evaluate every"), evaluateEvery_);
    form->addRow(tr("Checkpoint every"), checkpointEvery_);
    form->addRow(tr("Checkpoints kept"), keepCheckpoints_);
    form->addRow(tr("Stop early after"), patience_);
    form->addRow(tr("Seed"), seed_);
    form->addRow(tr("Frozen layers"), frozen_);
    form->addRow(keepBest_);
    form->addRow(freezeEmbeddings_);
    form->addRow(recompute_);
}

void HealOptionsForm::connectFields() {
    connect(rate_, &QLineEdit::textEdited, this, [this](const QString& text) {
        rateTyped_ = !text.trimmed().isEmpty();
        Q_EMIT changed();
    });
    for (QSpinBox* box :
         {batch_, rank_, evaluateEvery_, checkpointEvery_, keepCheckpoints_, patience_, seed_})
        connect(box, &QSpinBox::valueChanged, this, &HealOptionsForm::changed);
    for (QDoubleSpinBox* box :
         {alpha_, dropout_, temperature_, crossEntropy_, hidden_, warmup_, decay_, clip_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &HealOptionsForm::changed);
    connect(schedule_, &QComboBox::currentIndexChanged, this, &HealOptionsForm::changed);
    connect(frozen_, &QLineEdit::textChanged, this, &HealOptionsForm::changed);
    for (QCheckBox* box : {freezeEmbeddings_, keepBest_, recompute_})
        connect(box, &QCheckBox::toggled, this, &HealOptionsForm::changed);
}

void HealOptionsForm::setMethod(HealMethod method, std::int64_t parameters) {
    method_ = method;
    const QString usual = QString::number(defaultRate(method, parameters), 'g', 3);
    rate_->setPlaceholderText(usual);
    if (!rateTyped_) rate_->setText(usual);
    showMethodParts();
    Q_EMIT changed();
}

void HealOptionsForm::alignWith(QFormLayout* form) {
    QFormLayout* forms[] = {form, form_, static_cast<QFormLayout*>(more_->layout())};
    int widest = 0;
    std::vector<QWidget*> labels;
    for (const QFormLayout* one : forms) {
        for (int row = 0; row < one->rowCount(); ++row) {
            const QLayoutItem* item = one->itemAt(row, QFormLayout::LabelRole);
            if (item == nullptr || item->widget() == nullptr) continue;
            labels.push_back(item->widget());
            widest = std::max(widest, item->widget()->sizeHint().width());
        }
    }
    for (QWidget* label : labels) label->setMinimumWidth(widest);
}

void HealOptionsForm::showMethodParts() {
    const auto show = [this](QWidget* field, bool visible) {
        field->setVisible(visible);
        form_->labelForField(field)->setVisible(visible);
    };
    for (QWidget* field :
         {static_cast<QWidget*>(rank_), static_cast<QWidget*>(alpha_), static_cast<QWidget*>(dropout_)})
        show(field, method_ == HealMethod::Lora);
    for (QWidget* field : {temperature_, crossEntropy_, hidden_}) show(field, method_ == HealMethod::Distill);
}

HealOptions HealOptionsForm::options() const {
    HealOptions options = usualOptions(method_);
    bool number = false;
    const double rate = rate_->text().toDouble(&number);
    if (rateTyped_ && number) options.peakRate = rate;
    options.batchWindows = batch_->value();
    options.schedule = static_cast<Schedule>(schedule_->currentData().toInt());
    options.rank = rank_->value();
    options.alpha = alpha_->value();
    options.dropout = dropout_->value();
    options.temperature = temperature_->value();
    options.crossEntropyShare = crossEntropy_->value();
    options.hiddenShare = hidden_->value();
    options.warmup = warmup_->value() / 100.0;
    options.weightDecay = decay_->value();
    options.clip = clip_->value();
    options.evaluateEvery = evaluateEvery_->value();
    options.checkpointEvery = checkpointEvery_->value();
    options.keepCheckpoints = keepCheckpoints_->value();
    options.patience = patience_->value();
    options.seed = static_cast<std::uint64_t>(seed_->value());
    options.keepBest = keepBest_->isChecked();
    options.freezeEmbeddings = freezeEmbeddings_->isChecked();
    options.recompute = recompute_->isChecked();
    if (problem().isEmpty() && !frozen_->text().trimmed().isEmpty())
        options.frozenLayers = parseLayers(frozen_->text(), kMostLayers, {});
    return options;
}

QString HealOptionsForm::problem() const {
    bool number = false;
    const double rate = rate_->text().toDouble(&number);
    if (rateTyped_ && (!number || rate <= 0.0 || rate > 1.0))
        return tr("The learning rate is a number between 0 and 1, for example 1e-4.");
    if (frozen_->text().trimmed().isEmpty()) return {};
    try {
        (void)parseLayers(frozen_->text(), kMostLayers, tr("Frozen layers"));
    } catch (const Error& error) {
        return QString::fromStdString(error.message());
    }
    return {};
}

}  // namespace secateur
