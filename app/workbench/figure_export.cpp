// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/figure_export.h"

#include <QCheckBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <algorithm>
#include <tuple>
#include <vector>

#include "app/workbench/workbench_window.h"
#include "widgets/guide/dock_place.h"
#include "widgets/panels/compare_panel.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/scatter_panel.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/figure_form_box.h"
#include "widgets/plots/plot_view.h"

namespace secateur {
namespace {

constexpr QSize kFigureSize(960, 600);  // in pixels of the screen: docks behind others have none of use
constexpr int kSettleMilliseconds = 20;

}  // namespace

FigureExport::FigureExport(QWidget& root, const QString& folder, FigureFormats formats)
    : QObject(&root), root_(root), folder_(folder), formats_(formats) {}

void FigureExport::collect() {
    QStringList names, drawn;
    for (PlotView* plot : root_.findChildren<PlotView*>()) {
        const QDockWidget* dock = dockAround(plot);
        const QString title = dock != nullptr ? dock->windowTitle() : plot->title();
        if (plot->isEmpty()) {
            empty_ << title;
            continue;
        }
        QString name = dock != nullptr ? dock->objectName() : QStringLiteral("figure");
        while (names.contains(name)) name += QStringLiteral("-more");
        names << name;
        drawn << title;
        ++figures_;
        const auto add = [&](bool wished, const char* suffix, auto save) {
            if (!wished) return;
            const QString path = QDir(folder_).filePath(name + QLatin1String(suffix));
            files_.emplace_back([plot = QPointer<PlotView>(plot), path, save] {
                return plot == nullptr || save(*plot, path) ? QString() : path;
            });
        };
        for (const auto& [wished, suffix, file] : {std::tuple(formats_.png, ".png", FigureFile::Png),
                                                   std::tuple(formats_.svg, ".svg", FigureFile::Svg),
                                                   std::tuple(formats_.pdf, ".pdf", FigureFile::Pdf)})
            add(wished, suffix, [form = formats_.form, file = file](PlotView& view, const QString& path) {
                return view.saveFigure(path, file, form, kFigureSize);
            });
        add(formats_.csv, ".csv", [](PlotView& view, const QString& path) { return view.saveCsv(path); });
    }
    // A panel that draws one thing or another has drawn.
    for (const QString& title : drawn) empty_.removeAll(title);
    empty_.removeDuplicates();
}

void FigureExport::start() {
    if (!QDir().mkpath(folder_)) failed_ = folder_;
    WhenSeen::catchUp(root_);
    wait();
}

// Pairs of scores and of measurements are worked out on threads of their own.
void FigureExport::wait() {
    const auto scatters = root_.findChildren<ScatterPanel*>();
    const auto compared = root_.findChildren<ComparePanel*>();
    if (!std::ranges::all_of(scatters, &ScatterPanel::settled) ||
        !std::ranges::all_of(compared, &ComparePanel::settled))
        return QTimer::singleShot(kSettleMilliseconds, this, &FigureExport::wait);
    collect();
    QTimer::singleShot(0, this, &FigureExport::next);
}

void FigureExport::next() {
    if (failed_.isEmpty() && !files_.empty()) {
        failed_ = files_.front()();
        files_.pop_front();
        return QTimer::singleShot(0, this, &FigureExport::next);
    }
    QString summary = figures_ == 1 ? tr("Exported one figure to %1.").arg(folder_)
                                    : tr("Exported %1 figures to %2.").arg(figures_).arg(folder_);
    if (figures_ == 0) summary = tr("No plot shows anything yet: open a model and measure it.");
    if (figures_ > 0 && !empty_.isEmpty())
        summary += QLatin1Char(' ') + tr("Nothing to draw yet: %1.").arg(empty_.join(QStringLiteral(", ")));
    Q_EMIT finished(summary, failed_);
    deleteLater();
}

void askExportFigures(WorkbenchWindow& window) {
    auto* dialog = new QDialog(&window);
    dialog->setWindowTitle(FigureExport::tr("Export all figures"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    auto* folder = new QLineEdit(QDir::home().filePath(QStringLiteral("secateur-figures")), dialog);
    folder->setAccessibleName(FigureExport::tr("Folder of the figures"));
    auto* browse = new QPushButton(FigureExport::tr("Browse..."), dialog);
    QObject::connect(browse, &QPushButton::clicked, dialog, [dialog, folder] {
        auto* chooser = new QFileDialog(dialog, FigureExport::tr("Folder of the figures"));
        chooser->setAttribute(Qt::WA_DeleteOnClose);
        chooser->setFileMode(QFileDialog::Directory);
        chooser->setOption(QFileDialog::ShowDirsOnly);
        QObject::connect(chooser, &QFileDialog::fileSelected, folder, &QLineEdit::setText);
        chooser->open();
    });
    auto* note = new QLabel(
        FigureExport::tr("A file for every plot that shows something, named by its panel, with its "
                         "title and where its numbers come from. "
                         "Files of these names are replaced."),
        dialog);
    note->setWordWrap(true);
    auto* form = new FigureFormBox(FigureExport::tr("Usual"), kFigureSize, dialog);
    form->setForm(window.figureForm());
    const FigureFormats usual;
    const auto box = [dialog](const QString& text, bool on) {
        auto* made = new QCheckBox(text, dialog);
        made->setChecked(on);
        return made;
    };
    auto* png = box(FigureExport::tr("PNG, pictures for slides"), usual.png);
    auto* svg = box(FigureExport::tr("SVG, drawings for the web"), usual.svg);
    auto* pdf = box(FigureExport::tr("PDF, pages for LaTeX"), usual.pdf);
    auto* csv = box(FigureExport::tr("CSV, the numbers"), usual.csv);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, dialog);
    QPushButton* go = buttons->addButton(FigureExport::tr("Export"), QDialogButtonBox::AcceptRole);
    const auto refresh = [=] {
        const bool any = png->isChecked() || svg->isChecked() || pdf->isChecked() || csv->isChecked();
        go->setEnabled(any && !folder->text().trimmed().isEmpty() && form->acceptable());
    };
    const auto refreshForm = [=] {
        std::vector<FigureFile> files;
        if (png->isChecked()) files.push_back(FigureFile::Png);
        if (svg->isChecked()) files.push_back(FigureFile::Svg);
        form->setFiles(files);
    };
    for (const QCheckBox* each : {png, svg, pdf, csv}) {
        QObject::connect(each, &QCheckBox::toggled, dialog, refreshForm);
        QObject::connect(each, &QCheckBox::toggled, dialog, refresh);
    }
    QObject::connect(form, &FigureFormBox::changed, dialog, refresh);
    QObject::connect(folder, &QLineEdit::textChanged, dialog, refresh);
    QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    QObject::connect(dialog, &QDialog::accepted, &window, [=, &window] {
        window.setFigureForm(form->form());
        auto* work = new FigureExport(
            window, folder->text().trimmed(),
            {png->isChecked(), svg->isChecked(), pdf->isChecked(), csv->isChecked(), form->form()});
        QObject::connect(
            work, &FigureExport::finished, &window, [&window](const QString& summary, const QString& failed) {
                if (failed.isEmpty())
                    return window.messages().showMessage(MessageBar::Kind::Information, summary);
                window.messages().showMessage(MessageBar::Kind::Error,
                                              FigureExport::tr("Could not write %1.").arg(failed),
                                              FigureExport::tr("Choose another folder."));
            });
        work->start();
    });
    auto* grid = new QGridLayout(dialog);
    auto* label = new QLabel(FigureExport::tr("&Folder"), dialog);
    label->setBuddy(folder);
    grid->addWidget(note, 0, 0, 1, 3);
    grid->addWidget(label, 1, 0);
    grid->addWidget(folder, 1, 1);
    grid->addWidget(browse, 1, 2);
    int row = 2;
    for (QCheckBox* each : {png, svg, pdf, csv}) grid->addWidget(each, row++, 1, 1, 2);
    grid->addWidget(form, row++, 0, 1, 3);
    grid->addWidget(buttons, row, 0, 1, 3);
    dialog->resize(60 * dialog->fontMetrics().averageCharWidth(), dialog->sizeHint().height());
    dialog->open();
}

}  // namespace secateur
