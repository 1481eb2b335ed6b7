// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/device_executor.h"

#include <algorithm>
#include <new>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "widgets/document/window_words.h"

namespace secateur {
namespace {

// This thread, and those it starts to compute with, take all cores; the window's thread must get one the
// moment it has something to draw.
void yieldToWindow() {
    constexpr int kNicer = 3;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNicer);
}

}  // namespace

DeviceExecutor::DeviceExecutor(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& stop) { run(stop); }) {}

DeviceExecutor::~DeviceExecutor() {
    {
        const std::lock_guard lock(mutex_);
        queue_.clear();
        if (running_) running_->stop.request_stop();
    }
    thread_.request_stop();
    thread_.join();
}

int DeviceExecutor::submit(Job job) {
    if (!job.tag.isEmpty()) replaceTwins(job.tag);
    auto entry = std::make_shared<Entry>();
    entry->id = ++lastId_;
    entry->receiver = job.receiver;
    entry->row.id = entry->id;
    entry->row.name = job.name;
    entry->row.run = job.run;
    entry->job = std::move(job);
    entries_[entry->id] = entry;
    if (!entry->job.background) {
        const std::lock_guard lock(mutex_);
        if (running_ && running_->job.background && !running_->stop.stop_requested()) {
            running_->givingWay = true;
            running_->stop.request_stop();
        }
    }
    Q_EMIT jobChanged(entry->row);
    enqueue(entry);
    return entry->id;
}

void DeviceExecutor::cancel(int id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    const EntryPtr entry = found->second;
    if (unqueue(entry)) {
        failed(entry, Error(ErrorCode::Cancelled, "Cancelled before it began."));
        return;
    }
    entry->givingWay = false;
    entry->stop.request_stop();
}

void DeviceExecutor::cancelTagged(const QStringList& tags) {
    std::vector<int> ids;
    for (const auto& [id, entry] : entries_) {
        if (!entry->row.finished() && tags.contains(entry->job.tag)) ids.push_back(id);
    }
    for (const int id : ids) cancel(id);
}

void DeviceExecutor::replaceTwins(const QString& tag) {
    std::vector<EntryPtr> twins;
    for (const auto& [id, entry] : entries_) {
        if (entry->job.tag == tag) twins.push_back(entry);
    }
    for (const EntryPtr& twin : twins) {
        twin->replaced = true;
        if (twin->row.finished() || unqueue(twin)) {
            remove(twin);
        } else {
            twin->stop.request_stop();
        }
    }
}

void DeviceExecutor::enqueue(const EntryPtr& entry) {
    {
        const std::lock_guard lock(mutex_);
        const auto at = entry->job.background
                            ? queue_.end()
                            : std::find_if(queue_.begin(), queue_.end(),
                                           [](const EntryPtr& e) { return e->job.background; });
        queue_.insert(at, entry);
    }
    arrived_.notify_one();
}

bool DeviceExecutor::unqueue(const EntryPtr& entry) {
    const std::lock_guard lock(mutex_);
    return std::erase(queue_, entry) > 0;
}

void DeviceExecutor::run(const std::stop_token& stop) {
    yieldToWindow();
    while (true) {
        EntryPtr entry;
        {
            std::unique_lock lock(mutex_);
            if (!arrived_.wait(lock, stop, [this] { return !queue_.empty(); })) return;
            entry = queue_.front();
            queue_.pop_front();
            running_ = entry;
        }
        compute(entry);
        const std::lock_guard lock(mutex_);
        running_.reset();
    }
}

