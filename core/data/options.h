// SPDX-License-Identifier: GPL-3.0-or-later
//
// An option is declared once, as an OptionSpec. Command-line options, window forms, plan and run JSON, JSON
// schemas, `secateur methods`, the tables in the documents and "copy as command" all follow from lists of
// these. Plain values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace secateur {

using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<int>, std::vector<std::string>>;

struct OptionSpec {
    std::string key = {};    // "round-to": on the command line, in --step and in tables; JSON has '_' for '-'
    std::string label = {};  // as shown in forms
    std::string help = {};   // one sentence
    std::string unit = {};   // "layers", "tokens"; empty: none
    OptionValue usual = {};  // the default; its alternative is the option's type
    double least = 0.0;      // of numbers
    double most = 0.0;       // least == most: not bounded
    bool openBelow = false;  // least itself is not allowed
    bool openAbove = false;  // most itself is not allowed
    std::vector<std::string> choices = {};  // of texts, and of the entries of lists of texts; empty: any
    enum class Place {
        Main,
        More,
        CommandLine
    } place = Place::Main;    // where forms show it; CommandLine: nowhere
    std::string onlyIf = {};  // "method=lora", or several choices "method=lora|distill": elsewhere it has no
                              // effect, so forms hide it and parsers refuse it; empty: always
};

// Values by key, in the order in which they were set. What is not set has its usual value.
class OptionValues {
public:
    void set(const std::string& key, OptionValue value);
    void erase(std::string_view key);
    [[nodiscard]] const OptionValue* find(std::string_view key) const;
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] const std::vector<std::pair<std::string, OptionValue>>& entries() const noexcept {
        return entries_;
    }
    bool operator==(const OptionValues&) const = default;

private:
    std::vector<std::pair<std::string, OptionValue>> entries_;
};

// The spec of a key; null when there is none.
[[nodiscard]] const OptionSpec* findSpec(std::span<const OptionSpec> specs, std::string_view key);

// The value set, else the usual one of the specs. The key must be in the specs; integers are given where a
// double is asked for.
[[nodiscard]] bool flagOf(const OptionValues& values, std::span<const OptionSpec> specs,
                          std::string_view key);
[[nodiscard]] std::int64_t integerOf(const OptionValues& values, std::span<const OptionSpec> specs,
                                     std::string_view key);
[[nodiscard]] double numberOf(const OptionValues& values, std::span<const OptionSpec> specs,
                              std::string_view key);
[[nodiscard]] std::string textOf(const OptionValues& values, std::span<const OptionSpec> specs,
                                 std::string_view key);
[[nodiscard]] std::vector<int> numbersOf(const OptionValues& values, std::span<const OptionSpec> specs,
                                         std::string_view key);

// Reads the text of a command line ("0.5", "1,3-5", "true") as the spec's type. Throws InvalidArgument naming
// `where`
// ("--step 2: wanda") and the key.
[[nodiscard]] OptionValue parseOption(const OptionSpec& spec, std::string_view text,
                                      const std::string& where);
// The text that parseOption reads back.
[[nodiscard]] std::string formatOption(const OptionValue& value);

// Sets what is not set and has an effect to its usual value, so that the values say everything.
void fillUsual(OptionValues& values, std::span<const OptionSpec> specs);

// Unknown keys, types, ranges, choices, and options that have no effect (onlyIf). Integers become doubles
// where the spec says so. Throws InvalidArgument naming `where`, the key and what is allowed.
void checkOptions(OptionValues& values, std::span<const OptionSpec> specs, const std::string& where);

}  // namespace secateur
