// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/job_watch.h"

#include <QApplication>
#include <QWidget>
#include <utility>

#include "widgets/document/engine_client.h"

namespace secateur {
namespace {

// In the window, or in a dialog or a floating panel of it.
bool isLookedAt(const QWidget& window) {
    const QWidget* active = QApplication::activeWindow();
    while (active != nullptr && active != &window) active = active->parentWidget();
    return active != nullptr;
}

}  // namespace

JobWatch::JobWatch(EngineClient& engine, QWidget& window, std::unique_ptr<Notifier> notifier)
    : QObject(&window), window_(window), notifier_(std::move(notifier)) {
    connect(&engine, &EngineClient::jobChanged, this, &JobWatch::follow);
    connect(&engine, &EngineClient::jobRemoved, this, &JobWatch::forget);
}

JobWatch::~JobWatch() = default;

void JobWatch::setNotifier(std::unique_ptr<Notifier> notifier) {
    notifier_ = std::move(notifier);
}

void JobWatch::follow(const JobRow& row) {
    if (row.finished()) {
        const auto found = running_.constFind(row.id);
        const bool lasted = found != running_.constEnd() && found->since.elapsed() >= endAfter_;
        forget(row.id);
        // Who cancelled it knows, and who looks at the window sees it.
        if (!lasted || row.state == JobState::Cancelled || isLookedAt(window_)) return;
        notifier_->notify(
            row.state == JobState::Failed ? tr("%1 failed").arg(row.name) : tr("%1 is done").arg(row.name),
            row.message);
        return;
    }
    if (row.state != JobState::Running) return;
    Running& running = running_[row.id];
    if (!running.since.isValid()) running.since.start();
    running.fraction = row.fraction;
    refresh();
}

void JobWatch::forget(int id) {
    running_.remove(id);
    refresh();
}

void JobWatch::refresh() {
    const Running* longest = nullptr;
    for (const Running& running : std::as_const(running_))
        if (longest == nullptr || running.since.elapsed() > longest->since.elapsed()) longest = &running;
    if (longest != nullptr && longest->since.elapsed() < progressAfter_) longest = nullptr;
    const QString progress =
        longest == nullptr ? QString() : tr("%1 %").arg(static_cast<int>(longest->fraction * 100.0));
    if (progress == std::exchange(progress_, progress)) return;
    notifier_->showProgress(longest == nullptr ? std::nullopt : std::optional(longest->fraction));
    Q_EMIT progressChanged(progress);
}

}  // namespace secateur
