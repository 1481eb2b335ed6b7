// SPDX-License-Identifier: GPL-3.0-or-later
//
// Makes what the documentation has of the window: waits until the opened model is measured and previewed and
// writes the page of the panels, where that is wished; for pictures makes a small plan, waits for its
// preview, heals it in three ways for a while, compares chops, and saves the window and every panel in both
// themes. GUI thread only.
#pragma once

#include <QList>
#include <QObject>
#include <QSize>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QTimer>
#include <deque>
#include <functional>

namespace secateur {

class WorkbenchWindow;

class ScreenshotTour final : public QObject {
    Q_OBJECT
public:
    struct Wishes {
        QString folder;      // for the pictures; empty: none
        QString page;        // the file that shall be docs/panels.md; empty: none
        QList<QSize> sizes;  // of the window; several have a folder each, "1280x720"; none: as it is
        [[nodiscard]] bool any() const { return !folder.isEmpty() || !page.isEmpty(); }
    };
    ScreenshotTour(WorkbenchWindow& window, Wishes wishes, QObject* parent = nullptr);
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
    [[nodiscard]] bool tried();  // completions written, cuts taken back, questions asked, times measured
    void askDemoQuestions();
    void planPictures();
    void planTheme(const QString& suffix);
    void resize(const QSize& size);
    void save(QWidget& widget, const QString& name);
    void writePage();
    void end();

    WorkbenchWindow& window_;
    Wishes wishes_;
    QString folder_;  // of the present size
    QTimer timer_;
    int waited_ = 0;
    QTemporaryDir runs_;  // what is healed for the pictures alone
    QString usualWorkspace_;
    std::size_t heals_ = 0;  // begun
    std::size_t tries_ = 0;  // done
    bool trying_ = false;    // the next one's panel is seen
    bool pressed_ = false;   // and its button
    bool asksDemo_ = false;
    std::size_t planned_ = 0;  // ratios tried
    bool comparing_ = false;   // chop strategies, since now or before
    // One a look, so that what a step changes is laid out and drawn before the next.
    std::deque<std::function<void()>> steps_;
    QString problem_;
    QStringList done_;
};

}  // namespace secateur
