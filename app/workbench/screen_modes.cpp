// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/screen_modes.h"

#include <QDockWidget>
#include <QEvent>
#include <QLabel>
#include <QMainWindow>
#include <QShortcut>
#include <QVBoxLayout>

#include "app/workbench/dock_keys.h"
#include "app/workbench/text_size.h"
#include "widgets/document/settings.h"

namespace secateur {
namespace {

constexpr double kForAnAudience = 1.6;  // times the text size of the window
constexpr int kZoomStep = 10;           // per cent

}  // namespace

// Covers the window with one panel. A child of it, so that all shortcuts go on to work.
class ScreenModes::Stage final : public QWidget {
public:
    Stage(QMainWindow& window, QWidget& panel, const QString& title) : QWidget(&window), panel_(&panel) {
        setObjectName(QStringLiteral("stage"));
        setAccessibleName(title);
        setAutoFillBackground(true);
        QFont large = window.font();
        large.setPointSizeF(kForAnAudience * large.pointSizeF());
        setFont(large);
        auto* note = new QLabel(ScreenModes::tr("%1. Esc leaves, F6 shows the next panel.").arg(title), this);
        QFont usual = window.font();
        usual.setPointSizeF(usual.pointSizeF());  // asked for, and not taken from the stage
        note->setFont(usual);
        note->setForegroundRole(QPalette::PlaceholderText);
        note->setAlignment(Qt::AlignRight);
        auto* column = new QVBoxLayout(this);
        column->addWidget(&panel, 1);
        column->addWidget(note);
        setGeometry(window.rect());
        show();
        raise();
    }
    [[nodiscard]] QWidget* panel() const { return panel_; }

protected:
    // Controls of the docks behind are not reached.
    bool focusNextPrevChild(bool next) override {
        QWidget* at = window()->focusWidget();
        if (at == nullptr || !isAncestorOf(at)) at = this;
        const auto step = [next](const QWidget* from) {
            return next ? from->nextInFocusChain() : from->previousInFocusChain();
        };
        for (QWidget* widget = step(at); widget != at; widget = step(widget)) {
            const bool takes = (widget->focusPolicy() & Qt::TabFocus) != 0 && widget->isEnabled() &&
                               widget->focusProxy() == nullptr;
            if (!isAncestorOf(widget) || !takes || !widget->isVisibleTo(this)) continue;
            widget->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            return true;
        }
        return true;
    }

private:
    QPointer<QWidget> panel_;
};

ScreenModes::ScreenModes(QMainWindow& window, DockKeys& docks, Settings& settings)
    : QObject(&window), window_(window), docks_(docks), settings_(settings) {
    window_.installEventFilter(this);
    applyTextSize(settings_.textSize());
    connect(&settings_, &Settings::textSizeChanged, this, [this] { applyTextSize(settings_.textSize()); });
}

ScreenModes::~ScreenModes() = default;

bool ScreenModes::eventFilter(QObject* watched, QEvent* event) {
    if (watched == &window_ && event->type() == QEvent::Resize && stage_ != nullptr)
        stage_->setGeometry(window_.rect());
    if (watched == &window_ && event->type() == QEvent::WindowStateChange)
        Q_EMIT fullScreenChanged(window_.isFullScreen());
    return false;
}

void ScreenModes::setFullScreen(bool on) {
    if (on == window_.isFullScreen()) return;
    window_.setWindowState(window_.windowState() ^ Qt::WindowFullScreen);
}

void ScreenModes::present(bool on) {
    if (on == (presented_ != nullptr)) return;
    if (!on) {
        QDockWidget* dock = presented_;
        putBack();
        if (!wasFullScreen_) setFullScreen(false);
        docks_.enter(*dock);
        Q_EMIT presentingChanged(false);
        return;
    }
    order_ = docks_.seen();
    QDockWidget* dock = docks_.current();
    if (dock == nullptr || !order_.contains(dock)) dock = order_.value(0);
    if (dock == nullptr) return;
    wasFullScreen_ = window_.isFullScreen();
    setFullScreen(true);
    show(*dock);
    Q_EMIT presentingChanged(true);
}

void ScreenModes::show(QDockWidget& dock) {
    presented_ = &dock;
    QWidget* panel = dock.widget();
    // Holds the place, so that the docks around it stay as they are.
    auto* place = new QWidget;
    place->setMinimumSize(panel->minimumSizeHint());
    dock.setWidget(place);
    stage_ = new Stage(window_, *panel, dock.windowTitle());
    panel->show();
    auto* leave = new QShortcut(Qt::Key_Escape, stage_, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(leave, &QShortcut::activated, this, [this] { present(false); });
    stage_->setFocusPolicy(Qt::StrongFocus);
    stage_->setFocus(Qt::OtherFocusReason);
}

void ScreenModes::putBack() {
    QWidget* place = presented_->widget();
    presented_->setWidget(stage_->panel());
    presented_->widget()->show();
    delete place;
    stage_->hide();
    stage_->deleteLater();
    stage_ = nullptr;
    presented_ = nullptr;
}

void ScreenModes::moveOn(int step) {
    if (presented_ == nullptr) return docks_.move(step);
    // The docks that the stage covers, as they would be seen without it.
    const qsizetype count = order_.size();
    const qsizetype at = order_.indexOf(presented_.data());
    putBack();
    show(*order_.at((at + step + count) % count));
}

void ScreenModes::zoom(int steps) {
    settings_.setTextSize(settings_.textSize() + steps * kZoomStep);
}

void ScreenModes::usualSize() {
    settings_.setTextSize(100);
}

}  // namespace secateur
