// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields of comma-separated values (RFC 4180), whatever the locale.
#pragma once

#include <QString>

namespace secateur {

[[nodiscard]] QString csvField(const QString& text);  // quoted when it has to be
[[nodiscard]] QString csvNumber(double value);        // nine significant digits; empty for NaN

}  // namespace secateur
