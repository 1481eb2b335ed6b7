// SPDX-License-Identifier: GPL-3.0-or-later
//
// main of the test programs without a window.
#include <gmock/gmock.h>

#include "app/cli/quick_end.h"

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    secateur::endProgram(RUN_ALL_TESTS());
}
