// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/apply_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace secateur {

ApplyDialog::ApplyDialog(const QString& summary, const QString& folder, QWidget* parent)
    : QDialog(parent),
      folder_(new QLineEdit(folder, this)),
      format_(new QComboBox(this)),
      overwrite_(new QCheckBox(tr("Replace the folder when it exists"), this)),
      note_(new QLabel(this)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Cancel, this)) {
    setWindowTitle(tr("Apply plan"));
    setAttribute(Qt::WA_DeleteOnClose);
    folder_->setAccessibleName(tr("Output folder"));
    folder_->setMinimumWidth(45 * fontMetrics().averageCharWidth());
    format_->setAccessibleName(tr("Format"));
    format_->addItem(tr("Smaller checkpoint (hf)"), QStringLiteral("hf"));
    format_->addItem(tr("Full shape with zeros (hf-masked)"), QStringLiteral("hf-masked"));
    overwrite_->setAccessibleName(overwrite_->text());
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    auto* browse = new QPushButton(tr("Browse..."), this);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &ApplyDialog::askFolder);

    auto* row = new QHBoxLayout;
    row->addWidget(folder_, 1);
    row->addWidget(browse);
    auto* form = new QFormLayout;
    form->addRow(tr("Output folder"), row);
    form->addRow(tr("Format"), format_);
    form->addRow(QString(), overwrite_);
    auto* column = new QVBoxLayout(this);
    auto* what = new QLabel(summary, this);
    what->setWordWrap(true);
    column->addWidget(what);
    column->addLayout(form);
    column->addWidget(note_);
    column->addWidget(buttons_);

    QPushButton* write = buttons_->addButton(tr("Write"), QDialogButtonBox::AcceptRole);
    write->setAccessibleName(write->text());
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT applyWished(folder_->text(), format_->currentData().toString(), overwrite_->isChecked());
        accept();
    });
    connect(folder_, &QLineEdit::textChanged, this, &ApplyDialog::check);
    connect(overwrite_, &QCheckBox::toggled, this, &ApplyDialog::check);
    check();
}

void ApplyDialog::askFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose output folder"), folder_->text());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, folder_, &QLineEdit::setText);
    dialog->open();
}

void ApplyDialog::check() {
    const QString folder = folder_->text().trimmed();
    const bool blocked = QFileInfo::exists(folder) && !overwrite_->isChecked();
    note_->setText(folder.isEmpty() ? tr("Choose a folder to write to.")
                   : blocked
                       ? tr("%1 exists. Choose another folder, or tick the box to replace it.").arg(folder)
                       : tr("The folder appears when it is complete."));
    for (QAbstractButton* button : buttons_->buttons()) {
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole)
            button->setEnabled(!folder.isEmpty() && !blocked);
    }
}

}  // namespace secateur
