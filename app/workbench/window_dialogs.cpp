// SPDX-License-Identifier: GPL-3.0-or-later
// What the window asks and tells in dialogs. None of them blocks it.
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QSysInfo>
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
    const QString file = workflow_.document().file();
    if (file.isEmpty()) return savePlanAs({});
    workflow_.savePlan(file);
}

void WorkbenchWindow::askSavePlanAs() {
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

void WorkbenchWindow::askLocate(const SessionKeeper::Left& session) {
    auto* dialog = new QFileDialog(
        this, tr("Where is %1 now?").arg(QString::fromStdString(session.offer.model.facts.name)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::fileSelected, this, [this, session](const QString& folder) {
        SessionKeeper::Left moved = session;
        moved.offer.model.path = folder;
        workflow_.goOn(moved);
    });
    dialog->open();
}

void WorkbenchWindow::askOpenAnalysis() {
    QFileDialog* dialog =
        fileDialog(this, tr("Open analysis"), tr("Analyses (*.h5 *.hdf5)"), QFileDialog::AcceptOpen);
    connect(dialog, &QFileDialog::fileSelected, &workflow_, &Workflow::openAnalysis);
    dialog->open();
}

void WorkbenchWindow::askSaveAnalysis() {
    QFileDialog* dialog =
        fileDialog(this, tr("Save analysis"), tr("Analyses (*.h5)"), QFileDialog::AcceptSave, "h5");
    dialog->selectFile(QString::fromStdString(workflow_.document().model()->name) + QStringLiteral(".h5"));
    connect(dialog, &QFileDialog::fileSelected, &workflow_, &Workflow::saveAnalysis);
    dialog->open();
}

void WorkbenchWindow::askLoadPlan() {
    QFileDialog* dialog = fileDialog(this, tr("Load plan"), tr("Plans (*.json)"), QFileDialog::AcceptOpen);
    connect(dialog, &QFileDialog::fileSelected, this, &WorkbenchWindow::loadPlan);
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
        reports_->write(reportInput(workflow_, workflow_.chopLab()), file);
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
           "<p>Free software under the GNU General Public License, version 3 or later.</p>"
           "<p>Built with Qt %2 (LGPL 3), QCustomPlot (GPL 3), LibTorch (BSD), HDF5 (BSD), zlib (zlib) and "
           "JSON for Modern C++ (MIT).</p>")
            .arg(QCoreApplication::applicationVersion(), QLatin1String(qVersion())),
        dialog);
    text->setWordWrap(true);
    text->setMinimumWidth(50 * fontMetrics().averageCharWidth());
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(text);
    addClose(dialog, column);
    dialog->open();
}

void WorkbenchWindow::copyFacts() {
    const ComputeChoice compute = settings_.compute();
    QStringList facts{QStringLiteral("Secateur %1, Qt %2")
                          .arg(QCoreApplication::applicationVersion(), QLatin1String(qVersion())),
                      QStringLiteral("%1, %2, %3")
                          .arg(QSysInfo::prettyProductName(), QSysInfo::kernelVersion(),
                               QSysInfo::currentCpuArchitecture()),
                      QStringLiteral("window on %1, %2 x %3 at scale %4, text %5 %")
                          .arg(QGuiApplication::platformName())
                          .arg(width())
                          .arg(height())
                          .arg(devicePixelRatioF())
                          .arg(settings_.textSize()),
                      QStringLiteral("preferred: device %1, arithmetic %2, %3 threads, memory limit %4")
                          .arg(compute.device, compute.dtype)
                          .arg(compute.threads)
                          .arg(compute.memoryLimit)};
    if (const auto& model = workflow_.document().model(); model != nullptr) {
        facts << QStringLiteral("model: %1, %2, %3 layers, %4 parameters")
                     .arg(QString::fromStdString(model->name),
                          QLatin1String(name(model->config.architecture)))
                     .arg(model->config.layerCount())
                     .arg(model->parameters);
    }
    facts << QStringLiteral("last said: %1").arg(workflow_.status());
    QApplication::clipboard()->setText(facts.join(QLatin1Char('\n')) + QLatin1Char('\n'));
    showStatus(tr("Copied what a problem report needs: versions, system, settings and model."));
}

}  // namespace secateur
