// SPDX-License-Identifier: GPL-3.0-or-later
//
// The headless program with one method more.
#include "app/cli/program.h"
#include "app/cli/quick_end.h"
#include "tests/compress/own_method.h"

int main(int argc, char** argv) {
    secateur::testing::registerOwnMethod();
    secateur::endProgram(secateur::cli::runProgram(argc, argv));
}
