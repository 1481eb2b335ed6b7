// SPDX-License-Identifier: GPL-3.0-or-later
//
// Named arrangements of the docks. People move docks as they like; what they made of each layout is kept
// between runs, and Reset brings back how it came. GUI thread only.
#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QString>

class QDockWidget;
class QMainWindow;

namespace secateur {

class Settings;

class DockLayouts final : public QObject {
    Q_OBJECT
public:
    DockLayouts(QMainWindow& window, Settings& settings, QObject* parent = nullptr);

    // `id` is the object name that states are saved by. In the order of the View menu.
    QDockWidget* add(const QString& id, const QString& title, QWidget* content);
    [[nodiscard]] QDockWidget* dock(const QString& id) const;
    [[nodiscard]] const QList<QDockWidget*>& docks() const noexcept { return docks_; }

    [[nodiscard]] static QStringList names();  // "Explore", "Plan", "Heal"
    [[nodiscard]] static QString label(const QString& name);
    [[nodiscard]] QString current() const { return current_; }
    void choose(const QString& name);  // keeps what was made of the present one
    void reset();
    void save();
    // The one used last, as it was left.
    void restore();

Q_SIGNALS:
    void currentChanged(const QString& name);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    // Room that the window gains goes to the views: Qt would give it to the jobs below them.
    void keepJobsLow(int height);
    void arrange(const QString& name);
    void placeNewcomers();
    void arrangeExplore();
    void arrangePlan();
    void arrangeHeal();
    void size(const QString& name);  // after Qt has laid the docks out, which it does late
    void show(const QString& name);

    QMainWindow& window_;
    Settings& settings_;
    QList<QDockWidget*> docks_;
    QString current_;
    bool laidOut_ = false;
};

}  // namespace secateur
