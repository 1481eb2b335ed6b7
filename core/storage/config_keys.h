// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every key that a config.json of a known family may hold, and what becomes of it. A key is read, or it is
// known to be harmless, or it must have a value that changes nothing; any other key is named in a warning.
// Internal to storage.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/network_config.h"

namespace secateur {

// Throws Unsupported naming a key whose value asks for mathematics that are not computed. Returns a sentence
// for what is ignored though it might mean something. `file` names config.json.
[[nodiscard]] std::vector<std::string> checkConfigKeys(const nlohmann::json& config,
                                                       Architecture architecture, const std::string& file);

}  // namespace secateur
