// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/desktop_notifier.h"

#include <QApplication>
#include <QSystemTrayIcon>
#include <QTimer>
#include <QWidget>
#ifdef SECATEUR_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QVariantMap>
#endif

namespace secateur {
namespace {

constexpr int kShownMilliseconds = 10000;

#ifdef SECATEUR_HAS_DBUS
const QString kDesktopEntry = QStringLiteral("org.secateur.Workbench");

bool sendNotification(const QString& title, const QString& text) {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return false;
    QDBusMessage message = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("/org/freedesktop/Notifications"),
        QStringLiteral("org.freedesktop.Notifications"), QStringLiteral("Notify"));
    const QVariantMap hints{{QStringLiteral("desktop-entry"), kDesktopEntry}};
    message << QStringLiteral("Secateur") << 0U << kDesktopEntry << title << text.toHtmlEscaped()
            << QStringList() << hints << kShownMilliseconds;
    return bus.send(message);
}

// The protocol that Unity began and the task bars of KDE and GNOME's docks understand.
void sendProgress(std::optional<double> fraction) {
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    QDBusMessage message = QDBusMessage::createSignal(QStringLiteral("/org/secateur/Workbench"),
                                                      QStringLiteral("com.canonical.Unity.LauncherEntry"),
                                                      QStringLiteral("Update"));
    const QVariantMap shown{{QStringLiteral("progress"), fraction.value_or(0.0)},
                            {QStringLiteral("progress-visible"), fraction.has_value()}};
    message << QStringLiteral("application://%1.desktop").arg(kDesktopEntry) << shown;
    bus.send(message);
}
#else
bool sendNotification(const QString&, const QString&) {
    return false;
}
void sendProgress(std::optional<double>) {}
#endif

}  // namespace

DesktopNotifier::DesktopNotifier(QWidget& window) : window_(window) {}

DesktopNotifier::~DesktopNotifier() {
    delete tray_;
}

void DesktopNotifier::notify(const QString& title, const QString& text) {
    QApplication::alert(&window_);
    if (sendNotification(title, text) || !QSystemTrayIcon::isSystemTrayAvailable()) return;
    delete tray_;
    tray_ = new QSystemTrayIcon(QGuiApplication::windowIcon());
    tray_->show();
    tray_->showMessage(title, text, QSystemTrayIcon::Information, kShownMilliseconds);
    QTimer::singleShot(kShownMilliseconds, tray_, &QObject::deleteLater);
}

void DesktopNotifier::showProgress(std::optional<double> fraction) {
    sendProgress(fraction);
}

}  // namespace secateur
