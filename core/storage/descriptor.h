// SPDX-License-Identifier: GPL-3.0-or-later
//
// An open file of the system, closed with the object. Thread rule: that of what is done with the number.
#pragma once

#include <unistd.h>

namespace secateur {

class Descriptor {
public:
    // What open() and its kin returned; negative: nothing is open.
    explicit Descriptor(int fd) noexcept : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

}  // namespace secateur
