// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include "core/base/text.h"

namespace secateur {
namespace {

// Far more than a sentence needs, for lists of layers and long paths.
constexpr std::size_t kLongest = 4000;

}  // namespace

Error::Error(ErrorCode code, const std::string& message, const std::string& hint)
    : std::runtime_error(printable(message, kLongest)), code_(code), hint_(printable(hint, kLongest)) {}

int exitCode(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::InvalidArgument:
        case ErrorCode::NotFound:
        case ErrorCode::Corrupt:
        case ErrorCode::Exists:
            return 3;
        case ErrorCode::Unsupported:
            return 4;
        case ErrorCode::OutOfMemory:
        case ErrorCode::OutOfDisk:
            return 5;
        case ErrorCode::Cancelled:
            return 130;
        case ErrorCode::Internal:
            break;
    }
    return 1;
}

const char* name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return "invalid-argument";
        case ErrorCode::NotFound:
            return "not-found";
        case ErrorCode::Corrupt:
            return "corrupt";
        case ErrorCode::Exists:
            return "exists";
        case ErrorCode::Unsupported:
            return "unsupported";
        case ErrorCode::OutOfMemory:
            return "out-of-memory";
        case ErrorCode::OutOfDisk:
            return "out-of-disk";
        case ErrorCode::Cancelled:
            return "cancelled";
        case ErrorCode::Internal:
            break;
    }
    return "internal";
}

}  // namespace secateur
