// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window over an engine of values.
#pragma once

#include <QApplication>
#include <QDropEvent>
#include <QMenuBar>
#include <QMimeData>
#include <QTemporaryDir>
#include <memory>

#include <gtest/gtest.h>

#include "app/workbench/workbench_window.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"

namespace secateur::testing {

class WindowTest : public ::testing::Test {
protected:
    WindowTest() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(folder_.filePath(QStringLiteral("runs")));
        window_ = std::make_unique<WorkbenchWindow>(engine_, settings_);
        window_->workflow().preview().setDelay(5);
        window_->show();
    }
    void openMeasured() {
        window_->workflow().openDemo();
        engine_.finishOpen();
        engine_.finishMeasure();
    }
    QAction* action(const char* menu, const char* text) {
        for (QAction* title : window_->menuBar()->actions()) {
            if (title->text().remove(QLatin1Char('&')) != QLatin1String(menu)) continue;
            for (QAction* entry : title->menu()->actions()) {
                if (entry->text().remove(QLatin1Char('&')) == QLatin1String(text)) return entry;
            }
        }
        ADD_FAILURE() << "no " << menu << " > " << text;
        return nullptr;
    }
    void drop(const QString& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &enter);
        ASSERT_TRUE(enter.isAccepted());
        QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(window_.get(), &event);
    }

    QTemporaryDir folder_;
    FakeEngine engine_;
    Settings settings_;
    std::unique_ptr<WorkbenchWindow> window_;
};

}  // namespace secateur::testing
