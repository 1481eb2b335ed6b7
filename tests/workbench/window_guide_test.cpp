// SPDX-License-Identifier: GPL-3.0-or-later
//
// Help in the window, and the guided tour from its first step to its last.
#include <QDockWidget>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>

#include "tests/workbench/window_fixture.h"

namespace secateur {
namespace {

using testing::WindowTest;
TEST_F(WindowTest, GuideNothing) {}

}  // namespace
}  // namespace secateur
