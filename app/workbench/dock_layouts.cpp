// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/dock_layouts.h"

#include <QCoreApplication>
#include <QDockWidget>
#include <QEvent>
#include <QLayout>
#include <QMainWindow>
#include <QScrollArea>
#include <QStyle>
#include <QTabBar>
#include <algorithm>
#include <utility>
#include <vector>

#include "app/workbench/layout_table.h"
#include "widgets/document/settings.h"
#include "widgets/guide/dock_place.h"

namespace secateur {
namespace {

constexpr int kMostLowPercent = 50;  // of the window, for the dock below the views
constexpr qint64 kSettleMilliseconds = 500;

// The one below the views; null where there is none.
QDockWidget* lowOf(const QList<QDockWidget*>& docks) {
    QDockWidget* low = nullptr;
    for (QDockWidget* dock : docks) {
        if (dock->objectName() == QLatin1String("jobs") || dock->objectName() == QLatin1String("runs"))
            low = dock;
    }
    return low;
}

// A panel that scrolls where its dock is smaller than it can be. Otherwise all panels together could ask for
// more than a screen has.
class PanelScroll final : public QScrollArea {
public:
    explicit PanelScroll(QWidget* content) {
        setFrameShape(QFrame::NoFrame);
        setFocusPolicy(Qt::NoFocus);
        setWidget(content);
        content->setAutoFillBackground(false);
    }
    [[nodiscard]] QSize sizeHint() const override { return widget()->sizeHint(); }
    [[nodiscard]] QSize minimumSizeHint() const override {
        const QSize few(16 * fontMetrics().averageCharWidth(), 5 * fontMetrics().height());
        return few.boundedTo(widget()->minimumSizeHint());
    }

protected:
    void resizeEvent(QResizeEvent* event) override {
        fit();
        QScrollArea::resizeEvent(event);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (watched == widget() && event->type() == QEvent::LayoutRequest) {
            fit();
            updateGeometry();
        }
        return QScrollArea::eventFilter(watched, event);
    }

private:
    void fit() {
        QSize least = widget()->minimumSizeHint();
        QSize room = maximumViewportSize();
        const int bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this);
        if (least.width() > room.width()) room.rheight() -= bar;
        least.setHeight(leastHeight(std::max(room.width(), least.width())));
        if (least.height() > room.height()) {
            room.rwidth() -= bar;
            least.setHeight(leastHeight(std::max(room.width(), least.width())));
        }
        widget()->resize(room.expandedTo(least));
    }
    // Lines that wrap and options that flow take more of them in a narrow panel.
    [[nodiscard]] int leastHeight(int width) const {
        const QLayout* layout = widget()->layout();
        const int least = widget()->minimumSizeHint().height();
        const bool wraps = layout != nullptr && layout->hasHeightForWidth();
        return wraps ? std::max(least, layout->totalMinimumHeightForWidth(width)) : least;
    }
};

}  // namespace

DockLayouts::DockLayouts(QMainWindow& window, Settings& settings, QObject* parent)
    : QObject(parent), window_(window), settings_(settings) {
    window_.setDockNestingEnabled(true);
    window_.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window_.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks |
                           QMainWindow::AllowTabbedDocks);
    window_.installEventFilter(this);
    settle_.setSingleShot(true);
    settle_.setInterval(0);
    connect(&settle_, &QTimer::timeout, this, &DockLayouts::settle);
    titles_.setSingleShot(true);
    titles_.setInterval(0);
    connect(&titles_, &QTimer::timeout, this, &DockLayouts::nameOnce);
}

bool DockLayouts::eventFilter(QObject* watched, QEvent* event) {
    // The window makes tab bars as docks are put together, and has them cut titles down to a letter.
    if (event->type() == QEvent::ChildPolished) {
        if (auto* bar = qobject_cast<QTabBar*>(static_cast<QChildEvent*>(event)->child())) {
            bar->setElideMode(Qt::ElideNone);
            bar->setUsesScrollButtons(true);
        }
    }
    if (watched == &window_ && event->type() == QEvent::Show && !shown_.isValid()) {
        shown_.start();
        hiddenFirst_ = hidden();
        settle_.start();
    } else if (watched == &window_ && event->type() == QEvent::Resize && shown_.isValid()) {
        settle_.start();
    } else if (watched == &window_ && event->type() == QEvent::MouseButtonRelease) {
        // The mouse acts on the window itself where a separator is dragged.
        QTimer::singleShot(0, this, [this] { low_ = lowHeight(); });
    }
    return QObject::eventFilter(watched, event);
}

