// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the session computes: what the command line of the workbench says, and where it says nothing, what the
// preferences keep.
#pragma once

#include <QString>
#include <optional>

#include "core/session.h"
#include "widgets/document/settings.h"

namespace secateur {

// As typed; nothing where an option is not given.
struct StartWords {
    std::optional<QString> device{};
    std::optional<QString> dtype{};
    std::optional<QString> threads{};
    std::optional<std::int64_t> memoryLimit{};  // bytes
};

// Throws InvalidArgument for a dtype or a number of threads that is none.
[[nodiscard]] SessionOptions startOptions(const StartWords& words, const ComputeChoice& kept);

}  // namespace secateur
