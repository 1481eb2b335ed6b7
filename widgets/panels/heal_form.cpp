// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_form.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "core/base/units.h"
#include "core/planning/planner.h"
#include "widgets/document/chop_words.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/panels/foldable_box.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/option_form.h"
#include "widgets/panels/text_choice_box.h"

namespace secateur {
namespace {

std::string strategyFor(const ModelSummary& model) {
    return suggestedChop(ChopPurpose::Healed, model.parameters);
}

enum SourceItem { ThePlan, ACheckpoint, ChooseCheckpoint };
enum TeacherItem { OpenModel, ATeacher, ChooseTeacher };
constexpr HealMethod kMethods[] = {HealMethod::Continued, HealMethod::Lora, HealMethod::Distill,
                                   HealMethod::Scratch};
// Budgets of about the same length for the demo model.
constexpr double kUsualBudgets[] = {200.0, 400000.0, 2.0};

QComboBox* namedBox(const QString& name, const QString& explanation, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setAccessibleName(name);
    box->setToolTip(explanation);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    box->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    return box;
}

// The entry for a folder that was chosen, before the last entry, which asks for one.
void listFolder(QComboBox* box, int at, const QString& folder) {
    if (box->count() == at + 1) box->insertItem(at, QString());
    box->setItemText(at, QFileInfo(folder).fileName());
    box->setItemData(at, folder, Qt::ToolTipRole);
    box->setCurrentIndex(at);
}

}  // namespace

HealForm::HealForm(PlanDocument& document, Settings& settings, QWidget* parent)
    : QWidget(parent),
      document_(document),
      settings_(settings),
      form_(new QFormLayout),
      source_(namedBox(tr("Heal"), tr("What is healed"), this)),
      chop_(new QSpinBox(this)),
      method_(namedBox(tr("Healing method"), tr("How it is healed"), this)),
      teacher_(namedBox(
          tr("Teacher"),
          tr("The uncompressed model: distillation learns from it, other methods show its perplexity"),
          this)),
      budget_(new QDoubleSpinBox(this)),
      unit_(namedBox(tr("Budget unit"), tr("What the budget counts"), this)),
      workspace_(new QLineEdit(this)),
      options_(new OptionForm(healSpecs(), {"method", "steps", "minutes"}, this)) {
    options_->setValues(healValues(usualOptions(HealMethod::Continued)));
    buildChoices();
    buildBudget();
    form_->setContentsMargins(0, 0, 0, 0);
    form_->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form_->setVerticalSpacing(4);
    auto* budget = new QHBoxLayout;
    budget->addWidget(budget_, 1);
    budget->addWidget(unit_, 1);
    form_->addRow(tr("Heal"), source_);
    form_->addRow(tr("Chop first"), chop_);
    form_->addRow(tr("Healing method"), method_);
    form_->addRow(tr("Budget"), budget);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 4, 0);
    column->setSpacing(4);
    column->addLayout(form_);
    column->addWidget(options_);
    auto* texts = new FoldableBox(tr("Texts"), buildTexts(), this);
    texts->setOpen(true);
    column->addWidget(texts);
    auto* more = new FoldableBox(tr("More healing options"), options_->more(), this);
    auto* folders = new FoldableBox(tr("Teacher and folder"), buildWorkspace(), this);
    column->addWidget(more);
    column->addWidget(folders);
    setTabOrder(method_, budget_);
    options_->orderTabs(unit_, more->button());
    setTabOrder(folders->button(), teacher_);
    setTabOrder(teacher_, workspace_);
    column->addStretch(1);
    connect(options_, &OptionForm::valuesChanged, this, [this] {
        showUsualRate();
        Q_EMIT changed();
    });
    connect(&document_, &PlanDocument::planChanged, this, &HealForm::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, &HealForm::refresh);
    refresh();
}

void HealForm::buildChoices() {
    source_->addItem(tr("Current plan"));
    source_->addItem(tr("Checkpoint..."));
    connect(source_, &QComboBox::activated, this, &HealForm::chooseSource);
    chop_->setRange(0, 0);
    chop_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    chop_->setKeyboardTracking(false);
    chop_->setAccessibleName(tr("Chop first"));
    chop_->setSuffix(tr(" layers"));
    chop_->setSpecialValueText(tr("nothing"));
    chop_->setToolTip(
        tr("The plan removes nothing yet: so many layers, chosen by the strategy that heals best at this "
           "size (max-gap, or input from 1e9 parameters on), are chopped before healing. Undo brings them "
           "back."));
    connect(chop_, &QSpinBox::valueChanged, this, &HealForm::changed);
    for (const HealMethod method : kMethods) {
        method_->addItem(label(method), static_cast<int>(method));
        method_->setItemData(method_->count() - 1, explain(method), Qt::ToolTipRole);
        method_->setItemData(method_->count() - 1, guideKey("heal", name(method)), kGuideRole);
    }
    connect(method_, &QComboBox::currentIndexChanged, this, &HealForm::refresh);
    teacher_->addItem(tr("The open model"));
    teacher_->addItem(tr("Checkpoint..."));
    connect(teacher_, &QComboBox::activated, this, [this](int index) {
        if (index == teacher_->count() - 1) return askTeacher();
        Q_EMIT changed();
    });
}

