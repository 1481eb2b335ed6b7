// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/bounded_json.h"

#include <unordered_set>
#include <vector>

#include "core/base/error.h"

namespace secateur {
namespace {

// Counts brackets outside strings, so that nothing is allocated for text that nests too deep.
void checkDepth(std::string_view text, const std::string& where, int maxDepth) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > maxDepth)
                throw Error(ErrorCode::Corrupt, where + ": JSON nests deeper than " +
                                                    std::to_string(maxDepth) + " levels at byte " +
                                                    std::to_string(i));
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
}

}  // namespace

nlohmann::json parseBoundedJson(std::string_view text, const std::string& where, int maxDepth) {
    using Json = nlohmann::json;
    checkDepth(text, where, maxDepth);
    std::vector<std::unordered_set<std::string>> keys;
    const auto refuseDuplicates = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            throw Error(ErrorCode::Corrupt,
                        where + ": the key \"" + parsed.get<std::string>() + "\" appears twice");
        return true;
    };
    try {
        return Json::parse(text.begin(), text.end(), refuseDuplicates);
    } catch (const Json::exception& failure) {
        std::string reason = failure.what();
        if (const std::size_t end = reason.find("] "); end != std::string::npos) reason.erase(0, end + 2);
        throw Error(ErrorCode::Corrupt, where + " is not valid JSON: " + reason);
    }
}

}  // namespace secateur
