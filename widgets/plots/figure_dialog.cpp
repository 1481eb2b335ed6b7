// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/figure_dialog.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/plots/figure_form_box.h"
#include "widgets/plots/plot_view.h"

namespace secateur {
namespace {

struct Words {
    QString title;
    QString filter;
    const char* suffix;
};

Words wordsOf(FigureFile file) {
    switch (file) {
        case FigureFile::Png:
            return {FigureDialog::tr("Save picture"), FigureDialog::tr("PNG picture (*.png)"), "png"};
        case FigureFile::Svg:
            return {FigureDialog::tr("Save drawing"), FigureDialog::tr("SVG drawing (*.svg)"), "svg"};
        case FigureFile::Pdf:
            return {FigureDialog::tr("Save page"), FigureDialog::tr("PDF document (*.pdf)"), "pdf"};
    }
    return {};
}

}  // namespace

FigureDialog::FigureDialog(PlotView& view, FigureFile file) : QDialog(&view), view_(view), file_(file) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(wordsOf(file).title);
    box_ = new FigureFormBox(tr("As on the screen"), view.size(), this);
    box_->setFiles({file});
    box_->setForm(view.figureForm());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton* save = buttons->addButton(tr("Save..."), QDialogButtonBox::AcceptRole);
    save->setToolTip(tr("Asks for the file"));
    const auto refresh = [this, save] { save->setEnabled(box_->acceptable()); };
    connect(box_, &FigureFormBox::changed, save, refresh);
    connect(buttons, &QDialogButtonBox::accepted, this, &FigureDialog::askPath);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(box_);
    column->addWidget(buttons);
    refresh();
}

void FigureDialog::askPath() {
    const FigureForm form = box_->form();
    view_.setFigureForm(form);
    Q_EMIT view_.figureFormChosen(form);
    const Words words = wordsOf(file_);
    auto* dialog = new QFileDialog(&view_, words.title, {}, words.filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QLatin1String(words.suffix));
    connect(dialog, &QFileDialog::fileSelected, &view_,
            [view = &view_, form, file = file_](const QString& path) { view->saveFigure(path, file, form); });
    accept();
    dialog->open();
}

}  // namespace secateur