void HealForm::buildBudget() {
    budget_->setRange(0.1, 1e13);
    budget_->setKeyboardTracking(false);
    budget_->setGroupSeparatorShown(true);
    budget_->setMinimumWidth(10 * fontMetrics().averageCharWidth());  // its range would ask for much more
    budget_->setAccessibleName(tr("Budget"));
    budget_->setToolTip(tr("How long the run learns"));
    budget_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    unit_->addItems({tr("steps"), tr("tokens"), tr("minutes")});
    unit_->setMinimumContentsLength(5);
    connect(unit_, &QComboBox::currentIndexChanged, this, &HealForm::chooseUnit);
    connect(budget_, &QDoubleSpinBox::valueChanged, this, &HealForm::changed);
    chooseUnit();
}

void HealForm::chooseUnit() {
    const int unit = unit_->currentIndex();
    budget_->setDecimals(unit == static_cast<int>(HealDraft::Budget::Minutes) ? 1 : 0);
    budget_->setSingleStep(kUsualBudgets[unit] / 4.0);
    budget_->setValue(kUsualBudgets[unit]);
    Q_EMIT changed();
}

QWidget* HealForm::buildTexts() {
    auto* texts = new QWidget(this);
    text_ = new TextChoiceBox(tr("Training"), texts);
    text_->setChoice(settings_.training());
    heldOut_ = new TextChoiceBox(tr("Held-out"), texts, tr("End of the training text"));
    heldOut_->setChoice(settings_.heldOut());
    heldOut_->hideLength();
    connect(text_, &TextChoiceBox::choiceChanged, this, [this](const TextChoice& choice) {
        settings_.setTraining(choice);
        Q_EMIT changed();
    });
    connect(heldOut_, &TextChoiceBox::choiceChanged, this, [this](const TextChoice& choice) {
        settings_.setHeldOut(choice);
        Q_EMIT changed();
    });
    auto* column = new QVBoxLayout(texts);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    const auto caption = [&](const QString& text, const QString& explanation) {
        auto* made = new QLabel(text, texts);
        made->setForegroundRole(QPalette::PlaceholderText);
        made->setToolTip(explanation);
        column->addWidget(made);
    };
    caption(tr("Learned from"), tr("Text that the weights learn"));
    column->addWidget(text_);
    caption(tr("Held out"),
            tr("Text that is not learned, for the perplexity; the end of the training text is "
               "taken away from it"));
    column->addWidget(heldOut_);
    return texts;
}

QWidget* HealForm::buildWorkspace() {
    auto* part = new QWidget(this);
    workspace_->setReadOnly(true);
    workspace_->setMinimumWidth(8 * fontMetrics().averageCharWidth());
    workspace_->setAccessibleName(tr("Runs folder"));
    workspace_->setToolTip(tr("Every run is a folder in here"));
    auto* change = new QPushButton(tr("Change..."), part);
    change->setAccessibleName(tr("Change runs folder"));
    change->setToolTip(tr("Choose another folder for the runs"));
    connect(change, &QPushButton::clicked, this, &HealForm::askWorkspace);
    const auto show = [this] {
        workspace_->setText(settings_.workspace());
        workspace_->setCursorPosition(0);
    };
    connect(&settings_, &Settings::workspaceChanged, this, show);
    show();
    auto* row = new QHBoxLayout;
    row->addWidget(workspace_, 1);
    row->addWidget(change);
    auto* form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(4);
    form->addRow(tr("Teacher"), teacher_);
    form->addRow(tr("Runs folder"), row);
    return part;
}

void HealForm::chooseSource(int index) {
    if (index == source_->count() - 1) return askCheckpoint();
    refresh();
}

void HealForm::askCheckpoint() {
    source_->setCurrentIndex(checkpoint_.isEmpty() ? ThePlan : ACheckpoint);
    auto* dialog = new QFileDialog(this, tr("Choose the checkpoint to heal"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        checkpoint_ = folder;
        listFolder(source_, ACheckpoint, folder);
        refresh();
    });
    dialog->open();
}

void HealForm::askTeacher() {
    teacher_->setCurrentIndex(teacherFolder_.isEmpty() ? OpenModel : ATeacher);
    auto* dialog = new QFileDialog(this, tr("Choose the uncompressed model"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        teacherFolder_ = folder;
        listFolder(teacher_, ATeacher, folder);
        Q_EMIT changed();
    });
    dialog->open();
}

