// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which windows of which text, as run.json and session files say it (docs/formats/run.md). Used by .cpp files
// only; no public header includes nlohmann's.
#pragma once

#include <nlohmann/json.hpp>

#include "core/data/json_reader.h"
#include "core/data/tokens.h"

namespace secateur {

[[nodiscard]] nlohmann::ordered_json toJson(const TextSource& source, const WindowOptions& windows);

// The member `key` of the object; both stay as they are where it is missing or null. Throws InvalidArgument.
void readText(JsonObject& parent, const char* key, TextSource& source, WindowOptions& windows);

}  // namespace secateur
