// SPDX-License-Identifier: GPL-3.0-or-later
//
// Long jobs seen from outside the window: how far the present one is, for title and task bar, and a word to
// whoever went to do something else when it ends. GUI thread only.
#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QString>
#include <memory>
#include <optional>

#include "widgets/document/job_row.h"

class QWidget;

namespace secateur {

class EngineClient;

// The desktop, or a test.
class Notifier {
public:
    virtual ~Notifier() = default;
    virtual void notify(const QString& title, const QString& text) = 0;
    virtual void showProgress(std::optional<double> fraction) = 0;  // nothing: no job
};

class JobWatch final : public QObject {
    Q_OBJECT
public:
    JobWatch(EngineClient& engine, QWidget& window, std::unique_ptr<Notifier> notifier);
    ~JobWatch() override;

    void setNotifier(std::unique_ptr<Notifier> notifier);
    // Milliseconds that a job runs before its progress is shown, and before its end is told.
    void setPatience(qint64 progress, qint64 end) {
        progressAfter_ = progress;
        endAfter_ = end;
    }
    // "42 %" of the job that has run longest; empty when none has run for long.
    [[nodiscard]] QString progress() const { return progress_; }

Q_SIGNALS:
    void progressChanged(const QString& progress);

private:
    struct Running {
        QElapsedTimer since;
        double fraction = 0.0;
    };
    void follow(const JobRow& row);
    void forget(int id);
    void refresh();

    QWidget& window_;
    std::unique_ptr<Notifier> notifier_;
    QHash<int, Running> running_;
    QString progress_;
    qint64 progressAfter_ = 2000;
    qint64 endAfter_ = 15000;
};

}  // namespace secateur
