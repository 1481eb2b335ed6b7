// SPDX-License-Identifier: GPL-3.0-or-later
//
// Makes the pictures of the documentation: waits until the opened model is measured and previewed, makes a
// small plan, waits for its preview, heals it in three ways for a while, saves the window and every panel in
// both themes, and ends the program. GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <QTimer>
#include <deque>
#include <functional>

namespace secateur {

class WorkbenchWindow;

class ScreenshotTour final : public QObject {
    Q_OBJECT
public:
    ScreenshotTour(WorkbenchWindow& window, const QString& folder, QObject* parent = nullptr);
    void start();

Q_SIGNALS:
    void finished(bool complete, const QString& message);

private:
    void look();  // at the state, every little while
    [[nodiscard]] bool settled() const;
    // Something of everything: a chopped layer, narrower layers, a chosen layer.
    void chopOne();
    void narrow(double ratio);
    // False while there is more to wait for.
    [[nodiscard]] bool healed();
    [[nodiscard]] bool compared();
    void planPictures();
    void save(QWidget& widget, const QString& name);
    void end();

    WorkbenchWindow& window_;
    QString folder_;
    QTimer timer_;
    int waited_ = 0;
    QTemporaryDir runs_;  // what is healed for the pictures alone
    QString usualWorkspace_;
    std::size_t heals_ = 0;    // begun
    std::size_t planned_ = 0;  // ratios tried
    bool comparing_ = false;   // chop strategies, since now or before
    // One a look, so that what a step changes is laid out and drawn before the next.
    std::deque<std::function<void()>> steps_;
    QString problem_;
};

}  // namespace secateur
