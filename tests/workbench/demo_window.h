// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window over the real session, with the demo model, on few windows.
#pragma once

#include <QDockWidget>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>

#include <gtest/gtest.h>

#include "app/workbench/session_engine.h"
#include "app/workbench/workbench_window.h"

namespace secateur::testing {

class DemoWindow : public ::testing::Test {
protected:
    DemoWindow() : settings_(folder_.filePath(QStringLiteral("s.ini"))) {
        settings_.setWorkspace(folder_.filePath(QStringLiteral("runs")));
        settings_.setCalibration({{}, 4, 64});
        settings_.setEvaluation({{}, 4, 64});
        SessionOptions options;
        options.dtype = ComputeDtype::F32;
        options.threads = 1;  // a small network is no faster on more
        engine_ = std::make_unique<SessionEngine>(options);
        window_ = std::make_unique<WorkbenchWindow>(*engine_, settings_);
        window_->resize(1280, 800);
        window_->show();
    }
    ~DemoWindow() override { window_.reset(); }

    bool eventually(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, 240'000); }
    bool previewed() {
        return eventually(
            [&] { return window_->workflow().preview().state() == PreviewFeed::State::Current; });
    }
    // The demo without layers 3 and 7, previewed.
    void openCut() {
        window_->workflow().openDemo();
        ASSERT_TRUE(eventually([&] { return document().analysis() != nullptr; }));
        document().setPartRemoved(3, LayerPart::Layer, true);
        document().setPartRemoved(7, LayerPart::Layer, true);
        ASSERT_TRUE(previewed());
    }
    void raise(const char* dock) {
        window_->layouts().dock(QLatin1String(dock))->show();
        window_->layouts().dock(QLatin1String(dock))->raise();
    }
    PlanDocument& document() { return window_->workflow().document(); }
    QString label(const char* name) { return window_->findChild<QLabel*>(QLatin1String(name))->text(); }

    QTemporaryDir folder_;
    Settings settings_;
    std::unique_ptr<SessionEngine> engine_;
    std::unique_ptr<WorkbenchWindow> window_;
};

}  // namespace secateur::testing
