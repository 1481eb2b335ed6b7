// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is being computed, in the status bar: the job that runs, how far it is, and a button that stops it.
// The button beside opens the list of all jobs. GUI thread only.
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace secateur {

class EngineClient;
class JobsModel;

class JobStatus final : public QWidget {
    Q_OBJECT
public:
    // Both outlive the widget.
    JobStatus(const JobsModel& jobs, EngineClient& engine, QWidget* parent = nullptr);

Q_SIGNALS:
    void listWished();  // show all jobs and the log

private:
    void refresh();

    const JobsModel& jobs_;
    EngineClient& engine_;
    QLabel* text_;
    QProgressBar* bar_;
    QToolButton* stop_;
    QToolButton* list_;
};

}  // namespace secateur