void HealForm::askWorkspace() {
    auto* dialog = new QFileDialog(this, tr("Choose the folder of runs"), settings_.workspace());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, &settings_, &Settings::setWorkspace);
    dialog->open();
}

HealMethod HealForm::method() const {
    return static_cast<HealMethod>(method_->currentData().toInt());
}

bool HealForm::planIsEmpty() const {
    return document_.result() != nullptr && isIdentity(document_.result()->plan);
}

void HealForm::refresh() {
    const auto& model = document_.model();
    const bool ofPlan = draft().source == HealDraft::Source::Plan;
    const bool asks = ofPlan && model != nullptr && planIsEmpty();
    const int layers = model != nullptr ? model->config.layerCount() : 0;
    if (layers != chopModelLayers_) {
        const QSignalBlocker quiet(chop_);
        chopModelLayers_ = layers;
        chop_->setRange(0, std::max(0, layers - 2));  // the first and the last stay
        chop_->setValue(layersToChop(layers));
    }
    chop_->setVisible(asks);
    form_->labelForField(chop_)->setVisible(asks);
    options_->setValue("method", std::string(name(method())));
    showUsualRate();
    options_->alignWith(form_);
    Q_EMIT changed();
}

void HealForm::showUsualRate() {
    std::int64_t parameters = document_.model() != nullptr ? document_.model()->parameters : 0;
    if (document_.result() != nullptr && document_.result()->plan.accounting)
        parameters = document_.result()->plan.accounting->parametersAfter;
    options_->setStandIn("learning-rate", defaultRate(method(), parameters, draft().options.preset));
}

HealDraft HealForm::draft() const {
    HealDraft draft;
    const bool ofPlan = source_->currentIndex() == ThePlan || checkpoint_.isEmpty();
    draft.source = ofPlan ? HealDraft::Source::Plan : HealDraft::Source::Checkpoint;
    draft.checkpoint = checkpoint_;
    draft.teacher = teacher_->currentIndex() == ATeacher ? teacherFolder_ : QString();
    draft.unit = static_cast<HealDraft::Budget>(unit_->currentIndex());
    draft.budget = budget_->value();
    draft.options =
        options_->problem().isEmpty() ? healOptions(options_->values(), {}) : usualOptions(method());
    if (text_ != nullptr) draft.text = text_->choice();
    if (heldOut_ != nullptr) draft.heldOut = heldOut_->choice();
    return draft;
}

int HealForm::chopFirst() const {
    return draft().source == HealDraft::Source::Plan && planIsEmpty() ? chop_->value() : 0;
}

QString HealForm::problem() const {
    const HealDraft wanted = draft();
    const auto& model = document_.model();
    if (wanted.source == HealDraft::Source::Plan) {
        if (model == nullptr) return tr("Open a model, or choose a checkpoint to heal.");
        if (document_.waiting()) return tr("The plan is being computed, see Jobs.");
        if (!document_.valid()) return document_.problem();
    } else if (!QFileInfo(wanted.checkpoint).isDir()) {
        return tr("%1 is not there any more. Choose another checkpoint.").arg(wanted.checkpoint);
    }
    if (wanted.options.method == HealMethod::Distill && wanted.teacher.isEmpty() && model == nullptr)
        return tr("Distillation needs a teacher: open the uncompressed model, or choose it below.");
    return options_->problem();
}

QString HealForm::subject() const {
    const HealDraft wanted = draft();
    if (wanted.source == HealDraft::Source::Checkpoint) return wanted.checkpoint;
    if (document_.model() == nullptr || !document_.valid()) return {};
    const QString name = QString::fromStdString(document_.model()->name);
    if (chopFirst() > 0)
        return tr("%1 without %2, by %3")
            .arg(name, layerCount(chopFirst()), strategyLabel(strategyFor(*document_.model())));
    const Plan& plan = document_.result()->plan;
    const std::int64_t left = plan.accounting.value_or(Accounting{}).parametersAfter;
    return tr("%1: %2, %3 parameters")
        .arg(name, planInWords(plan), QString::fromStdString(formatCount(left)).trimmed());
}

std::optional<NetworkConfig> HealForm::network() const {
    if (draft().source == HealDraft::Source::Checkpoint || document_.model() == nullptr || !document_.valid())
        return std::nullopt;
    const int count = chopFirst();
    if (count == 0) return document_.result()->after.config;
    Plan plan = document_.result()->plan;
    const int layers = document_.model()->config.layerCount();
    ChopStep chop;
    for (const int position : chooseLayers(strategyFor(*document_.model()), layers, count, nullptr))
        chop.layers.push_back(
            document_.model()->config.layers[static_cast<std::size_t>(position)].originalLayer);
    plan.steps.insert(plan.steps.begin(), chop);
    return plannedNetwork(document_.model()->config, plan);
}

}  // namespace secateur
