// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one exception of the project. Thrown where a problem is found, caught in three places only: the job
// boundary, the command line's main, and the window's open dialog. Programmer errors are asserted, not
// thrown.
#pragma once

#include <stdexcept>
#include <string>

namespace secateur {

enum class ErrorCode {
    InvalidArgument,  // a value out of range, or at odds with the model
    NotFound,         // a file, folder or tensor that is not there
    Corrupt,          // damaged or malicious data
    Exists,           // an output that is there already and was not to be overwritten
    Unsupported,      // an architecture, dtype, plan version or export we do not know
    OutOfMemory,
    OutOfDisk,  // also a folder that cannot be written
    Cancelled,
    Internal,
};

// What a user reads: one sentence with file and place, and a hint that says what to do about it (may be
// empty). Both are made printable here, so that no file can steer the terminal that shows them.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message, const std::string& hint = {});

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] std::string message() const { return what(); }
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

private:
    ErrorCode code_;
    std::string hint_;
};

// The process exit code of the command line contract (docs/command-line.md): 3 bad input, 4 unsupported, 5
// out of memory or disk, 130 cancelled. Exit code 2 belongs to the command-line parser alone.
[[nodiscard]] int exitCode(ErrorCode code) noexcept;

// A stable lower-case word for logs and JSON, e.g. "not-found".
[[nodiscard]] const char* name(ErrorCode code) noexcept;

}  // namespace secateur
