// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace secateur {

// Makes threads of a parallel loop sleep soon while they wait for each other. OpenMP's threads otherwise spin
// for about a millisecond at the end of every loop, and on a machine whose cores have other work too (a
// window, a compiler, a second run) the spinning keeps the awaited thread from its core: training was six
// times slower beside two compilers. The OpenMP library reads its settings when it is loaded, so the program
// starts itself again with them; nothing happens when the user has chosen (OMP_WAIT_POLICY or GOMP_SPINCOUNT
// are set) or has one thread alone (OMP_NUM_THREADS=1). Call first in main.
void waitGently(char** arguments);

}  // namespace secateur
