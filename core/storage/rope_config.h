// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rotary embedding of a config.json, in the keys of transformers 4 and 5. Internal to storage.
#pragma once

#include "core/data/network_config.h"
#include "core/storage/config_fields.h"

namespace secateur {

// Throws InvalidArgument or Unsupported (a kind that is not computed) naming the key.
[[nodiscard]] RopeConfig readRope(const ConfigFields& config, int maxPositions);

}  // namespace secateur
