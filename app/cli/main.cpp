// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <cstdlib>

#include "app/cli/program.h"

int main(int argc, char** argv) {
    const int code = secateur::cli::runProgram(argc, argv);
    std::fflush(nullptr);
    // LibTorch takes its tables of operators apart at exit, which takes longer than most commands.
    std::_Exit(code);
}
