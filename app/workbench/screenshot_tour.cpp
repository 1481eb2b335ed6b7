// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/screenshot_tour.h"

#include <QDir>
#include <QDockWidget>
#include <QEventLoop>
#include <QPixmap>

#include "app/workbench/theme.h"
#include "app/workbench/workbench_window.h"

namespace secateur {
namespace {

constexpr int kLookMilliseconds = 100;
constexpr int kMostLooks = 3000;                    // five minutes
constexpr double kRatios[] = {0.4, 0.3, 0.1, 0.2};  // points of the trade-off; the last is what is shown

// Layouts and drawings that wait for the event loop.
void letItDraw() {
    QEventLoop loop;
    QTimer::singleShot(kLookMilliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

}  // namespace

ScreenshotTour::ScreenshotTour(WorkbenchWindow& window, const QString& folder, QObject* parent)
    : QObject(parent), window_(window), folder_(folder) {
    timer_.setInterval(kLookMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &ScreenshotTour::look);
    connect(&window_.workflow(), &Workflow::problemRaised, this,
            [this](const Problem& problem) { problem_ = problem.message; });
}

void ScreenshotTour::start() {
    timer_.start();
}

bool ScreenshotTour::settled() const {
    Workflow& workflow = window_.workflow();
    const auto& analysis = workflow.document().analysis();
    if (analysis == nullptr || workflow.preview().state() != PreviewFeed::State::Current) return false;
    return analysis->leaveOneOut.has_value() || !workflow.leaveOneOutExpected();
}

void ScreenshotTour::look() {
    if (!problem_.isEmpty() || ++waited_ > kMostLooks) {
        timer_.stop();
        Q_EMIT finished(
            false, problem_.isEmpty() ? tr("The model was not measured and previewed in time.") : problem_);
        return;
    }
    if (!settled()) return;
    if (planned_ < std::size(kRatios)) {
        if (planned_ == 0) chopOne();
        narrow(kRatios[planned_++]);
        return;
    }
    timer_.stop();
    takeAll();
}

void ScreenshotTour::chopOne() {
    PlanDocument& document = window_.workflow().document();
    const int layers = document.model()->config.layerCount();
    if (layers > 2)
        document.setPartRemoved(
            document.model()->config.layers[static_cast<std::size_t>(layers) / 3].originalLayer,
            LayerPart::Layer, true);
    window_.selection().setLayer(
        document.model()->config.layers[static_cast<std::size_t>(layers) / 2].originalLayer);
}

void ScreenshotTour::narrow(double ratio) {
    PlanDocument& document = window_.workflow().document();
    WidthRequest width = document.width();
    width.ratio = ratio;
    document.setWidth(tr("Set ratio"), width);
}

bool ScreenshotTour::save(QWidget& widget, const QString& name) {
    const QString path = QDir(folder_).filePath(name + QStringLiteral(".png"));
    if (widget.grab().save(path)) return true;
    problem_ = tr("%1: cannot be written.").arg(path);
    return false;
}

void ScreenshotTour::takeAll() {
    QDir().mkpath(folder_);
    bool saved = true;
    const Theme before = window_.workflow().settings().theme();
    for (const auto& [theme, suffix] : {std::pair(Theme::Light, QStringLiteral("-light")),
                                        std::pair(Theme::Dark, QStringLiteral("-dark"))}) {
        applyTheme(theme);
        for (const QString& layout : DockLayouts::names()) {
            window_.layouts().choose(layout);
            letItDraw();
            saved = saved && save(window_, QStringLiteral("window-") + layout.toLower() + suffix);
        }
        window_.layouts().choose(DockLayouts::names().first());
        for (QDockWidget* dock : window_.layouts().docks()) {
            dock->raise();
            letItDraw();
            saved = saved && save(*dock->widget(), dock->objectName() + suffix);
        }
        window_.layouts().dock(QStringLiteral("layers"))->raise();
        window_.layouts().dock(QStringLiteral("channels"))->raise();
    }
    applyTheme(before);
    Q_EMIT finished(saved, saved ? tr("Saved screenshots to %1.").arg(folder_) : problem_);
}

}  // namespace secateur
