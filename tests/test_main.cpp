// SPDX-License-Identifier: GPL-3.0-or-later
//
// main of the test programs without a window.
#include <cstdio>
#include <cstdlib>

#include <gmock/gmock.h>

int main(int argc, char** argv) {
    testing::InitGoogleMock(&argc, argv);
    const int code = RUN_ALL_TESTS();
#if !defined(__SANITIZE_ADDRESS__)  // which looks for leaks at exit
    // LibTorch takes its tables of operators apart at exit, which takes longer than most tests.
    std::fflush(nullptr);
    std::_Exit(code);
#else
    return code;
#endif
}
