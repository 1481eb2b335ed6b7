// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>

#include "app/workbench/job_watch.h"

class QSystemTrayIcon;

namespace secateur {

// Notifications of freedesktop.org and progress in the task bar over D-Bus where there is one, else a message
// of the system tray; the window's entry in the task bar is marked in any case. Never waits for an answer.
class DesktopNotifier final : public Notifier {
public:
    explicit DesktopNotifier(QWidget& window);
    ~DesktopNotifier() override;
    void notify(const QString& title, const QString& text) override;
    void showProgress(std::optional<double> fraction) override;

private:
    QWidget& window_;
    QPointer<QSystemTrayIcon> tray_;
};

}  // namespace secateur