void DeviceExecutor::compute(const EntryPtr& entry) {
    onGui([this, entry] { started(entry); });
    JobContext context(
        entry->stop.get_token(),
        [this, entry](const Progress& p) { onGui([this, entry, p] { progressed(entry, p); }); },
        [this, entry](const std::string& text) {
            onGui([this, entry, text] {
                log(LogEntry::Severity::Warning,
                    entry->row.name + QStringLiteral(": ") + inWindowWords(text));
            });
        });
    const Post post = [this, entry](Delivery delivery) {
        onGui([entry, delivery = std::move(delivery)] {
            if (entry->receiver && !entry->replaced) delivery();
        });
    };
    const auto fail = [this, entry](const Error& error) {
        onGui([this, entry, error] { failed(entry, error); });
    };
    try {
        context.checkStop();
        const Outcome outcome = entry->job.work(context, post);
        onGui([this, entry, outcome] { succeeded(entry, outcome); });
    } catch (const Error& error) {
        fail(error);
    } catch (const std::bad_alloc&) {
        fail(Error(ErrorCode::OutOfMemory, entry->row.name.toStdString() + ": there is not enough memory.",
                   "Use fewer or shorter windows, or close other programs."));
    } catch (const std::exception& error) {
        fail(Error(ErrorCode::Internal, error.what(), "This is a defect; please report it with the log."));
    }
}

// The executor outlives its thread, and deliveries that are still in flight are deleted with it.
void DeviceExecutor::onGui(Delivery delivery) {
    QMetaObject::invokeMethod(this, std::move(delivery), Qt::QueuedConnection);
}

void DeviceExecutor::started(const EntryPtr& entry) {
    if (entry->replaced) return;
    entry->row.state = JobState::Running;
    entry->clock.start();
    Q_EMIT jobChanged(entry->row);
}

void DeviceExecutor::progressed(const EntryPtr& entry, const Progress& progress) {
    if (entry->replaced || entry->row.state != JobState::Running) return;
    entry->row.fraction = progress.fraction;
    entry->row.stage = QString::fromStdString(progress.stage);
    entry->row.rate = progress.rate;
    entry->row.unit = QString::fromStdString(progress.unit);
    entry->row.secondsLeft = progress.secondsLeft;
    Q_EMIT jobChanged(entry->row);
}

void DeviceExecutor::succeeded(const EntryPtr& entry, const Outcome& outcome) {
    if (entry->replaced) {
        remove(entry);
        return;
    }
    entry->row.state = JobState::Done;
    entry->row.seconds = entry->seconds();
    entry->row.fraction = 1.0;
    entry->row.message = outcome.message;
    Q_EMIT jobChanged(entry->row);
    log(LogEntry::Severity::Info, entry->row.name + QStringLiteral(": ") + outcome.message);
    if (entry->receiver && outcome.deliver) outcome.deliver();
}

void DeviceExecutor::failed(const EntryPtr& entry, const Error& error) {
    if (entry->replaced) {
        remove(entry);
        return;
    }
    const bool cancelled = error.code() == ErrorCode::Cancelled;
    if (cancelled && entry->givingWay) {
        entry->givingWay = false;
        entry->stop = std::stop_source();
        // Nothing of how far it came: it begins again.
        JobRow again;
        again.id = entry->row.id;
        again.name = entry->row.name;
        again.run = entry->row.run;
        entry->row = again;
        Q_EMIT jobChanged(entry->row);
        enqueue(entry);
        return;
    }
    entry->row.state = cancelled ? JobState::Cancelled : JobState::Failed;
    entry->row.seconds = entry->seconds();
    entry->row.message = inWindowWords(error.message());
    Q_EMIT jobChanged(entry->row);
    log(cancelled ? LogEntry::Severity::Info : LogEntry::Severity::Error,
        entry->row.name + QStringLiteral(": ") + joined(entry->row.message, inWindowWords(error.hint())));
    if (entry->receiver && entry->job.failed) entry->job.failed(error);
}

void DeviceExecutor::remove(const EntryPtr& entry) {
    entries_.erase(entry->id);
    Q_EMIT jobRemoved(entry->id);
}

void DeviceExecutor::log(LogEntry::Severity severity, const QString& text) {
    Q_EMIT logged({QDateTime::currentDateTime(), severity, text});
}

}  // namespace secateur
