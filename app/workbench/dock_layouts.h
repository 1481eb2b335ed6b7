// SPDX-License-Identifier: GPL-3.0-or-later
//
// Named arrangements of the docks. People move docks as they like; what they made of each layout is kept
// between runs, and Reset brings back how it came. GUI thread only.
#pragma once

#include <QByteArray>
#include <QElapsedTimer>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

class QDockWidget;
class QMainWindow;

namespace secateur {

class Settings;
struct DockPlace;
struct LayoutShape;

class DockLayouts final : public QObject {
    Q_OBJECT
public:
    DockLayouts(QMainWindow& window, Settings& settings, QObject* parent = nullptr);

    // `id` is the object name that states are saved by. In the order of the View menu.
    QDockWidget* add(const QString& id, const QString& title, QWidget* content);
    [[nodiscard]] QDockWidget* dock(const QString& id) const;
    [[nodiscard]] const QList<QDockWidget*>& docks() const noexcept { return docks_; }

    [[nodiscard]] static QStringList names();  // of layoutShapes()
    [[nodiscard]] static QString label(const QString& name);
    [[nodiscard]] QString current() const { return current_; }
    void choose(const QString& name);  // keeps what was made of the present one
    void reset();
    void save();
    // The one used last, as it was left.
    void restore();

Q_SIGNALS:
    void currentChanged(const QString& name);
    void arranged();  // a layout was put up, or brought back

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    // The window has the size that it will have: what was put up before it was shown fits it now.
    void settle();
    // Room that the window gains goes to the views: Qt would give the dock below them its share.
    void keepLow();
    [[nodiscard]] int lowHeight() const;
    [[nodiscard]] int tabsAbove(const QDockWidget* dock) const;
    void raiseFronts();
    void nameOnce();
    [[nodiscard]] QList<bool> hidden() const;
    [[nodiscard]] QList<QDockWidget*> seen() const;  // in front of those that share their place
    [[nodiscard]] const LayoutShape& shape() const;  // of the present layout
    [[nodiscard]] int lines() const;                 // of text, that the window is high
    [[nodiscard]] bool isTight() const;              // docks that would be below others are tabs instead
    void arrange();
    void place(const DockPlace& place);
    void placeOthers();
    [[nodiscard]] bool opensAtFirst(const QDockWidget& dock) const;  // in the present layout
    void size();  // after Qt has laid the docks out, which it does late
    void show(const QString& name);

    QMainWindow& window_;
    Settings& settings_;
    QList<QDockWidget*> docks_;
    QString current_;
    QTimer settle_;
    QTimer titles_;
    QElapsedTimer shown_;      // since the window was shown first
    QByteArray restored_;      // the state that is put up; empty: as the layout comes
    QList<bool> hiddenFirst_;  // the docks that were hidden when the window was shown
    bool settled_ = false;
    bool tight_ = false;  // as it was arranged
    int low_ = 0;         // height of the dock below the views, as it was left; 0: not known yet
};

}  // namespace secateur
