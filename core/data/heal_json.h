// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options and curves of a healing run as JSON, with the keys of docs/formats/run.md. Used by .cpp files only;
// no public header includes nlohmann's.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/heal.h"

namespace secateur {

[[nodiscard]] nlohmann::ordered_json toJson(const HealOptions& options);
// Absent keys give the default. Throws InvalidArgument naming `origin` and the place.
[[nodiscard]] HealOptions healOptions(const nlohmann::json& value, const std::string& origin,
                                      const std::string& path);

// A line of metrics.jsonl, without its end.
[[nodiscard]] nlohmann::ordered_json toJson(const HealPoint& point);
[[nodiscard]] HealPoint healPoint(const nlohmann::json& value, const std::string& origin);

// The same as a table.
[[nodiscard]] std::string curvesCsvHeader();
[[nodiscard]] std::string curvesCsvRow(const HealPoint& point);

}  // namespace secateur
