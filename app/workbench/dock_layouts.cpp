// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/dock_layouts.h"

#include <QDockWidget>
#include <QEvent>
#include <QMainWindow>
#include <QTabBar>
#include <QTimer>
#include <vector>

#include "widgets/document/settings.h"

namespace secateur {
namespace {

const QString kExplore = QStringLiteral("Explore");
const QString kPlan = QStringLiteral("Plan");
const QString kHeal = QStringLiteral("Heal");
constexpr int kMostJobsPercent = 30;

// The docks that are seen of those that share a place.
std::vector<const char*> fronts(const QString& layout) {
    if (layout == kHeal) return {"heal", "curves", "runs"};
    if (layout == kPlan) return {"plan", "tradeoff", "channels", "layers", "jobs"};
    return {"plan", "channels", "layers", "jobs"};
}

}  // namespace

DockLayouts::DockLayouts(QMainWindow& window, Settings& settings, QObject* parent)
    : QObject(parent), window_(window), settings_(settings) {
    window_.setDockNestingEnabled(true);
    window_.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window_.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks |
                           QMainWindow::AllowTabbedDocks);
    window_.installEventFilter(this);
}

bool DockLayouts::eventFilter(QObject* watched, QEvent* event) {
    // The window makes tab bars as docks are put together, and has them cut titles down to a letter.
    if (event->type() == QEvent::ChildPolished) {
        if (auto* bar = qobject_cast<QTabBar*>(static_cast<QChildEvent*>(event)->child())) {
            bar->setElideMode(Qt::ElideNone);
            bar->setUsesScrollButtons(true);
        }
    }
    const QDockWidget* jobs = dock(QStringLiteral("jobs"));
    if (event->type() == QEvent::Resize && jobs != nullptr) {
        const int height = laidOut_ ? jobs->height() : 0;
        laidOut_ = true;
        QTimer::singleShot(0, this, [this, height] { keepJobsLow(height); });
    }
    return QObject::eventFilter(watched, event);
}

void DockLayouts::keepJobsLow(int height) {
    QDockWidget* jobs = dock(QStringLiteral("jobs"));
    if (current_ == kHeal || jobs->isFloating() || jobs->isHidden()) return;
    if (height > 0) {
        window_.resizeDocks({jobs}, {height}, Qt::Vertical);
    } else if (jobs->height() > window_.height() * kMostJobsPercent / 100) {
        size(current_);  // a state saved in a window of another size
    }
}

QDockWidget* DockLayouts::add(const QString& id, const QString& title, QWidget* content) {
    auto* dock = new QDockWidget(title, &window_);
    dock->setObjectName(id);
    dock->setWidget(content);
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
    const QByteArray state = settings_.layoutState(current_);
    if (state.isEmpty() || !window_.restoreState(state)) {
        arrange(current_);
    } else {
        placeNewcomers();
        if (laidOut_) QTimer::singleShot(0, this, [this] { keepJobsLow(0); });
    }
    Q_EMIT currentChanged(current_);
}

// A state that an earlier version saved knows nothing of docks that came since.
void DockLayouts::placeNewcomers() {
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
}

void DockLayouts::save() {
    if (!current_.isEmpty()) settings_.setLayoutState(current_, window_.saveState());
}

void DockLayouts::restore() {
    show(settings_.currentLayout());
}

void DockLayouts::arrange(const QString& name) {
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
    // Curves of runs belong to the layout for healing; elsewhere the View menu shows them.
    for (QDockWidget* dock : docks_)
        dock->setVisible(name == kHeal || (dock->objectName() != QLatin1String("curves") &&
                                           dock->objectName() != QLatin1String("pareto")));
    for (const char* front : fronts(name)) dock(QLatin1String(front))->raise();
    size(name);
    QTimer::singleShot(0, this, [this, name] {
        if (name == current_) size(name);
    });
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
        share(Qt::Vertical, {{"curves", 66}, {"runs", 26}});
        return;
    }
    share(Qt::Vertical, {{"jobs", 16}});
    if (name == kPlan) {
        share(Qt::Horizontal, {{"plan", 28}, {"tradeoff", 35}, {"layers", 37}});
        share(Qt::Vertical, {{"layers", 35}, {"channels", 42}});
    } else {
        share(Qt::Horizontal, {{"layers", 36}, {"channels", 36}, {"plan", 28}});
    }
    share(Qt::Vertical, {{"plan", 58}, {"preview", 19}});
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
    window_.tabifyDockWidget(get("curves"), get("pareto"));
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
    window_.tabifyDockWidget(get("curves"), get("pareto"));
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
         {"pareto", "layers", "channels", "profile", "distribution", "similarity", "tradeoff", "chop-lab"}) {
        window_.tabifyDockWidget(last, get(id));
        last = get(id);
    }
    window_.tabifyDockWidget(get("runs"), get("jobs"));
}

}  // namespace secateur
