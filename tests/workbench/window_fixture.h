// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window over an engine of values.
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QDropEvent>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QTemporaryDir>
#include <memory>
#include <string_view>

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
                const QString shown = entry->text().remove(QLatin1Char('&'));
                // Undo and Redo name their edit.
                const bool named = menu == std::string_view("Edit") && shown.startsWith(QLatin1String(text));
                if (shown == QLatin1String(text) || named) return entry;
            }
        }
        ADD_FAILURE() << "no " << menu << " > " << text;
        return nullptr;
    }
    // Presses a button of the question that the window asks.
    void answerQuestion(QMessageBox::StandardButton button) {
        auto* box = window_->findChild<QMessageBox*>();
        ASSERT_NE(box, nullptr);
        QTest::mouseClick(box->button(button), Qt::LeftButton);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
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
