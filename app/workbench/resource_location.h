// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace secateur {

// A file or folder of resources/: in $SECATEUR_RESOURCES, beside the installed program (../share/secateur),
// or in the source tree it was built from. Empty when it is in none of them.
[[nodiscard]] QString resourcePath(const QString& name);

}  // namespace secateur
