// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/program.h"
#include "app/cli/quick_end.h"

int main(int argc, char** argv) {
    secateur::endProgram(secateur::cli::runProgram(argc, argv));
}