// Desktops give a window its size after it is shown. Until then the state is put up again, unless docks were
// shown or hidden meanwhile.
void DockLayouts::settle() {
    const bool first = !std::exchange(settled_, true);
    if (shown_.isValid() && shown_.elapsed() < kSettleMilliseconds && hidden() == hiddenFirst_) {
        if (restored_.isEmpty() && tight_ != isTight()) {
            arrange();
        } else if (restored_.isEmpty()) {
            if (first) raiseFronts();
            size();
        } else {
            const QList<QDockWidget*> inFront = seen();  // others may have been brought there meanwhile
            window_.restoreState(restored_);
            for (QDockWidget* dock : inFront) dock->raise();
            keepLow();
        }
    } else {
        keepLow();
    }
    if (first) Q_EMIT arranged();  // what was brought to the front before there was a window is not there
}

QList<bool> DockLayouts::hidden() const {
    QList<bool> hidden;
    for (const QDockWidget* dock : docks_) hidden << dock->isHidden();
    return hidden;
}

QList<QDockWidget*> DockLayouts::seen() const {
    QList<QDockWidget*> seen;
    for (QDockWidget* dock : docks_) {
        if (!dock->isFloating() && isInFront(*dock)) seen << dock;
    }
    return seen;
}

int DockLayouts::lowHeight() const {
    const QDockWidget* low = lowOf(seen());
    return low != nullptr ? low->height() : 0;
}

void DockLayouts::keepLow() {
    QDockWidget* view =
        nullptr;  // the one above that takes what is left: the tallest, which has its place alone
    window_.layout()->activate();  // sizes that are asked for are taken late
    const QList<QDockWidget*> docks = seen();
    QDockWidget* low = lowOf(docks);
    for (QDockWidget* dock : docks) {
        const bool above = low != nullptr && dock->geometry().bottom() <= low->geometry().top();
        if (above && (view == nullptr || dock->height() > view->height())) view = dock;
    }
    if (view == nullptr) return;
    if (low_ == 0) low_ = low->height();
    const int high =
        std::max(low->minimumSizeHint().height(), std::min(low_, window_.height() * kMostLowPercent / 100));
    const int rest = view->height() + low->height() - high;
    window_.resizeDocks({view, low}, {rest + tabsAbove(view), high + tabsAbove(low)}, Qt::Vertical);
    window_.layout()->activate();
}

// What their tabs add to the height of docks that share a place.
int DockLayouts::tabsAbove(const QDockWidget* dock) const {
    for (const QTabBar* bar : window_.findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
        const QRect place = bar->geometry();
        if (bar->isVisible() && place.left() >= dock->x() && place.right() <= dock->geometry().right() &&
            std::abs(place.bottom() + 1 - dock->y()) <= 1)
            return place.height();
    }
    return 0;
}

QDockWidget* DockLayouts::add(const QString& id, const QString& title, QWidget* content) {
    auto* dock = new QDockWidget(title, &window_);
    dock->setObjectName(id);
    dock->setWidget(new PanelScroll(content));
    docks_ << dock;
    const auto later = [this] { titles_.start(); };
    connect(dock, &QDockWidget::visibilityChanged, this, later);
    connect(dock, &QDockWidget::topLevelChanged, this, later);
    connect(dock, &QDockWidget::dockLocationChanged, this, later);
    return dock;
}

// A tab names its dock and moves it; only a dock that has its place alone needs a title of its own.
void DockLayouts::nameOnce() {
    for (QDockWidget* dock : docks_) {
        const auto sharing = window_.tabifiedDockWidgets(dock);
        const bool tab = !dock->isFloating() && std::ranges::any_of(sharing, [](const QDockWidget* other) {
            return !other->isHidden() && !other->isFloating();
        });
        if (tab == (dock->titleBarWidget() != nullptr)) continue;
        QWidget* title = dock->titleBarWidget();
        dock->setTitleBarWidget(tab ? new QWidget(dock) : nullptr);
        delete title;
    }
    if (shown_.isValid()) keepLow();
}

QDockWidget* DockLayouts::dock(const QString& id) const {
    for (QDockWidget* dock : docks_) {
        if (dock->objectName() == id) return dock;
    }
    return nullptr;
}

QStringList DockLayouts::names() {
    QStringList names;
    for (const LayoutShape& shape : layoutShapes()) names << QLatin1String(shape.name);
    return names;
}

QString DockLayouts::label(const QString& name) {
    return QCoreApplication::translate("DockLayouts", name.toUtf8().constData());
}

const LayoutShape& DockLayouts::shape() const {
    return *findLayout(current_.toStdString());
}

void DockLayouts::choose(const QString& name) {
    if (name == current_) return;
    save();
    show(name);
}

