// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guided_tour.h"

#include <QApplication>
#include <QDockWidget>
#include <QEvent>
#include <QMainWindow>
#include <algorithm>

#include "widgets/document/workflow.h"
#include "widgets/guide/dock_place.h"
#include "widgets/guide/tour_card.h"

namespace secateur {

GuidedTour::GuidedTour(QMainWindow& window, Workflow& workflow, TourHooks hooks)
    : QObject(&window),
      window_(window),
      workflow_(workflow),
      hooks_(std::move(hooks)),
      steps_(tourSteps(window_, workflow_, hooks_, run_)) {
    later_.setSingleShot(true);
    later_.setInterval(0);
    connect(&later_, &QTimer::timeout, this, &GuidedTour::refresh);
    const auto soon = [this] {
        if (running()) later_.start();
    };
    PlanDocument& document = workflow_.document();
    connect(&document, &PlanDocument::modelChanged, this, soon);
    connect(&document, &PlanDocument::analysisChanged, this, soon);
    connect(&document, &PlanDocument::planChanged, this, soon);
    connect(&workflow_.preview(), &PreviewFeed::changed, this, soon);
    connect(&workflow_, &Workflow::measuringChanged, this, soon);
    connect(&workflow_.runs(), &RunBoard::changed, this, soon);
    connect(&workflow_.runs(), &RunBoard::progressed, this, soon);
    connect(&workflow_.runs(), &RunBoard::begun, this, [this, soon](const QString& folder) {
        if (running()) run_ = folder;
        soon();
    });
}

GuidedTour::~GuidedTour() = default;

bool GuidedTour::running() const {
    return !card_.isNull();
}

void GuidedTour::start() {
    run_.clear();
    if (!running()) {
        card_ = new TourCard(window_);
        connect(card_, &TourCard::nextWished, this, [this] { go(step_ + 1); });
        connect(card_, &TourCard::backWished, this, [this] { go(step_ - 1); });
        connect(card_, &TourCard::leaveWished, this, &GuidedTour::leave);
        connect(card_, &TourCard::panelWished, this, &GuidedTour::reveal);
        connect(card_, &TourCard::actionWished, this, [this] {
            const auto act = steps_.at(static_cast<std::size_t>(step_)).act;
            if (act) act();
        });
        // Panels are moved, closed and laid out anew: the card follows.
        QCoreApplication::instance()->installEventFilter(this);
    }
    go(0);
}

void GuidedTour::leave() {
    if (!running()) return;
    QCoreApplication::instance()->removeEventFilter(this);
    later_.stop();
    card_->hide();
    card_->deleteLater();
    card_ = nullptr;
    Q_EMIT left();
}

void GuidedTour::go(int step) {
    if (step >= static_cast<int>(steps_.size())) return leave();
    step_ = std::max(0, step);
    reveal();
    card_->takeFocus();
}

void GuidedTour::reveal() {
    if (auto* dock = window_.findChild<QDockWidget*>(steps_.at(static_cast<std::size_t>(step_)).dock())) {
        dock->show();
        dock->raise();
    }
    refresh();
    later_.start();  // docks take their place late
}

QWidget* GuidedTour::anchorOf(const TourStep& step) const {
    QWidget* anchor = step.anchor ? step.anchor() : nullptr;
    return anchor != nullptr && anchor->isVisible() ? anchor : window_.findChild<QDockWidget*>(step.dock());
}

bool GuidedTour::seen(const TourStep& step) const {
    const auto* dock = window_.findChild<QDockWidget*>(step.dock());
    return dock != nullptr && isInFront(*dock);
}

void GuidedTour::refresh() {
    if (!running()) return;
    const TourStep& step = steps_.at(static_cast<std::size_t>(step_));
    const auto* dock = window_.findChild<QDockWidget*>(step.dock());
    TourWords words;
    words.place = tr("%1 of %2").arg(step_ + 1).arg(steps_.size());
    words.title = step.title;
    words.text = step.text();
    words.done = step.done();
    words.action = step.action ? step.action() : QString();
    words.closed = seen(step) || dock == nullptr ? QString() : dock->windowTitle();
    words.first = step_ == 0;
    words.last = step_ + 1 == static_cast<int>(steps_.size());
    words.mayGoOn = words.done || step_ > 0;
    card_->say(words);
    card_->pointAt(words.closed.isEmpty() ? anchorOf(step) : nullptr);
}

bool GuidedTour::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::Resize:
        case QEvent::Move:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::ZOrderChange:
            if (running() && watched->isWidgetType() && !card_->owns(watched) &&
                static_cast<QWidget*>(watched)->window() == &window_)
                later_.start();
            break;
        default:
            break;
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace secateur
