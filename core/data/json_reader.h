// SPDX-License-Identifier: GPL-3.0-or-later
//
// Strict reading of JSON from files: bounded size and depth, no key twice, every wrong type named by its JSON
// path, and keys that nobody asked for collected as warnings. Used by .cpp files only; no public header
// includes nlohmann's.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace secateur {

struct JsonLimits {
    std::size_t bytes = 32u << 20;
    int depth = 32;
    std::size_t values = 100'000;
};

// Throws Corrupt, its message beginning with `origin`.
[[nodiscard]] nlohmann::json parseJson(std::string_view text, const std::string& origin,
                                       const JsonLimits& limits = {});

// One object of the document while it is read. Throws InvalidArgument naming origin and path.
class JsonObject {
public:
    // Throws unless `value` is an object. `path` is "" for the document itself.
    JsonObject(const nlohmann::json& value, std::string origin, std::string path);

    // The member, or null when there is none; it counts as known from now on.
    [[nodiscard]] const nlohmann::json* find(const char* key);
    [[nodiscard]] const nlohmann::json& require(const char* key);

    // Absent members give the default.
    [[nodiscard]] std::string text(const char* key, const std::string& otherwise = {});
    [[nodiscard]] bool flag(const char* key, bool otherwise);
    [[nodiscard]] std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t minimum,
                                       std::int64_t maximum);
    [[nodiscard]] std::uint64_t unsignedInteger(const char* key, std::uint64_t otherwise);
    [[nodiscard]] double number(const char* key, double otherwise);
    // None where the member is absent or null.
    [[nodiscard]] std::optional<double> numberOrNone(const char* key);
    [[nodiscard]] std::vector<int> integers(const char* key, int minimum, int maximum);

    [[nodiscard]] std::string pathOf(const std::string& key) const {
        return path_.empty() ? key : path_ + "." + key;
    }
    [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
    [[noreturn]] void fail(const std::string& key, const std::string& what) const;

    // One line for each member that was not asked for.
    void warnUnknown(std::vector<std::string>& warnings) const;

private:
    const nlohmann::json& value_;
    std::string origin_;
    std::string path_;
    std::set<std::string, std::less<>> known_;
};

}  // namespace secateur
