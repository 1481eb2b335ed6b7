// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace secateur {

// Bytes of this process that no file backs (RssAnon): mapped checkpoints do not count.
[[nodiscard]] std::int64_t privateMemory();

// Bytes that the system could give without swapping (MemAvailable).
[[nodiscard]] std::int64_t availableMemory();

}  // namespace secateur
