// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one thread that owns the compute device. Jobs run one at a time in the order they were submitted; a
// newer job with the same tag replaces the older one, queued or running. Results come back as closures that
// run on the GUI thread, and are dropped when their receiver is gone. A background job gives way: it is
// stopped when another job arrives and begins again after it.
//
// Thread rule: submit(), cancel() and all signals belong to the thread the executor lives on (the GUI
// thread).
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "core/base/error.h"
#include "core/base/job_context.h"
#include "widgets/document/job_row.h"

namespace secateur {

class DeviceExecutor final : public QObject {
    Q_OBJECT
public:
    using Delivery = std::function<void()>;  // runs on the GUI thread
    using Post =
        std::function<void(Delivery)>;  // sends a delivery before the job is over; from the device thread
    struct Outcome {
        Delivery deliver;
        QString message;  // one line for the jobs table and the log
    };
    struct Job {
        QString name;
        QString tag;              // empty: nothing replaces it
        bool background = false;  // gives way to other jobs
        QString run{};            // folder of the healing run, for JobRow
        QObject* receiver = nullptr;
        std::function<Outcome(JobContext&, const Post&)> work;  // runs on the device thread
        std::function<void(const Error&)> failed;  // runs on the GUI thread; Cancelled is a failure too
    };

    explicit DeviceExecutor(QObject* parent = nullptr);
    ~DeviceExecutor() override;  // stops the running job and waits for it

    int submit(Job job);  // returns its id
    void cancel(int id);
    void cancelTagged(const QStringList& tags);

Q_SIGNALS:
    void jobChanged(const secateur::JobRow& row);
    void jobRemoved(int id);
    void logged(const secateur::LogEntry& entry);

private:
    // What both threads know of a job; `job` is used by the device thread while it runs.
    struct Entry {
        int id = 0;
        Job job;
        std::stop_source stop;
        QPointer<QObject> receiver;  // GUI thread only
        JobRow row;                  // GUI thread only
        QElapsedTimer clock;         // GUI thread only: since it began
        bool replaced = false;       // GUI thread only: a newer job with its tag came
        bool givingWay = false;      // GUI thread only: stopped to run again later
        [[nodiscard]] double seconds() const {
            return clock.isValid() ? static_cast<double>(clock.elapsed()) / 1000.0 : -1.0;
        }
    };
    using EntryPtr = std::shared_ptr<Entry>;

    void run(const std::stop_token& stop);
    void compute(const EntryPtr& entry);
    void onGui(Delivery delivery);
    void replaceTwins(const QString& tag);
    void enqueue(const EntryPtr& entry);
    bool unqueue(const EntryPtr& entry);
    void started(const EntryPtr& entry);
    void progressed(const EntryPtr& entry, const Progress& progress);
    void succeeded(const EntryPtr& entry, const Outcome& outcome);
    void failed(const EntryPtr& entry, const Error& error);
    void remove(const EntryPtr& entry);
    void log(LogEntry::Severity severity, const QString& text);

    std::map<int, EntryPtr> entries_;  // GUI thread only
    int lastId_ = 0;
    std::mutex mutex_;
    std::condition_variable_any arrived_;
    std::deque<EntryPtr> queue_;  // guarded by mutex_
    EntryPtr running_;            // guarded by mutex_
    std::jthread thread_;         // last: it uses all of the above
};

}  // namespace secateur
