// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/option_list.h"

#include <algorithm>
#include <variant>

#include "core/base/error.h"

namespace secateur::cli {

namespace {

std::string withoutStop(std::string sentence) {
    if (sentence.ends_with('.')) sentence.pop_back();
    return sentence;
}

std::string flagHelp(const OptionSpec& spec) {
    return turnsOff(spec) ? "Turns off: " + withoutStop(spec.help) : withoutStop(spec.help);
}

CLI::Option* addFlag(CLI::App& app, const OptionSpec& spec, OptionValues& values) {
    return app.add_flag_callback(
        "--" + commandName(spec),
        [&values, key = spec.key, value = !turnsOff(spec)] { values.set(key, value); }, flagHelp(spec));
}

CLI::Option* addValue(CLI::App& app, const OptionSpec& spec, OptionValues& values) {
    const auto take = [&values, spec](const std::string& text) {
        try {
            values.set(spec.key, parseOption(spec, text, "--"));
        } catch (const Error& error) {
            throw CLI::ConversionError(error.message());
        }
    };
    return app.add_option_function<std::string>("--" + commandName(spec), take, helpOf(spec))
        ->type_name(typeName(spec));
}

std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
    return text;
}

// Where an option counts at all, as sentences: "With `--method` `lora`, `distill`."
std::string conditionText(const OptionSpec& spec, std::span<const OptionSpec> specs) {
    std::string text;
    for (const OptionCondition& condition : conditionsOf(spec)) {
        const OptionSpec* other = findSpec(specs, condition.key);
        const std::string name = other ? commandName(*other) : condition.key;
        if (other && condition.values == std::vector{formatOption(other->usual)} && !other->usually.empty()) {
            text += " Without `--" + name + "`.";
            continue;
        }
        std::string values;
        for (const std::string& value : condition.values)
            values += (values.empty() ? "`" : ", `") + value + "`";
        text += " With `--" + name + "` " + values + ".";
    }
    return text;
}

}  // namespace

void addOptions(CLI::App& app, std::span<const OptionSpec> specs, OptionValues& values,
                const OptionList& list) {
    for (const OptionSpec& spec : specs) {
        if (std::ranges::find(list.except, spec.key) != list.except.end()) continue;
        CLI::Option* option = std::holds_alternative<bool>(spec.usual) ? addFlag(app, spec, values)
                                                                       : addValue(app, spec, values);
        option->group(list.group);
        for (const std::string& key : spec.excludes)
            if (CLI::Option* other = app.get_option_no_throw("--" + commandName(*findSpec(specs, key))))
                option->excludes(other);
    }
}

std::string typeName(const OptionSpec& spec) {
    if (std::holds_alternative<double>(spec.usual)) return "X";
    if (std::holds_alternative<std::int64_t>(spec.usual)) return "N";
    if (std::holds_alternative<std::vector<int>>(spec.usual)) return "LAYERS";
    return std::holds_alternative<std::string>(spec.usual) ? "NAME" : "NAMES";
}

std::string helpOf(const OptionSpec& spec) {
    std::string text = withoutStop(spec.help);
    if (!spec.choices.empty() && std::holds_alternative<std::string>(spec.usual))
        text += ": " + rangeText(spec);
    const std::string usual = usualText(spec);
    return usual.empty() ? text : text + " (default " + usual + ")";
}

std::string markdownTable(std::span<const OptionSpec> specs) {
    std::string table = "| option | meaning | default | values |\n|---|---|---|---|\n";
    for (const OptionSpec& spec : specs) {
        const bool flag = std::holds_alternative<bool>(spec.usual);
        const std::string help = flag ? flagHelp(spec) + "." : spec.help;
        table += "| `--" + commandName(spec) + (flag ? "" : " " + typeName(spec)) + "` | " +
                 cell(help + conditionText(spec, specs)) + " | " + (flag ? "" : usualText(spec)) + " | " +
                 rangeText(spec) + " |\n";
    }
    return table;
}

}  // namespace secateur::cli
