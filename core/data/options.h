// SPDX-License-Identifier: GPL-3.0-or-later
//
// An option is declared once, as an OptionSpec. Command-line options, window forms, plan and run JSON, JSON
// schemas, `secateur methods`, the tables in the documents and "copy as command" all follow from lists of
// these. Plain values; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace secateur {

using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<int>, std::vector<std::string>>;

// Bounds a range on one side only.
inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

struct OptionSpec {
    std::string key = {};    // "round-to": on the command line, in --step and in tables; JSON has '_' for '-'
    std::string alias = {};  // on the command line of commands, where that is not the key: "lr"
    std::string label = {};  // as shown in forms
    std::string help = {};   // one sentence
    std::string unit = {};   // "layers", "tokens"; empty: none
    OptionValue usual = {};  // the default; its alternative is the option's type. A number outside of its
                             // own range stands for "not given"
    std::string usually = {};  // what the default means, where its value does not say it: "all", "by ratio"
    double least = 0.0;        // of numbers, and of the entries of lists of numbers
    double most = 0.0;         // least == most: not bounded; kNoLimit: bounded below alone
    bool openBelow = false;    // least itself is not allowed
    bool openAbove = false;    // most itself is not allowed
    std::vector<std::string> choices = {};  // of texts, and of the entries of lists of texts; empty: any
    enum class Place {
        Main,
        More,
        CommandLine
    } place = Place::Main;  // where forms show it; CommandLine: nowhere
    // "method=lora", several choices "method=lora|distill", or several such conditions joined by " and ":
    // elsewhere it has no effect, so forms hide it and parsers refuse it; empty: always.
    std::string onlyIf = {};
    bool ofResult = true;  // false: how often something is written, not what comes out
    // Keys that cannot be given beside this one: forms take them back, parsers refuse them.
    std::vector<std::string> excludes = {};
    bool share = false;        // a part of a whole, which forms show in percent
    std::string section = {};  // heads the options of a form that belong together; empty: none
};

// As on the command line ("round-to", "lr") and in JSON ("round_to").
[[nodiscard]] std::string commandName(const OptionSpec& spec);
[[nodiscard]] std::string jsonName(const OptionSpec& spec);
// True for flags that are on unless they are turned off: theirs on the command line ("--fill-zeros", without
// an alias "--no-<key>") means false.
[[nodiscard]] bool turnsOff(const OptionSpec& spec) noexcept;
// True when the default is no value of the range, that is, when there is none unless one is given.
[[nodiscard]] bool isOptional(const OptionSpec& spec);
// "0 to 1 (not included)", "at least 1", "cosine, linear, constant"; empty when everything goes.
[[nodiscard]] std::string rangeText(const OptionSpec& spec);
// True for numbers of bytes and of parameters, which may be written with a unit: "4.2M", "8 GiB".
[[nodiscard]] bool isAmount(const OptionSpec& spec);
// The default as people read it: `usually`, else the value; empty for empty lists and texts.
[[nodiscard]] std::string usualText(const OptionSpec& spec);

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

// One of the conditions of onlyIf.
struct OptionCondition {
    std::string key;                  // of the other option
    std::vector<std::string> values;  // any of them will do
    std::string text;                 // as it stands in onlyIf
};
[[nodiscard]] std::vector<OptionCondition> conditionsOf(const OptionSpec& spec);

// True unless onlyIf says that, with these values, the option changes nothing.
[[nodiscard]] bool hasEffect(const OptionSpec& spec, const OptionValues& values,
                             std::span<const OptionSpec> specs);

// True when one of the two excludes the other.
[[nodiscard]] bool excludeEachOther(const OptionSpec& one, const OptionSpec& other);

// What the specs know and allow of the values, for example for another method.
[[nodiscard]] OptionValues fitting(const OptionValues& values, std::span<const OptionSpec> specs);

// The option in the words of whoever gave it: see checkOptions() for `where`.
[[nodiscard]] std::string optionPlace(const std::string& where, const OptionSpec& spec);

// What becomes of a value that has no effect and is not the usual one. Files keep all values of a form, also
// those of a choice that was left.
enum class Idle { Refused, Accepted };

// The one place where options are checked: unknown keys, types, ranges, choices, options without effect, and
// options that exclude each other.
// Integers become doubles where the spec says so. Throws InvalidArgument with what is allowed. `where` begins
// the message: "--step 2: wanda" is followed by the key; "--" (a command line) gives "--lr", "" (a form) the
// label, and "run.json: options." (a JSON path) "run.json: options.learning_rate".
void checkOptions(OptionValues& values, std::span<const OptionSpec> specs, const std::string& where,
                  Idle idle = Idle::Refused);

// The values that differ from the usual ones, as words of a command line: {"--lr", "0.001", "--rslora"}.
// Values without effect are left out.
[[nodiscard]] std::vector<std::string> commandWords(std::span<const OptionSpec> specs,
                                                    const OptionValues& values);

}  // namespace secateur
