// SPDX-License-Identifier: GPL-3.0-or-later
//
// A comparison of chop strategies in the session file (docs/formats/session.md). Pure functions; any thread.
// For .cpp files, as core/data/json_reader.h is.
#pragma once

#include <functional>

#include "core/data/json_reader.h"
#include "widgets/document/chop_lab.h"

namespace secateur {

// Plans of the chops stand elsewhere in the file, under a number each.
using NumberOfPlan = std::function<int(const Plan&)>;
[[nodiscard]] nlohmann::ordered_json toJson(const ChopLabResult& lab, const NumberOfPlan& numberOf);

// The plan whose number a member of the object is.
using PlanOfNumber = std::function<const Plan&(JsonObject&, const char* key)>;
// Throws InvalidArgument naming the place.
[[nodiscard]] ChopLabResult chopLabOf(JsonObject object, const PlanOfNumber& planOf);

}  // namespace secateur
