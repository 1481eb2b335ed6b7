// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is being computed? The jobs of the device thread with progress and cancel, and the log, where no error
// is ever lost.
#pragma once

#include <QWidget>

#include "widgets/document/job_row.h"

class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace secateur {

class EngineClient;
class JobsModel;

class JobsPanel final : public QWidget {
    Q_OBJECT
public:
    explicit JobsPanel(EngineClient& engine, QWidget* parent = nullptr);
    void log(const LogEntry& entry);
    void logOnce(const LogEntry& entry);  // unless the last lines say it already
    [[nodiscard]] const JobsModel& jobs() const noexcept { return *model_; }

private:
    void buildTable();
    void buildLog();
    void cancel();
    void follow(const JobRow& row);
    void refreshButton();
    [[nodiscard]] int selectedJob() const;  // 0 when none

    EngineClient& engine_;
    JobsModel* model_;
    QTableView* table_;
    QPushButton* cancel_;
    QPlainTextEdit* log_;
};

}  // namespace secateur
