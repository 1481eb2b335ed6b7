// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/dock_layouts.h"

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

#include "widgets/document/settings.h"

namespace secateur {
namespace {

const QString kExplore = QStringLiteral("Explore");
const QString kPlan = QStringLiteral("Plan");
const QString kHeal = QStringLiteral("Heal");
constexpr int kMostLowPercent = 50;  // of the window, for the dock below the views
constexpr qint64 kSettleMilliseconds = 500;

// The docks that are seen of those that share a place.
std::vector<const char*> fronts(const QString& layout) {
    if (layout == kHeal) return {"heal", "curves", "runs"};
    if (layout == kPlan) return {"plan", "tradeoff", "channels", "layers", "jobs"};
    return {"plan", "channels", "layers", "jobs"};
}

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
        if (restored_.isEmpty()) {
            if (first) raiseFronts();
            size(current_);
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
        if (!dock->isFloating() && !dock->isHidden() && !dock->visibleRegion().isEmpty()) seen << dock;
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
    return dock;
}

QDockWidget* DockLayouts::dock(const QString& id) const {
    for (QDockWidget* dock : docks_) {
        if (dock->objectName() == id) return dock;
    }
    return nullptr;
}

QStringList DockLayouts::names() {
    return {kExplore, kPlan, kHeal};
}

QString DockLayouts::label(const QString& name) {
    return name == kPlan ? tr("Plan") : name == kHeal ? tr("Heal") : tr("Explore");
}

void DockLayouts::choose(const QString& name) {
    if (name == current_) return;
    save();
    show(name);
}

void DockLayouts::show(const QString& name) {
    current_ = names().contains(name) ? name : kExplore;
    settings_.setCurrentLayout(current_);
    restored_ = settings_.layoutState(current_);
    if (restored_.isEmpty() || !window_.restoreState(restored_)) {
        arrange(current_);
    } else {
        placeOthers();
        low_ = settings_.lowHeight(current_);
        settle_.start();
        Q_EMIT arranged();
    }
    if (shown_.isValid()) hiddenFirst_ = hidden();
    Q_EMIT currentChanged(current_);
}

void DockLayouts::raiseFronts() {
    for (const char* front : fronts(current_)) dock(QLatin1String(front))->raise();
}

// Docks that a layout does not name, and those that came after a state was saved, are tabs beside the curve
// of perplexity.
void DockLayouts::placeOthers() {
    for (QDockWidget* added : docks_) {
        if (window_.dockWidgetArea(added) != Qt::NoDockWidgetArea) continue;
        window_.addDockWidget(Qt::LeftDockWidgetArea, added);
        window_.tabifyDockWidget(dock(QStringLiteral("tradeoff")), added);
        added->show();
    }
}

void DockLayouts::reset() {
    settings_.setLayoutState(current_, {});
    arrange(current_);
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

void DockLayouts::arrange(const QString& name) {
    restored_.clear();
    for (QDockWidget* dock : docks_) {
        window_.removeDockWidget(dock);
        dock->setFloating(false);
    }
    if (name == kPlan) {
        arrangePlan();
    } else if (name == kHeal) {
        arrangeHeal();
    } else {
        arrangeExplore();
    }
    placeOthers();
    // Curves of runs belong to the layout for healing; elsewhere the View menu shows them.
    for (QDockWidget* dock : docks_)
        dock->setVisible(name == kHeal || dock->objectName() != QLatin1String("curves"));
    raiseFronts();
    size(name);
    QTimer::singleShot(0, this, [this, name] {
        if (name == current_) size(name);
    });
    Q_EMIT arranged();
}

void DockLayouts::size(const QString& name) {
    const auto share = [this](Qt::Orientation orientation,
                              const QList<std::pair<const char*, int>>& percents) {
        const int whole = orientation == Qt::Horizontal ? window_.width() : window_.height();
        QList<QDockWidget*> docks;
        QList<int> sizes;
        for (const auto& [id, percent] : percents) {
            docks << dock(QLatin1String(id));
            sizes << whole * percent / 100;
        }
        window_.resizeDocks(docks, sizes, orientation);
    };
    if (name == kHeal) {
        share(Qt::Horizontal, {{"heal", 28}, {"curves", 72}});
    } else {
        if (name == kPlan) {
            share(Qt::Horizontal, {{"plan", 28}, {"tradeoff", 35}, {"layers", 37}});
            share(Qt::Vertical, {{"layers", 35}, {"channels", 42}});
        } else {
            share(Qt::Horizontal, {{"layers", 36}, {"channels", 36}, {"plan", 28}});
        }
        share(Qt::Vertical, {{"plan", 58}, {"preview", 19}});
    }
    // A few rows are as high in a large window as in a usual one, and fewer in a small one.
    constexpr int kJobsLines = 10;
    constexpr int kRunsLines = 13;
    constexpr int kMostPercent = 28;
    low_ = std::min(window_.fontMetrics().height() * (name == kHeal ? kRunsLines : kJobsLines),
                    window_.height() * kMostPercent / 100);
    keepLow();
}

// Layers | maps in tabs | plan over preview, jobs below all.
void DockLayouts::arrangeExplore() {
    const auto get = [this](const char* id) { return dock(QLatin1String(id)); };
    window_.addDockWidget(Qt::LeftDockWidgetArea, get("layers"));
    window_.splitDockWidget(get("layers"), get("channels"), Qt::Horizontal);
    window_.splitDockWidget(get("channels"), get("plan"), Qt::Horizontal);
    window_.splitDockWidget(get("plan"), get("preview"), Qt::Vertical);
    window_.tabifyDockWidget(get("layers"), get("model"));
    window_.tabifyDockWidget(get("channels"), get("profile"));
    window_.tabifyDockWidget(get("profile"), get("distribution"));
    window_.tabifyDockWidget(get("distribution"), get("similarity"));
    window_.tabifyDockWidget(get("similarity"), get("tradeoff"));
    window_.tabifyDockWidget(get("tradeoff"), get("chop-lab"));
    window_.tabifyDockWidget(get("chop-lab"), get("curves"));
    window_.tabifyDockWidget(get("plan"), get("heal"));
    window_.addDockWidget(Qt::BottomDockWidgetArea, get("jobs"));
    window_.tabifyDockWidget(get("jobs"), get("runs"));
}

// Plan over preview, the curve of perplexity large, layers over maps.
void DockLayouts::arrangePlan() {
    const auto get = [this](const char* id) { return dock(QLatin1String(id)); };
    window_.addDockWidget(Qt::LeftDockWidgetArea, get("plan"));
    window_.splitDockWidget(get("plan"), get("tradeoff"), Qt::Horizontal);
    window_.splitDockWidget(get("tradeoff"), get("layers"), Qt::Horizontal);
    window_.splitDockWidget(get("plan"), get("preview"), Qt::Vertical);
    window_.tabifyDockWidget(get("tradeoff"), get("chop-lab"));
    window_.splitDockWidget(get("layers"), get("channels"), Qt::Vertical);
    window_.tabifyDockWidget(get("layers"), get("model"));
    window_.tabifyDockWidget(get("channels"), get("profile"));
    window_.tabifyDockWidget(get("profile"), get("distribution"));
    window_.tabifyDockWidget(get("distribution"), get("similarity"));
    window_.tabifyDockWidget(get("tradeoff"), get("curves"));
    window_.tabifyDockWidget(get("plan"), get("heal"));
    window_.addDockWidget(Qt::BottomDockWidgetArea, get("jobs"));
    window_.tabifyDockWidget(get("jobs"), get("runs"));
}

// What to heal, with the plan behind it | the curves large, over the runs; jobs and maps in tabs.
void DockLayouts::arrangeHeal() {
    const auto get = [this](const char* id) { return dock(QLatin1String(id)); };
    window_.addDockWidget(Qt::LeftDockWidgetArea, get("heal"));
    window_.splitDockWidget(get("heal"), get("curves"), Qt::Horizontal);
    window_.splitDockWidget(get("curves"), get("runs"), Qt::Vertical);
    window_.tabifyDockWidget(get("heal"), get("plan"));
    window_.tabifyDockWidget(get("plan"), get("preview"));
    window_.tabifyDockWidget(get("preview"), get("model"));
    QDockWidget* last = get("curves");
    for (const char* id :
         {"layers", "channels", "profile", "distribution", "similarity", "tradeoff", "chop-lab"}) {
        window_.tabifyDockWidget(last, get(id));
        last = get(id);
    }
    window_.tabifyDockWidget(get("runs"), get("jobs"));
}

}  // namespace secateur
