// SPDX-License-Identifier: GPL-3.0-or-later
//
// Overlaps of texts in the JSON of plans, runs and programs.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/data/json_reader.h"
#include "core/data/text_overlap.h"

namespace secateur {

[[nodiscard]] inline nlohmann::ordered_json overlapsJson(const std::vector<TextOverlap>& overlaps) {
    auto list = nlohmann::ordered_json::array();
    for (const TextOverlap& overlap : overlaps)
        list.push_back({{"purpose", name(overlap.purpose)},
                        {"source", overlap.source},
                        {"windows", overlap.windows},
                        {"of", overlap.of}});
    return list;
}

// The member `key` of `parent`; empty where it is absent. Throws what JsonObject throws.
[[nodiscard]] inline std::vector<TextOverlap> overlapsOf(JsonObject& parent, const char* key,
                                                         std::vector<std::string>* warnings = nullptr) {
    constexpr int kMost = std::numeric_limits<int>::max();
    std::vector<TextOverlap> overlaps;
    const nlohmann::json* list = parent.find(key);
    if (list == nullptr || list->is_null()) return overlaps;
    if (!list->is_array()) parent.fail(key, "must be a list");
    for (std::size_t i = 0; i < list->size(); ++i) {
        JsonObject object((*list)[i], parent.origin(), parent.pathOf(key) + "[" + std::to_string(i) + "]");
        const auto purpose = textPurpose(object.text("purpose"));
        if (!purpose) object.fail("purpose", "is neither calibration nor training");
        TextOverlap overlap{*purpose, object.text("source"), 0, 0};
        overlap.windows = static_cast<int>(object.integer("windows", 0, 0, kMost));
        overlap.of = static_cast<int>(object.integer("of", 0, 0, kMost));
        if (warnings != nullptr) object.warnUnknown(*warnings);
        overlaps.push_back(std::move(overlap));
    }
    return overlaps;
}

}  // namespace secateur
