// SPDX-License-Identifier: GPL-3.0-or-later
//
// The headless program (docs/command-line.md) as a function, for programs that add methods of their own
// (core/compress/method.h) before they run it.
#pragma once

namespace secateur::cli {

// The arguments of main; returns the exit code. Call first in main: it may start the program again, see
// waitGently().
int runProgram(int argc, char** argv);

}  // namespace secateur::cli
