// SPDX-License-Identifier: GPL-3.0-or-later
//
// Nothing is lost without a word: asks before an unsaved plan or a checkpoint that is being written goes, has
// healing runs save a checkpoint before the window closes, and goes on after the answer. GUI thread only.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <functional>

class QMessageBox;
class QWidget;

namespace secateur {

class Workflow;

class LossGuard final : public QObject {
    Q_OBJECT
public:
    using Act = std::function<void()>;
    // `savePlan` asks for a file where the plan has none, and calls what it is given once the plan is saved.
    LossGuard(QWidget& window, Workflow& workflow, std::function<void(Act)> savePlan);

    // Acts at once when the plan is saved, else after the answer; a newer act replaces one that waits.
    // `otherwise` says what becomes of a plan that is not saved; empty: it is lost.
    void beforeLosingPlan(Act act, const QString& otherwise = {});
    // False: asks, or waits for runs to pause, and closes the window itself when it may.
    [[nodiscard]] bool mayClose();
    // A run could not be paused: the window stays.
    void stay() { waiting_ = false; }

Q_SIGNALS:
    // The window waits for a run; `closeNow` does not.
    void waits(const QString& message, const std::function<void()>& closeNow);

private:
    void answer(int button);
    void askToStopWriting();
    [[nodiscard]] bool runsActive() const;
    void pauseRuns();
    void follow();

    QWidget& window_;
    Workflow& workflow_;
    std::function<void(Act)> savePlan_;
    QPointer<QMessageBox> box_;
    Act next_;
    bool planLeft_ = false;   // answered: the plan may go with the window
    bool writeLeft_ = false;  // answered: the checkpoint may go with the window
    bool waiting_ = false;    // for runs to pause
    bool closeNow_ = false;
};

}  // namespace secateur
