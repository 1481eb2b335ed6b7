// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ctrl-C and termination as a request to stop: the first SIGINT or SIGTERM asks, a second one kills. One
// object in the process. Thread rule: made and destroyed by main; source() may be used from any thread.
#pragma once

#include <stop_token>
#include <thread>

namespace secateur::cli {

class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] std::stop_source& source() noexcept { return source_; }

private:
    std::stop_source source_;
    int readEnd_ = -1;
    std::thread watcher_;
};

}  // namespace secateur::cli