void DockLayouts::show(const QString& name) {
    current_ = names().contains(name) ? name : names().first();
    settings_.setCurrentLayout(current_);
    restored_ = settings_.layoutState(current_);
    if (restored_.isEmpty() || !window_.restoreState(restored_)) {
        arrange();
    } else {
        placeOthers();
        low_ = settings_.lowHeight(current_);
        settle_.start();
        titles_.start();
        Q_EMIT arranged();
    }
    if (shown_.isValid()) hiddenFirst_ = hidden();
    Q_EMIT currentChanged(current_);
}

void DockLayouts::raiseFronts() {
    for (const char* front : shape().fronts) dock(QLatin1String(front))->raise();
}

// Docks that a layout does not name, and those that came after a state was saved, are tabs beside one that
// the layout says.
void DockLayouts::placeOthers() {
    for (QDockWidget* added : docks_) {
        if (window_.dockWidgetArea(added) != Qt::NoDockWidgetArea) continue;
        window_.addDockWidget(Qt::LeftDockWidgetArea, added);
        window_.tabifyDockWidget(dock(QLatin1String(shape().others)), added);
        added->setVisible(opensAtFirst(*added));
    }
}

bool DockLayouts::opensAtFirst(const QDockWidget& dock) const {
    return std::ranges::any_of(shape().places, [&](const DockPlace& place) {
        return !place.onDemand && dock.objectName() == QLatin1String(place.dock);
    });
}

void DockLayouts::reset() {
    settings_.setLayoutState(current_, {});
    arrange();
    hiddenFirst_ = hidden();
}

void DockLayouts::save() {
    if (current_.isEmpty()) return;
    settings_.setLayoutState(current_, window_.saveState());
    settings_.setLowHeight(current_, low_);
}

void DockLayouts::restore() {
    show(settings_.currentLayout());
}

int DockLayouts::lines() const {
    return window_.height() / std::max(1, window_.fontMetrics().height());
}

bool DockLayouts::isTight() const {
    return std::ranges::any_of(shape().places,
                               [this](const DockPlace& place) { return lines() < place.leastLines; });
}

void DockLayouts::arrange() {
    restored_.clear();
    tight_ = isTight();
    for (QDockWidget* dock : docks_) {
        window_.removeDockWidget(dock);
        dock->setFloating(false);
    }
    for (const DockPlace& at : shape().places) place(at);
    placeOthers();
    for (QDockWidget* dock : docks_) dock->setVisible(opensAtFirst(*dock));
    raiseFronts();
    size();
    QTimer::singleShot(0, this, [this, name = current_] {
        if (name == current_) size();
    });
    titles_.start();  // docks may share other places without one of them being shown or hidden
    Q_EMIT arranged();
}

void DockLayouts::place(const DockPlace& place) {
    QDockWidget* placed = dock(QLatin1String(place.dock));
    QDockWidget* beside = place.of != nullptr ? dock(QLatin1String(place.of)) : nullptr;
    switch (lines() < place.leastLines ? DockPlace::How::BehindTab : place.how) {
        case DockPlace::How::First:
            return window_.addDockWidget(Qt::LeftDockWidgetArea, placed);
        case DockPlace::How::RightOf:
            return window_.splitDockWidget(beside, placed, Qt::Horizontal);
        case DockPlace::How::Below:
            return window_.splitDockWidget(beside, placed, Qt::Vertical);
        case DockPlace::How::AtBottom:
            return window_.addDockWidget(Qt::BottomDockWidgetArea, placed);
        case DockPlace::How::BehindTab:
            // Behind the last of those that share the place: tabs stand in the order of the table.
            const auto sharing = window_.tabifiedDockWidgets(beside);
            return window_.tabifyDockWidget(sharing.isEmpty() ? beside : sharing.last(), placed);
    }
}

void DockLayouts::size() {
    const auto share = [this](Qt::Orientation orientation, const LayoutShape::Shares& percents) {
        const int whole = orientation == Qt::Horizontal ? window_.width() : window_.height();
        QList<QDockWidget*> docks;
        QList<int> sizes;
        for (const auto& [id, percent] : percents) {
            docks << dock(QLatin1String(id));
            sizes << whole * percent / 100;
        }
        window_.resizeDocks(docks, sizes, orientation);
    };
    share(Qt::Horizontal, shape().wide);
    for (const LayoutShape::Shares& column : shape().high) {
        const auto sharing = window_.tabifiedDockWidgets(dock(QLatin1String(column.front().first)));
        if (!sharing.contains(dock(QLatin1String(column.back().first)))) share(Qt::Vertical, column);
    }
    // A few rows are as high in a large window as in a usual one, and fewer in a small one.
    constexpr int kMostPercent = 28;
    low_ = std::min(window_.fontMetrics().height() * shape().lowLines, window_.height() * kMostPercent / 100);
    keepLow();
}

}  // namespace secateur
