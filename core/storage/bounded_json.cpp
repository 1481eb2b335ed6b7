// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/bounded_json.h"

#include <array>
#include <limits>
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

using Json = nlohmann::json;

// Python's words for numbers that JSON lacks, and strings that stand for them while the text is parsed; no
// file says them, as they begin with a control character.
struct PythonNumber {
    std::string_view word;
    const char* standIn;
    double value;
};
constexpr std::array kPythonNumbers = {
    PythonNumber{"NaN", "\u0001NaN", std::numeric_limits<double>::quiet_NaN()},
    PythonNumber{"-Infinity", "\u0001-Infinity", -std::numeric_limits<double>::infinity()},
    PythonNumber{"Infinity", "\u0001Infinity", std::numeric_limits<double>::infinity()},
};

const PythonNumber* pythonNumberAt(std::string_view text) {
    for (const PythonNumber& number : kPythonNumbers)
        if (text.starts_with(number.word)) return &number;
    return nullptr;
}

// The text with Python's words outside of strings replaced by their stand-ins.
std::string withStandIns(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool wordMayBegin = !inString && (c == 'N' || c == 'I' || c == '-');
        if (const PythonNumber* number = wordMayBegin ? pythonNumberAt(text.substr(i)) : nullptr) {
            result += Json(number->standIn).dump();
            i += number->word.size() - 1;
            continue;
        }
        if (c == '"') inString = !inString;
        result += c;
        if (inString && c == '\\' && i + 1 < text.size()) result += text[++i];
    }
    return result;
}

void restoreNumbers(Json& value) {
    if (value.is_structured()) {
        for (Json& part : value) restoreNumbers(part);
    } else if (value.is_string()) {
        for (const PythonNumber& number : kPythonNumbers)
            if (value.get_ref<const std::string&>() == number.standIn) {
                value = number.value;
                return;
            }
    }
}

Json parsePython(std::string_view text) {
    if (text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos)
        return Json::parse(text.begin(), text.end());
    Json value = Json::parse(withStandIns(text));
    restoreNumbers(value);
    return value;
}

Json parseStrict(std::string_view text, const std::string& where) {
    std::vector<std::unordered_set<std::string>> keys;
    const auto refuseDuplicates = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            throw Error(ErrorCode::Corrupt,
                        where + ": the key \"" + parsed.get<std::string>() + "\" appears twice");
        return true;
    };
    return Json::parse(text.begin(), text.end(), refuseDuplicates);
}

}  // namespace

Json parseBoundedJson(std::string_view text, const std::string& where, int maxDepth, JsonDialect dialect) {
    checkDepth(text, where, maxDepth);
    try {
        return dialect == JsonDialect::Python ? parsePython(text) : parseStrict(text, where);
    } catch (const Json::exception& failure) {
        std::string reason = failure.what();
        if (const std::size_t end = reason.find("] "); end != std::string::npos) reason.erase(0, end + 2);
        throw Error(ErrorCode::Corrupt, where + " is not valid JSON: " + reason);
    }
}

}  // namespace secateur
