// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the arrangement of the docks and the place of the window in the settings while they change, so that
// an end without a close event loses at most a second of them. GUI thread only.
#pragma once

#include <QObject>
#include <QTimer>

class QMainWindow;

namespace secateur {

class DockLayouts;
class Settings;

class LayoutKeeper final : public QObject {
    Q_OBJECT
public:
    // Everything must outlive it; `window` is its parent.
    LayoutKeeper(QMainWindow& window, DockLayouts& layouts, Settings& settings);
    void keep();  // now

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QMainWindow& window_;
    DockLayouts& layouts_;
    Settings& settings_;
    QTimer pause_;
};

}  // namespace secateur
