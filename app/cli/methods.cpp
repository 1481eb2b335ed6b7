// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/help_formatter.h"
#include "app/cli/plan_options.h"
#include "core/base/units.h"
#include "core/planning/planner.h"

namespace secateur::cli {

namespace {

const char* name(Needs needs) {
    switch (needs) {
        case Needs::Weights:
            return "weights";
        case Needs::Analysis:
            return "analysis";
        case Needs::Text:
            return "text";
    }
    return "";
}

Json toJson(const OptionSpec& option) {
    Json object{{"name", option.key},
                {"label", option.label},
                {"help", option.help},
                {"default", formatOption(option.usual)}};
    if (!option.unit.empty()) object["unit"] = option.unit;
    if (!option.choices.empty()) object["choices"] = option.choices;
    if (option.least < option.most) {
        object["minimum"] = option.least;
        object["maximum"] = option.most;
    }
    if (!option.onlyIf.empty()) object["only_if"] = option.onlyIf;
    return object;
}

Json toJson(const MethodInfo& method) {
    Json options = Json::array();
    for (const OptionSpec& option : method.options) options.push_back(toJson(option));
    return {{"name", method.name},         {"label", method.label},     {"summary", method.summary},
            {"citation", method.citation}, {"formula", method.formula}, {"kind", method.kind},
            {"needs", name(method.needs)}, {"options", options}};
}

std::string rangeOf(const OptionSpec& option) {
    if (!option.choices.empty()) return joined(option.choices);
    if (option.least < option.most) return formatScore(option.least) + " to " + formatScore(option.most);
    return {};
}

std::string describe(const OptionSpec& option) {
    std::string text = option.key + ": " + option.help;
    const std::string usual = formatOption(option.usual);
    if (!usual.empty()) text += " Default: " + usual + ".";
    const std::string range = rangeOf(option);
    return "    " + wrapped(range.empty() ? text : text + " Values: " + range + ".", 6) + "\n";
}

std::string describe(const MethodInfo& method) {
    std::string text = wrapped(method.name + ": " + method.summary, 0) + "\n";
    text += "  needs     " + std::string(name(method.needs)) + "\n";
    text += "  formula   " + wrapped(method.formula, 12) + "\n";
    text += "  citation  " + wrapped(method.citation, 12) + "\n  options\n";
    for (const OptionSpec& option : method.options) text += describe(option);
    return text;
}

}  // namespace

Action declareMethods(CLI::App& app, SharedOptions& shared) {
    addShared(app, shared, {});
    return [](Console& console) {
        Json all = Json::array();
        std::string text;
        for (const MethodInfo& method : allMethods()) {
            all.push_back(toJson(method));
            text += (text.empty() ? "" : "\n") + describe(method);
        }
        if (console.json()) return console.printJson({{"methods", all}});
        console.print(text);
    };
}

}  // namespace secateur::cli
