// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every layout in windows of the usual sizes: nothing is cut off, nothing lies outside. The pictures are kept
// in the folder `layouts` of the test's output, to be looked at.
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStatusBar>
#include <QTabBar>
#include <QToolBar>
#include <algorithm>

#include "tests/widgets/sample_runs.h"
#include "tests/workbench/window_fixture.h"
#include "widgets/guide/dock_place.h"

namespace secateur {
namespace {

using testing::WindowTest;

constexpr int kSettled = 700;  // after which a window has the size that its desktop gives it

constexpr int kButtonMargin = 6;

std::string nameOf(const QWidget& widget) {
    const auto* button = qobject_cast<const QAbstractButton*>(&widget);
    const auto* label = qobject_cast<const QLabel*>(&widget);
    const QString text = button != nullptr ? button->text() : label != nullptr ? label->text() : QString();
    return widget.metaObject()->className() + std::string(" '") +
           (widget.accessibleName() + QStringLiteral("' ") + text).toStdString();
}

bool isSeen(const QWidget& widget) {
    const QDockWidget* dock = dockAround(&widget);
    return widget.isVisible() && (dock == nullptr || isInFront(*dock));
}

// A panel may scroll: what lies beyond its edge is reached. Within the panel nothing may be cut off.
void expectWhole(const QWidget& widget) {
    const QWidget* parent = widget.parentWidget();
    EXPECT_TRUE(parent->rect().contains(widget.geometry()))
        << nameOf(widget) << " leaves its " << parent->metaObject()->className();
    const auto* label = qobject_cast<const QLabel*>(&widget);
    if (label != nullptr && (label->wordWrap() || label->text().isEmpty())) return;
    QSize least = widget.minimumSizeHint().boundedTo(widget.maximumSize());
    // Push buttons ask for more than their text, and may be told to do with less.
    if (const auto* push = qobject_cast<const QPushButton*>(&widget);
        push != nullptr && push->icon().isNull())
        least.setWidth(push->fontMetrics().size(Qt::TextShowMnemonic, push->text()).width() + kButtonMargin);
    EXPECT_GE(widget.width(), least.width()) << nameOf(widget) << " is cut off";
    EXPECT_GE(widget.height(), least.height()) << nameOf(widget) << " is cut off";
}

class WindowSizes : public WindowTest, public ::testing::WithParamInterface<QSize> {
protected:
    WindowSizes() {
        openMeasured();
        PlanDocument& document = window_->workflow().document();
        document.setPartRemoved(3, LayerPart::Layer, true);
        WidthRequest width = document.width();
        width.ratio = 0.2;
        document.setWidth(QStringLiteral("ratio"), width);
        if (QTest::qWaitFor([&] { return !engine_.previewed.empty(); }, 3000))
            engine_.finishPreview(10.0, 11.5);
        window_->resize(GetParam());
        QTest::qWait(kSettled);
    }
    void choose(const QString& layout) {
        window_->layouts().choose(layout);
        window_->layouts().reset();
        QTest::qWait(150);
    }
    void keepPicture(const QString& layout) {
        const QDir folder(QStringLiteral(SECATEUR_LAYOUT_PICTURES));
        ASSERT_TRUE(folder.mkpath(QStringLiteral(".")));
        const QString size = QStringLiteral("%1x%2").arg(window_->width()).arg(window_->height());
        ASSERT_TRUE(window_->grab().save(
            folder.filePath(layout.toLower() + QLatin1Char('-') + size + QStringLiteral(".png"))));
    }
    void expectDocksWhole() {
        int seen = 0;
        for (const QDockWidget* dock : window_->layouts().docks()) {
            if (!isInFront(*dock)) continue;
            ++seen;
            const std::string name = dock->objectName().toStdString();
            EXPECT_TRUE(window_->rect().contains(dock->geometry())) << name;
            EXPECT_GE(dock->width(), dock->minimumSizeHint().width()) << name;
            EXPECT_GE(dock->height(), dock->minimumSizeHint().height()) << name;
            const auto sharing = window_->tabifiedDockWidgets(const_cast<QDockWidget*>(dock));
            const bool tab = std::ranges::any_of(sharing, [](const auto* one) { return !one->isHidden(); });
            EXPECT_EQ(tab, dock->titleBarWidget() != nullptr) << name << " has two titles, or none";
        }
        EXPECT_GE(seen, 2);
    }
    // What scrolls down alone must be as narrow as it is shown.
    void expectNothingBeyondTheSide() {
        for (const QScrollArea* area : window_->findChildren<QScrollArea*>()) {
            if (!isSeen(*area) || area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff) continue;
            EXPECT_LE(area->widget()->width(), area->viewport()->width())
                << area->parentWidget()->metaObject()->className() << " is cut off at its side";
        }
    }
    // Titles of panels are read without scrolling.
    void expectTabsWhole() {
        for (const QTabBar* bar : window_->findChildren<QTabBar*>(Qt::FindDirectChildrenOnly)) {
            if (!bar->isVisible()) continue;
            EXPECT_LE(bar->tabRect(bar->currentIndex()).right(), bar->width());
            EXPECT_GE(bar->tabRect(bar->currentIndex()).left(), 0);
        }
    }
    void expectControlsWhole() {
        for (const QWidget* widget : window_->findChildren<QWidget*>()) {
            const bool says = widget->inherits("QAbstractButton") || widget->inherits("QLabel");
            if (says && isSeen(*widget) && !widget->size().isEmpty() &&
                !widget->objectName().startsWith(QLatin1String("qt_")) &&
                qobject_cast<const QTabBar*>(widget->parentWidget()) == nullptr)
                expectWhole(*widget);
        }
    }
};

TEST_P(WindowSizes, EveryLayoutIsWhole) {
    ASSERT_EQ(window_->size(), GetParam());
    for (const QString& layout : DockLayouts::names()) {
        SCOPED_TRACE(layout.toStdString());
        choose(layout);
        EXPECT_EQ(window_->size(), GetParam());
        expectDocksWhole();
        expectTabsWhole();
        expectControlsWhole();
        expectNothingBeyondTheSide();
        keepPicture(layout);
    }
}

std::string sizeName(const ::testing::TestParamInfo<QSize>& info) {
    return std::to_string(info.param.width()) + "x" + std::to_string(info.param.height());
}

INSTANTIATE_TEST_SUITE_P(Usual, WindowSizes,
                         ::testing::Values(QSize(1280, 720), QSize(1440, 900), QSize(1920, 1080),
                                           QSize(3840, 2160)),
                         sizeName);

}  // namespace
}  // namespace secateur
