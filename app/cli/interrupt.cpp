// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/interrupt.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace secateur::cli {

namespace {

constexpr char kSignalled = 's';
constexpr char kFinished = 'f';

// A signal handler may touch little more than a descriptor; the thread at the other end of the pipe does the
// rest.
volatile std::sig_atomic_t writeEnd = -1;

extern "C" void onSignal(int) {
    const int saved = errno;
    [[maybe_unused]] const ssize_t written = ::write(writeEnd, &kSignalled, 1);
    errno = saved;
}

void setHandler(int signal, void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, nullptr);
}

void watch(int readEnd, std::stop_source source) {
    char byte = 0;
    ssize_t count = 0;
    while ((count = ::read(readEnd, &byte, 1)) == 1 || (count < 0 && errno == EINTR)) {
        if (count != 1) continue;
        if (byte == kFinished) return;
        setHandler(SIGINT, SIG_DFL, 0);
        setHandler(SIGTERM, SIG_DFL, 0);
        source.request_stop();
    }
}

}  // namespace

Interrupt::Interrupt() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    readEnd_ = ends[0];
    writeEnd = ends[1];
    watcher_ = std::thread(watch, readEnd_, source_);
    setHandler(SIGINT, onSignal, SA_RESTART);
    setHandler(SIGTERM, onSignal, SA_RESTART);
    setHandler(SIGPIPE, SIG_IGN, 0);  // a reader that went away is a failed write, not a death
    setHandler(SIGXFSZ, SIG_IGN, 0);  // and so is a file that may not grow
}

Interrupt::~Interrupt() {
    setHandler(SIGINT, SIG_DFL, 0);
    setHandler(SIGTERM, SIG_DFL, 0);
    [[maybe_unused]] const ssize_t written = ::write(writeEnd, &kFinished, 1);
    watcher_.join();
    ::close(writeEnd);
    ::close(readEnd_);
    writeEnd = -1;
}

}  // namespace secateur::cli
