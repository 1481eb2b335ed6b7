// SPDX-License-Identifier: GPL-3.0-or-later
// What the window asks and tells in dialogs. None of them blocks it.
#include <QCoreApplication>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "app/workbench/apply_dialog.h"
#include "app/workbench/loss_guard.h"
#include "app/workbench/report_export.h"
#include "app/workbench/workbench_window.h"
#include "core/base/units.h"
#include "core/data/network_state.h"
#include "core/planning/written_form.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/table_copy.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/text_choice_box.h"

namespace secateur {
namespace {

QDialog* plainDialog(const QString& title, QWidget* parent) {
    auto* dialog = new QDialog(parent);
    dialog->setWindowTitle(title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

void addClose(QDialog* dialog, QVBoxLayout* column) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    column->addWidget(buttons);
}

// Goes away when it is closed; to be opened.
QFileDialog* fileDialog(QWidget* parent, const QString& title, const QString& filter,
                        QFileDialog::AcceptMode mode, const char* suffix = "json") {
    auto* dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(mode);
    dialog->setNameFilter(filter);
    if (mode == QFileDialog::AcceptOpen)
        dialog->setFileMode(QFileDialog::ExistingFile);
    else
        dialog->setDefaultSuffix(QLatin1String(suffix));
    return dialog;
}

// "8.26 MB (hf) or 10.4 MB (hf-masked) of weight files"
QString sizesInWords(const ModelSummary& model, const Plan& plan) {
    const NetworkState state = stateAfter(model.config, plan);
    QStringList sizes;
    for (const std::string& format : writtenFormats())
        if (const auto files = weightFiles(model, state, format))
            sizes << QStringLiteral("%1 (%2)").arg(QString::fromStdString(formatBytes(files->bytesAfter)),
                                                   QString::fromStdString(format));
    if (!sizes.isEmpty())
        return WorkbenchWindow::tr("%1 of weight files").arg(sizes.join(WorkbenchWindow::tr(" or ")));
    const std::int64_t about = plan.accounting ? plan.accounting->bytesAfter : 0;
    return WorkbenchWindow::tr("about %1").arg(QString::fromStdString(formatBytes(about)));
}

QString needsText(Needs needs) {
    switch (needs) {
        case Needs::Weights:
            return WorkbenchWindow::tr("weights");
        case Needs::Analysis:
            return WorkbenchWindow::tr("a measurement");
        case Needs::Text:
            return WorkbenchWindow::tr("text");
    }
    return {};
}

}  // namespace

void WorkbenchWindow::askModel() {
    auto* dialog = new QFileDialog(this, tr("Open model"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    const QStringList recent = settings_.recentModels();
    if (!recent.isEmpty()) dialog->setDirectory(QFileInfo(recent.first()).path());
    connect(dialog, &QFileDialog::fileSelected, this, &WorkbenchWindow::openModel);
    dialog->open();
}

void WorkbenchWindow::askSavePlan() {
    savePlanAs({});
}

void WorkbenchWindow::savePlanAs(const std::function<void()>& then) {
    QFileDialog* dialog = fileDialog(this, tr("Save plan"), tr("Plans (*.json)"), QFileDialog::AcceptSave);
    const QString file = workflow_.document().file();
    dialog->selectFile(file.isEmpty() ? QStringLiteral("plan.json") : file);
    connect(dialog, &QFileDialog::fileSelected, this, [this, then](const QString& chosen) {
        if (workflow_.savePlan(chosen) && then) then();
    });
    dialog->open();
}

void WorkbenchWindow::askOpenSession() {
    QFileDialog* dialog =
        fileDialog(this, tr("Open session"), tr("Sessions (*.json)"), QFileDialog::AcceptOpen);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        guard_->beforeLosingPlan([this, file] { workflow_.openSession(file); });
    });
    dialog->open();
}

void WorkbenchWindow::askSaveSession() {
    QFileDialog* dialog =
        fileDialog(this, tr("Save session as"), tr("Sessions (*.json)"), QFileDialog::AcceptSave);
    dialog->selectFile(QStringLiteral("session.json"));
    connect(dialog, &QFileDialog::fileSelected, &workflow_, &Workflow::saveSession);
    dialog->open();
}

void WorkbenchWindow::askLoadPlan() {
    QFileDialog* dialog = fileDialog(this, tr("Load plan"), tr("Plans (*.json)"), QFileDialog::AcceptOpen);
    connect(dialog, &QFileDialog::fileSelected, &workflow_, &Workflow::loadPlan);
    dialog->open();
}

void WorkbenchWindow::askReport() {
    PlanDocument& document = workflow_.document();
    if (!document.valid() || document.model() == nullptr) return;
    if (reports_ == nullptr) {
        reports_ = new ReportExport(this);
        connect(reports_, &ReportExport::failed, this, &WorkbenchWindow::showProblem);
        connect(reports_, &ReportExport::written, this, [this](const QString& file) {
            messages_->showMessage(MessageBar::Kind::Information, tr("Wrote the report %1.").arg(file), {},
                                   tr("Show it"),
                                   [file] { QDesktopServices::openUrl(QUrl::fromLocalFile(file)); });
        });
    }
    QFileDialog* dialog =
        fileDialog(this, tr("Export report"), tr("Web pages (*.html)"), QFileDialog::AcceptSave, "html");
    dialog->selectFile(QString::fromStdString(document.model()->name) + QStringLiteral("-report.html"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        showStatus(tr("Writing the report..."));
        reports_->write(reportInput(workflow_, chopLab_), file);
    });
    dialog->open();
}

void WorkbenchWindow::askApply() {
    PlanDocument& document = workflow_.document();
    if (!document.valid() || document.model() == nullptr) return;
    const Accounting accounting = document.result()->plan.accounting.value_or(Accounting{});
    const QString summary = tr("%1: %2 -> %3 parameters (%4 removed), %5.")
                                .arg(planInWords(document.result()->plan),
                                     QString::fromStdString(formatCount(accounting.parametersBefore)),
                                     QString::fromStdString(formatCount(accounting.parametersAfter)),
                                     QString::fromStdString(formatPercent(accounting.removedFraction)),
                                     sizesInWords(*document.model(), document.result()->plan));
    const QString name = QString::fromStdString(document.model()->name) + QStringLiteral("-pruned");
    auto* dialog = new ApplyDialog(summary, QDir::home().filePath(name), this);
    connect(dialog, &ApplyDialog::applyWished, &workflow_, &Workflow::apply);
    dialog->open();
}

void WorkbenchWindow::askCalibrationText() {
    QDialog* dialog = plainDialog(tr("Calibration text"), this);
    auto* box = new TextChoiceBox(tr("Calibration"), dialog);
    box->setChoice(settings_.calibration());
    auto* note = new QLabel(
        tr("Statistics are measured on this text. Choose text like what the model will be used on."), dialog);
    note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, dialog);
    connect(buttons, &QDialogButtonBox::accepted, dialog, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(dialog, &QDialog::accepted, this, [this, box] { settings_.setCalibration(box->choice()); });
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(note);
    column->addWidget(box);
    column->addWidget(buttons);
    dialog->open();
}

void WorkbenchWindow::showAbout() {
    QDialog* dialog = plainDialog(tr("About Secateur"), this);
    auto* text = new QLabel(
        tr("<h2>Secateur %1</h2>"
           "<p>See what a language model can lose, decide what to cut, preview the damage, cut it.</p>"
           "<p>Free software under the GNU General Public License, version 3 or later. Built with Qt, "
           "LibTorch, "
           "HDF5 and QCustomPlot.</p>")
            .arg(QCoreApplication::applicationVersion()),
        dialog);
    text->setWordWrap(true);
    text->setMinimumWidth(50 * fontMetrics().averageCharWidth());
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(text);
    addClose(dialog, column);
    dialog->open();
}

void WorkbenchWindow::showMethods() {
    QDialog* dialog = plainDialog(tr("Methods"), this);
    const auto& all = workflow_.engine().methods();
    auto* table = new QTableWidget(static_cast<int>(all.size()), 5, dialog);
    table->setAccessibleName(tr("Methods"));
    table->setHorizontalHeaderLabels(
        {tr("Method"), tr("What it does"), tr("Formula"), tr("Needs"), tr("Source")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->verticalHeader()->hide();
    offerCopies(*table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::ResizeToContents);
    int row = 0;
    for (const MethodInfo& method : all) {
        const QString cells[] = {QString::fromStdString(method.label), QString::fromStdString(method.summary),
                                 QString::fromStdString(method.formula), needsText(method.needs),
                                 QString::fromStdString(method.citation)};
        for (int column = 0; column < 5; ++column)
            table->setItem(row, column, new QTableWidgetItem(cells[column]));
        ++row;
    }
    wrapRows(*table);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(table);
    addClose(dialog, column);
    dialog->resize(width() * 4 / 5, height() * 3 / 5);
    dialog->open();
}

}  // namespace secateur
