// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <cstdlib>

namespace secateur {

// Ends the program once its work is done. LibTorch takes its tables of operators apart at exit, which takes
// longer than most commands and tests; the address sanitizer alone waits for it, to look for leaks.
[[noreturn]] inline void endProgram(int code) {
    std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__)
    std::exit(code);
#else
    std::_Exit(code);
#endif
}

}  // namespace secateur
