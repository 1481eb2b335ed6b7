// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/thread_waiting.h"

#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace secateur {

void waitGently(char** arguments) {
    if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
    const char* threads = std::getenv("OMP_NUM_THREADS");
    if (threads != nullptr && std::strcmp(threads, "1") == 0) return;  // nobody waits
    // About a tenth of a millisecond: as long as most loops' imbalance, far shorter than a time slice.
    if (::setenv("GOMP_SPINCOUNT", "30000", 0) != 0) return;
    ::execv("/proc/self/exe", arguments);  // returns only when it fails, which costs speed alone
}

}  // namespace secateur
