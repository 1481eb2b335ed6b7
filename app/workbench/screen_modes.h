// SPDX-License-Identifier: GPL-3.0-or-later
//
// How large things are: the window on the whole screen, one panel alone on it with large text and thick lines
// for an audience, and the text size of the window. GUI thread only.
#pragma once

#include <QDockWidget>
#include <QList>
#include <QObject>
#include <QPointer>

class QMainWindow;
class QWidget;

namespace secateur {

class DockKeys;
class Settings;

class ScreenModes final : public QObject {
    Q_OBJECT
public:
    // Applies the text size of the settings, and every change of it.
    ScreenModes(QMainWindow& window, DockKeys& docks, Settings& settings);
    ~ScreenModes() override;

    void setFullScreen(bool on);
    // The panel that had the focus last, alone on the screen. Esc ends it, as false does.
    void present(bool on);
    [[nodiscard]] QDockWidget* presented() const { return presented_; }  // null: none
    // To the next dock; while a panel is presented that of the next dock is.
    void moveOn(int step);

    void zoom(int steps);  // of the text, by a tenth of the usual size each
    void usualSize();

Q_SIGNALS:
    void presentingChanged(bool on);
    void fullScreenChanged(bool on);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    class Stage;
    void show(QDockWidget& dock);
    void putBack();

    QMainWindow& window_;
    DockKeys& docks_;
    Settings& settings_;
    QPointer<QDockWidget> presented_;
    QPointer<Stage> stage_;
    QList<QDockWidget*> order_;  // that panels are presented in
    bool wasFullScreen_ = false;
};

}  // namespace secateur
