// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/tokenizer/vocabulary.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/storage/tokenizer/json_value.h"

namespace secateur::tokenizer {

Vocabulary::Vocabulary(const JsonValue& vocab) {
    if (!vocab.raw().is_object()) vocab.fail(ErrorCode::Corrupt, "is not an object");
    ids_.reserve(vocab.raw().size());
    tokens_.reserve(vocab.raw().size());
    for (const auto& [token, value] : vocab.raw().items()) {
        const bool inRange = value.is_number_unsigned() && value.get<std::uint64_t>() <= kMaxTokenId;
        if (!inRange) {
            vocab.fail(ErrorCode::Corrupt, "[\"" + token + "\"] is " + value.dump() +
                                               ", not an id within 0 to " + std::to_string(kMaxTokenId));
        }
        const auto id = value.get<std::int32_t>();
        const auto entry = ids_.emplace(token, id).first;
        const auto [other, isNew] = tokens_.emplace(id, &entry->first);
        if (!isNew) {
            vocab.fail(ErrorCode::Corrupt, "gives id " + std::to_string(id) + " to both \"" + *other->second +
                                               "\" and \"" + token + "\"");
        }
        largestId_ = std::max(largestId_, id);
    }
}

std::optional<std::int32_t> Vocabulary::id(std::string_view token) const {
    const auto found = ids_.find(token);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
}

const std::string* Vocabulary::token(std::int32_t id) const {
    const auto found = tokens_.find(id);
    return found == tokens_.end() ? nullptr : found->second;
}

}  // namespace secateur::tokenizer
