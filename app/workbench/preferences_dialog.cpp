// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/preferences_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "widgets/document/settings.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/text_choice_box.h"

namespace secateur {
namespace {

constexpr int kMostThreads = 4096;
constexpr int kTextSizeStep = 10;

}  // namespace

PreferencesDialog::PreferencesDialog(Settings& settings, QWidget* parent)
    : QDialog(parent),
      settings_(settings),
      query_(new QLineEdit(this)),
      none_(new QLabel(tr("No setting has these words."), this)),
      problem_(new QLabel(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this)) {
    setWindowTitle(tr("Preferences"));
    setAttribute(Qt::WA_DeleteOnClose);
    query_->setAccessibleName(tr("Search settings"));
    query_->setPlaceholderText(tr("Search settings"));
    query_->setClearButtonEnabled(true);
    connect(query_, &QLineEdit::textChanged, this, &PreferencesDialog::search);
    none_->hide();
    problem_->setObjectName(QStringLiteral("preferencesProblem"));
    problem_->setTextFormat(Qt::PlainText);

    auto* content = new QWidget(this);
    auto* page = new QVBoxLayout(content);
    buildComputing(*page);
    buildTexts(*page);
    buildFolders(*page);
    buildLook(*page);
    page->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(content);
    // What is as wide as its words must not be cut.
    scroll->setMinimumWidth(content->minimumSizeHint().width() +
                            style()->pixelMetric(QStyle::PM_ScrollBarExtent) + 2 * scroll->frameWidth());
    auto* column = new QVBoxLayout(this);
    column->addWidget(query_);
    column->addWidget(none_);
    column->addWidget(scroll, 1);
    column->addWidget(problem_);
    column->addWidget(buttons_);
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        keep();
        accept();
    });
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
    const QSize room = parent != nullptr ? parent->size() : QSize(800, 800);
    resize(QSize(78 * fontMetrics().averageCharWidth(), 40 * fontMetrics().height()).boundedTo(room));
}

QLabel* PreferencesDialog::addHeading(QVBoxLayout& page, const QString& text) {
    auto* heading = new QLabel(text, this);
    QFont bold = heading->font();
    bold.setBold(true);
    heading->setFont(bold);
    page.addWidget(heading);
    return heading;
}

void PreferencesDialog::addRow(QVBoxLayout& page, QLabel* heading, const QString& name, QWidget* editor,
                               const QString& help) {
    auto* row = new QWidget(this);
    row->setObjectName(QStringLiteral("setting"));
    auto* line = new QHBoxLayout;
    auto* box = qobject_cast<QCheckBox*>(editor);
    const bool field = box == nullptr && qobject_cast<TextChoiceBox*>(editor) == nullptr;
    auto* label = new QLabel(name, row);
    label->setBuddy(editor);
    label->setMinimumWidth(18 * fontMetrics().averageCharWidth());
    if (editor->accessibleName().isEmpty()) editor->setAccessibleName(name);
    editor->setAccessibleDescription(help);
    label->setVisible(box == nullptr);
    line->addWidget(label);
    line->addWidget(editor, field ? 0 : 1);
    if (field) line->addStretch(1);
    auto* note = new QLabel(help, row);
    note->setWordWrap(true);
    note->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(fontMetrics().averageCharWidth() * 2, 0, 0, fontMetrics().height() / 3);
    column->setSpacing(2);
    column->addLayout(line);
    column->addWidget(note);
    page.addWidget(row);
    rows_.push_back(
        {row, heading, (heading->text() + QLatin1Char(' ') + name + QLatin1Char(' ') + help).toLower()});
}

void PreferencesDialog::buildComputing(QVBoxLayout& page) {
    QLabel* heading = addHeading(page, tr("Computing, from the next start on"));
    const ComputeChoice kept = settings_.compute();
    device_ = new QComboBox(this);
    device_->setEditable(true);
    device_->addItems(
        {QStringLiteral("auto"), QStringLiteral("cpu"), QStringLiteral("cuda"), QStringLiteral("cuda:1")});
    device_->setCurrentText(kept.device);
    connect(device_, &QComboBox::editTextChanged, this, &PreferencesDialog::check);
    addRow(page, heading, tr("Device"), device_,
           tr("auto takes a CUDA device where there is one. --device wins over this."));
    dtype_ = new QComboBox(this);
    dtype_->addItems(computeDtypes());
    dtype_->setCurrentText(kept.dtype);
    addRow(page, heading, tr("Arithmetic"), dtype_,
           tr("Numbers the network computes in (dtype): auto takes 16 bits where that is faster. --dtype "
              "wins over "
              "this."));
    threads_ = new QSpinBox(this);
    threads_->setRange(0, kMostThreads);
    threads_->setSpecialValueText(tr("all cores"));
    threads_->setValue(kept.threads);
    addRow(page, heading, tr("Threads"), threads_, tr("Of the processor. --threads wins over this."));
    memory_ = new QLineEdit(this);
    memory_->setPlaceholderText(tr("what is free"));
    if (kept.memoryLimit > 0) memory_->setText(QString::fromStdString(formatBytes(kept.memoryLimit)));
    connect(memory_, &QLineEdit::textChanged, this, &PreferencesDialog::check);
    addRow(page, heading, tr("Memory limit"), memory_,
           tr("Memory to plan with, for example 8 GB; a model that does not fit into half of it is streamed "
              "layer by layer. --memory-limit wins over this."));
}

