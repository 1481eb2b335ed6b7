// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/text_choice_box.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

namespace secateur {
namespace {

// Item data of the entry that opens a file dialog; no file has this name.
const QString kChoose = QStringLiteral("\n");

QSpinBox* spinBox(const QString& name, int least, int most, QWidget* parent) {
    auto* box = new QSpinBox(parent);
    box->setRange(least, most);
    box->setMinimumWidth(9 * box->fontMetrics().averageCharWidth());  // fits narrow docks, whatever the range
    box->setKeyboardTracking(false);
    box->setAccessibleName(name);
    return box;
}

}  // namespace

TextChoiceBox::TextChoiceBox(const QString& purpose, QWidget* parent, const QString& usual)
    : QWidget(parent),
      text_(new QComboBox(this)),
      windows_(spinBox(tr("%1 windows").arg(purpose), 0, 1000000, this)),
      length_(spinBox(tr("%1 window length").arg(purpose), 2, 1 << 20, this)) {
    text_->setAccessibleName(tr("%1 text").arg(purpose));
    text_->addItem(usual.isEmpty() ? tr("Built-in sample") : usual, QString());
    text_->addItem(tr("Choose file..."), kChoose);
    text_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    text_->setMinimumContentsLength(10);
    text_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    text_->setToolTip(tr("The text that is read: a text file, or a .jsonl with a text a line"));
    windows_->setSpecialValueText(tr("all"));
    windows_->setToolTip(tr("How many windows of the text are used; all when 0"));
    length_->setToolTip(tr("Tokens of one window"));

    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("Text"), text_);
    auto* size = new QHBoxLayout;
    size->addWidget(windows_, 1);
    lengthPart_ = new QWidget(this);
    auto* length = new QHBoxLayout(lengthPart_);
    length->setContentsMargins(0, 0, 0, 0);
    length->addWidget(new QLabel(tr("of"), lengthPart_));
    length->addWidget(length_, 1);
    length->addWidget(new QLabel(tr("tokens"), lengthPart_));
    size->addWidget(lengthPart_, 1);
    form->addRow(tr("Windows"), size);

    connect(text_, &QComboBox::activated, this, [this](int index) {
        if (text_->itemData(index).toString() == kChoose) {
            askFile();
        } else if (index != lastText_) {
            lastText_ = index;
            announce();
        }
    });
    connect(windows_, &QSpinBox::valueChanged, this, &TextChoiceBox::announce);
    connect(length_, &QSpinBox::valueChanged, this, &TextChoiceBox::announce);
}

void TextChoiceBox::hideLength() {
    lengthPart_->hide();
}

void TextChoiceBox::setChoice(const TextChoice& choice) {
    const QSignalBlocker quietWindows(windows_);
    const QSignalBlocker quietLength(length_);
    listFile(choice.file);
    windows_->setValue(choice.windows);
    length_->setValue(choice.seqLen);
}

TextChoice TextChoiceBox::choice() const {
    return {text_->itemData(lastText_).toString(), windows_->value(), length_->value()};
}

void TextChoiceBox::listFile(const QString& file) {
    int at = text_->findData(file);
    if (at < 0) {
        at = text_->count() - 1;
        text_->insertItem(at, QFileInfo(file).fileName(), file);
        text_->setItemData(at, file, Qt::ToolTipRole);
    }
    lastText_ = at;
    text_->setCurrentIndex(at);
}

void TextChoiceBox::askFile() {
    text_->setCurrentIndex(lastText_);
    auto* dialog = new QFileDialog(this, tr("Choose text"), {},
                                   tr("Text (*.txt *.jsonl *.gz);;Token ids (*.safetensors);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        listFile(file.endsWith(QStringLiteral(".safetensors")) ? file + QStringLiteral(":tokens") : file);
        announce();
    });
    dialog->open();
}

void TextChoiceBox::announce() {
    Q_EMIT choiceChanged(choice());
}

}  // namespace secateur
