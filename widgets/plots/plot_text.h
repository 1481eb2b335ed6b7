// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>

#include "core/base/units.h"

namespace secateur {

// As everywhere else in the program.
[[nodiscard]] inline QString perplexityText(double value) {
    return QString::fromStdString(formatPerplexity(value));
}
[[nodiscard]] inline QString perplexityText(double value, const std::optional<double>& standardError) {
    return QString::fromStdString(formatPerplexity(value, standardError));
}

}  // namespace secateur
