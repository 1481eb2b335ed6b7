// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

namespace secateur {

// What a score of layers is called in the window; those of channels by their own names. Any thread.
[[nodiscard]] QString scoreInWords(const std::string& score);

}  // namespace secateur