void PreferencesDialog::buildTexts(QVBoxLayout& page) {
    QLabel* heading = addHeading(page, tr("Texts and measuring, at once"));
    calibration_ = new TextChoiceBox(tr("Preferred calibration"), this);
    calibration_->setChoice(settings_.calibration());
    addRow(page, heading, tr("Calibration text"), calibration_,
           tr("Statistics are measured on this text. Choose text like what the model will be used on."));
    evaluation_ = new TextChoiceBox(tr("Preferred preview"), this);
    evaluation_->setChoice(settings_.evaluation());
    addRow(page, heading, tr("Preview text"), evaluation_, tr("Perplexities are measured on this text."));
    measureOnOpen_ = new QCheckBox(tr("Measure when opening a model"), this);
    measureOnOpen_->setChecked(settings_.measureOnOpen());
    addRow(page, heading, measureOnOpen_->text(), measureOnOpen_,
           tr("Otherwise Run > Measure does it when asked."));
    leaveOneOut_ = new QCheckBox(tr("Leave one out when measuring"), this);
    leaveOneOut_->setChecked(settings_.leaveOneOut());
    addRow(page, heading, leaveOneOut_->text(), leaveOneOut_,
           tr("Also measure perplexity without every single layer; small models always do."));
}

void PreferencesDialog::buildFolders(QVBoxLayout& page) {
    QLabel* heading = addHeading(page, tr("Folders, at once"));
    auto* part = new QWidget(this);
    workspace_ = new QLineEdit(settings_.workspace(), part);
    workspace_->setAccessibleName(tr("Workspace"));
    workspace_->setMinimumWidth(30 * fontMetrics().averageCharWidth());
    connect(workspace_, &QLineEdit::textChanged, this, &PreferencesDialog::check);
    auto* browse = new QPushButton(tr("Browse..."), part);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &PreferencesDialog::askWorkspace);
    auto* line = new QHBoxLayout(part);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(workspace_);
    line->addWidget(browse);
    part->setFocusProxy(workspace_);
    addRow(page, heading, tr("Workspace"), part,
           tr("Folder of healing runs; sessions are kept there from the next start on."));
}

void PreferencesDialog::buildLook(QVBoxLayout& page) {
    QLabel* heading = addHeading(page, tr("Look, at once"));
    theme_ = new QComboBox(this);
    theme_->addItems({tr("As the system"), tr("Light"), tr("Dark")});
    theme_->setCurrentIndex(static_cast<int>(settings_.theme()));
    addRow(page, heading, tr("Theme"), theme_, tr("Colours of the window and of the plots."));
    textSize_ = new QSpinBox(this);
    textSize_->setRange(Settings::kLeastTextSize, Settings::kMostTextSize);
    textSize_->setSingleStep(kTextSizeStep);
    textSize_->setSuffix(QStringLiteral(" %"));
    textSize_->setValue(settings_.textSize());
    addRow(page, heading, tr("Text size"), textSize_,
           tr("Of what is usual on this desktop; Ctrl+Plus, Ctrl+Minus and Ctrl+0 change it too. Plots "
              "follow."));
    auto* language = new QLabel(tr("English"), this);
    language->setTextInteractionFlags(Qt::TextSelectableByMouse);
    addRow(
        page, heading, tr("Language"), language,
        tr("There is no translation yet. Numbers have a decimal point, whatever the locale of the system."));
}

void PreferencesDialog::askWorkspace() {
    auto* dialog = new QFileDialog(this, tr("Workspace"), workspace_->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, workspace_, &QLineEdit::setText);
    dialog->open();
}

void PreferencesDialog::search(const QString& query) {
    const QStringList words = query.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const Row& row : rows_) row.heading->hide();
    bool any = false;
    for (const Row& row : rows_) {
        const bool found =
            std::ranges::all_of(words, [&](const QString& word) { return row.words.contains(word); });
        row.widget->setVisible(found);
        if (found) row.heading->show();
        any = any || found;
    }
    none_->setVisible(!any);
}

void PreferencesDialog::check() {
    if (workspace_ == nullptr) return;  // not all is there yet
    const QString memory = memory_->text().trimmed();
    QString problem;
    if (device_->currentText().trimmed().isEmpty()) {
        problem = tr("Device needs a name, for example auto.");
    } else if (!memory.isEmpty() && !parseAmount(memory)) {
        problem = tr("Memory limit needs an amount, for example 8 GB.");
    } else if (workspace_->text().trimmed().isEmpty()) {
        problem = tr("Workspace needs a folder.");
    }
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(problem.isEmpty());
}

void PreferencesDialog::keep() {
    const QString memory = memory_->text().trimmed();
    const ComputeChoice before = settings_.compute();
    // What is shown is rounded: what was not changed stays to the byte.
    const bool same =
        before.memoryLimit > 0 && memory == QString::fromStdString(formatBytes(before.memoryLimit));
    settings_.setCompute({device_->currentText().trimmed(), dtype_->currentText(), threads_->value(),
                          memory.isEmpty() ? 0
                          : same           ? before.memoryLimit
                                           : parseAmount(memory).value_or(0)});
    settings_.setCalibration(calibration_->choice());
    settings_.setEvaluation(evaluation_->choice());
    settings_.setMeasureOnOpen(measureOnOpen_->isChecked());
    settings_.setLeaveOneOut(leaveOneOut_->isChecked());
    settings_.setWorkspace(workspace_->text().trimmed());
    settings_.setTheme(static_cast<Theme>(theme_->currentIndex()));
    settings_.setTextSize(textSize_->value());
}

}  // namespace secateur
