// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/process.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli/program.h"
#include "app/cli/quick_end.h"

namespace secateur::test {

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Pipe {
    Pipe() {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    }
    void close(int end) {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
    std::array<int, 2> ends{-1, -1};
};

[[noreturn]] void endAsProgram(const std::vector<std::string>& arguments, const RunOptions& options,
                               Pipe& out, Pipe& err) {
    const int target =
        options.stdoutFile.empty() ? out.ends[1] : ::open(options.stdoutFile.c_str(), O_WRONLY);
    ::dup2(target, STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    if (options.fileSizeLimit > 0) {
        const rlimit limit{static_cast<rlim_t>(options.fileSizeLimit),
                           static_cast<rlim_t>(options.fileSizeLimit)};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    const char* program = options.program.empty() ? "secateur" : options.program.c_str();
    std::vector<char*> argv{const_cast<char*>(program)};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    if (options.program.empty()) {
        ::setenv("GOMP_SPINCOUNT", "30000", 0);  // else the program would start itself again with it
        endProgram(cli::runProgram(static_cast<int>(arguments.size()) + 1, argv.data()));
    }
    ::execv(program, argv.data());
    ::_exit(127);
}

// Reads what is there; closes the end when the child has closed its own.
void drain(Pipe& pipe, std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(pipe.ends[0], buffer.data(), buffer.size());
    if (count > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    } else {
        pipe.close(0);
    }
}

void collect(pid_t child, Pipe& out, Pipe& err, const RunOptions& options, Outcome& run) {
    const auto start = Clock::now();
    Clock::time_point signalled{};
    bool sent = false;
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        std::array<pollfd, 2> polled{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
        const double left = std::max(0.0, options.timeoutSeconds - since(start));
        ::poll(polled.data(), polled.size(), 1 + static_cast<int>(1000.0 * std::min(left, 0.2)));
        if (polled[0].revents != 0) drain(out, run.out);
        if (polled[1].revents != 0) drain(err, run.err);
        if (options.signal != 0 && !sent && run.err.find('%') != std::string::npos) {
            ::kill(child, options.signal);
            signalled = Clock::now();
            sent = true;
        }
        if (since(start) > options.timeoutSeconds) ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    run.seconds = since(start);
    if (sent) run.secondsAfterSignal = since(signalled);
    run.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Outcome secateur(const std::vector<std::string>& arguments, const RunOptions& options) {
    Pipe out;
    Pipe err;
    std::fflush(nullptr);  // else the child would write it again
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) endAsProgram(arguments, options, out, err);
    out.close(1);
    err.close(1);
    if (options.closeStdout) out.close(0);
    Outcome run;
    collect(child, out, err, options, run);
    return run;
}

nlohmann::json secateurJson(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "--quiet"});
    const Outcome run = secateur(arguments);
    EXPECT_EQ(run.exitCode, 0) << arguments.front() << ": " << run.err;
    EXPECT_EQ(run.err.find('%'), std::string::npos) << run.err;
    auto object = nlohmann::json::parse(run.out, nullptr, false);
    EXPECT_TRUE(object.is_object()) << run.out << run.err;
    return object;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

}  // namespace secateur::test
