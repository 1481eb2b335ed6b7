// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/loss_guard.h"

#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <QUndoStack>
#include <utility>

#include "widgets/document/workflow.h"

namespace secateur {

LossGuard::LossGuard(QWidget& window, Workflow& workflow, std::function<void(Act)> savePlan)
    : QObject(&window), window_(window), workflow_(workflow), savePlan_(std::move(savePlan)) {
    connect(workflow_.document().undoStack(), &QUndoStack::indexChanged, this, [this] { planLeft_ = false; });
    connect(&workflow_.runs(), &RunBoard::changed, this, &LossGuard::follow);
}

void LossGuard::beforeLosingPlan(Act act, const QString& otherwise) {
    PlanDocument& document = workflow_.document();
    if (document.saved()) return act();
    next_ = std::move(act);
    if (box_ != nullptr) return box_->activateWindow();
    const QString plan = document.file().isEmpty() ? QString::fromStdString(document.model()->name)
                                                   : QFileInfo(document.file()).fileName();
    box_ = new QMessageBox(QMessageBox::Warning, tr("Unsaved plan"),
                           tr("Save the changes to the plan of %1?").arg(plan),
                           QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, &window_);
    box_->setAttribute(Qt::WA_DeleteOnClose);
    box_->setDefaultButton(document.valid() ? QMessageBox::Save : QMessageBox::Cancel);
    box_->button(QMessageBox::Save)->setEnabled(document.valid());
    const QString loss = otherwise.isEmpty() ? tr("What is not saved is lost.") : otherwise;
    box_->setInformativeText(document.valid() ? loss
                                              : tr("The present wishes have no plan that could be saved."));
    connect(box_, &QMessageBox::finished, this, &LossGuard::answer);
    box_->open();
}

void LossGuard::answer(int button) {
    box_ = nullptr;
    const Act act = std::exchange(next_, {});
    if (button == QMessageBox::Discard && act) act();
    if (button != QMessageBox::Save) return;
    const QString file = workflow_.document().file();
    if (file.isEmpty()) {
        savePlan_(act);
    } else if (workflow_.savePlan(file) && act) {
        act();
    }
}

bool LossGuard::mayClose() {
    if (closeNow_) return true;
    if (!workflow_.document().saved() && !planLeft_) {
        beforeLosingPlan([this] {
            planLeft_ = true;
            window_.close();
        });
        return false;
    }
    if (!workflow_.writing().isEmpty() && !writeLeft_) {
        askToStopWriting();
        return false;
    }
    if (!runsActive()) return true;
    pauseRuns();
    return false;
}

void LossGuard::askToStopWriting() {
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Still writing"),
                                tr("%1 is still being written.").arg(workflow_.writing()),
                                QMessageBox::Cancel, &window_);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(tr("Closing now stops that and leaves nothing of it behind."));
    const auto* stop = box->addButton(tr("Stop and close"), QMessageBox::DestructiveRole);
    connect(stop, &QPushButton::clicked, this, [this] {
        writeLeft_ = true;
        // After the box is gone: a window does not close while it has one.
        QMetaObject::invokeMethod(&window_, &QWidget::close, Qt::QueuedConnection);
    });
    box->open();
}

bool LossGuard::runsActive() const {
    for (const RunEntry& run : workflow_.runs().runs()) {
        if (run.active()) return true;
    }
    return false;
}

void LossGuard::pauseRuns() {
    RunBoard& board = workflow_.runs();
    QStringList folders;
    QString paused;
    for (const RunEntry& run : board.runs()) {
        if (!run.active()) continue;
        folders << run.folder();
        if (run.activity != RunActivity::Queued) paused = run.name();
    }
    // Those that have not begun first, so that none begins when the present one pauses.
    waiting_ = false;  // until all are told
    for (const QString& folder : folders) {
        const RunEntry* run = board.find(folder);
        if (run != nullptr && run->activity == RunActivity::Queued) board.cancel(folder);
    }
    for (const QString& folder : folders) board.pause(folder);
    waiting_ = true;
    if (!paused.isEmpty())
        Q_EMIT waits(
            tr("Pausing %1: the window closes when its checkpoint is saved, and Resume goes on from there.")
                .arg(paused),
            [this] {
                closeNow_ = true;
                window_.close();
            });
    follow();
}

void LossGuard::follow() {
    if (!waiting_) return;
    for (const RunEntry& run : workflow_.runs().runs()) {
        if (run.canPause()) return pauseRuns();
    }
    if (runsActive()) return;
    // What the end of the run has to say comes first: it may have failed.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (std::exchange(waiting_, false)) window_.close();
        },
        Qt::QueuedConnection);
}

}  // namespace secateur
