// SPDX-License-Identifier: GPL-3.0-or-later
//
// Five steps through the demo: open, chop, look at the cost, narrow, heal. Each waits for what really happens
// in the window, says it with the numbers that the window shows, and points at the panel. People may do
// anything else meanwhile, close panels, or leave. GUI thread only.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

class QMainWindow;
class QWidget;

namespace secateur {

class TourCard;
class Workflow;

struct TourStep {
    QString title{};
    std::function<QString()> dock{};     // object name of the panel's dock, by what has happened
    std::function<QWidget*()> anchor{};  // what the card points at; null: the dock
    std::function<QString()> text{};
    std::function<bool()> done{};
    // What the button does that stands for the asked action, and its text; empty where there is none now.
    std::function<QString()> action{};
    std::function<void()> act{};
};

// What the window does for the tour.
struct TourHooks {
    std::function<void()> openDemo;
    bool demo = true;  // there is one
};

class GuidedTour final : public QObject {
    Q_OBJECT
public:
    GuidedTour(QMainWindow& window, Workflow& workflow, TourHooks hooks);
    ~GuidedTour() override;

    void start();
    void leave();
    [[nodiscard]] bool running() const;
    [[nodiscard]] int step() const noexcept { return step_; }  // 0-based
    [[nodiscard]] static int steps() noexcept { return 5; }

Q_SIGNALS:
    void left();

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void go(int step);
    void refresh();
    void reveal();
    [[nodiscard]] QWidget* anchorOf(const TourStep& step) const;
    [[nodiscard]] bool seen(const TourStep& step) const;

    QMainWindow& window_;
    Workflow& workflow_;
    TourHooks hooks_;
    std::vector<TourStep> steps_;
    QPointer<TourCard> card_;
    QTimer later_;
    int step_ = 0;
    QString run_;  // the folder of the run that was begun during the tour
};

// The steps, in words and conditions. `run`: the folder of the run that was begun during the tour, empty
// before.
[[nodiscard]] std::vector<TourStep> tourSteps(QMainWindow& window, Workflow& workflow, const TourHooks& hooks,
                                              const QString& run);

}  // namespace secateur
