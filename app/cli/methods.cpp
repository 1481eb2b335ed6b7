// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/help_formatter.h"
#include "app/cli/option_list.h"
#include "core/base/error.h"
#include "core/data/heal.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"

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
        case Needs::Gradients:
            return "gradients";
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
        if (option.most != kNoLimit) object["maximum"] = option.most;
    }
    if (!option.alias.empty()) object["command_line"] = option.alias;
    if (!option.usually.empty()) object["default_means"] = option.usually;
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

std::string optionText(const OptionSpec& option) {
    std::string text = option.key + ": " + option.help;
    const std::string usual = usualText(option), range = rangeText(option);
    if (!usual.empty()) text += " Default: " + usual + ".";
    if (!range.empty()) text += " Values: " + range + ".";
    if (!option.onlyIf.empty()) text += " Only with " + option.onlyIf + ".";
    return "    " + wrapped(text, 6) + "\n";
}

std::string methodText(const MethodInfo& method) {
    std::string text = wrapped(method.name + ": " + method.summary, 0) + "\n";
    text += "  needs     " + std::string(name(method.needs)) + "\n";
    text += "  formula   " + wrapped(method.formula, 12) + "\n";
    text += "  citation  " + wrapped(method.citation, 12) + "\n  options\n";
    for (const OptionSpec& option : method.options) text += optionText(option);
    return text;
}

// The options of a command as a table of a document.
std::string tableOf(const std::string& list) {
    if (list == "heal") return markdownTable(healSpecs());
    if (list == "chop") {
        std::vector<OptionSpec> specs = specsOf("chop");
        std::erase_if(specs, [](const OptionSpec& spec) { return spec.key == "keep"; });
        return markdownTable(specs);
    }
    if (list == "width") return markdownTable(allWidthSpecs());
    throw Error(ErrorCode::InvalidArgument, "--markdown: there is no table '" + list + "'",
                "one of heal, chop, width");
}

}  // namespace

Action declareMethods(CLI::App& app, SharedOptions& shared) {
    addShared(app, shared, {});
    const auto table = std::make_shared<std::string>();
    app.add_option("--markdown", *table, "A table of docs/command-line.md")->type_name("LIST")->group("");
    return [table](Console& console) {
        if (!table->empty()) return console.print(tableOf(*table));
        Json all = Json::array();
        std::string text;
        for (const MethodInfo& method : allMethods()) {
            all.push_back(toJson(method));
            text += (text.empty() ? "" : "\n") + methodText(method);
        }
        if (console.json()) return console.printJson({{"methods", all}});
        console.print(text);
    };
}

}  // namespace secateur::cli
