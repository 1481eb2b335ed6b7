// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window knows about a job on the device thread, as a plain value.
#pragma once

#include <QDateTime>
#include <QMetaType>
#include <QString>

namespace secateur {

enum class JobState { Queued, Running, Done, Failed, Cancelled };

struct JobRow {
    int id = 0;
    QString name;
    JobState state = JobState::Queued;
    double fraction = 0.0;  // 0..1 of the whole job
    QString stage;
    double rate = 0.0;  // units per second; 0 when unknown
    QString unit;
    double secondsLeft = -1.0;  // negative when unknown
    double seconds = -1.0;      // that it took, once it is over; negative: it did not run
    QString message;            // the outcome, or why it failed
    QString run{};              // folder of the healing run that it works on; empty for other jobs
    bool operator==(const JobRow&) const = default;

    [[nodiscard]] bool finished() const noexcept {
        return state == JobState::Done || state == JobState::Failed || state == JobState::Cancelled;
    }
};

[[nodiscard]] QString label(JobState state);  // translated

struct LogEntry {
    enum class Severity { Info, Warning, Error };
    QDateTime time;
    Severity severity = Severity::Info;
    QString text;
};

}  // namespace secateur

Q_DECLARE_METATYPE(secateur::JobRow)
Q_DECLARE_METATYPE(secateur::LogEntry)
