// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/help_formatter.h"

#include <sstream>

namespace secateur::cli {

namespace {

constexpr std::size_t kIndent = 28;  // where descriptions begin

std::string entry(const CLI::Option* option) {
    std::string line = "  " + option->get_name(option->get_positional(), option->nonpositional());
    if (option->get_type_size() != 0 && !option->get_type_name().empty())
        line += " " + option->get_type_name();
    line += line.size() + 2 <= kIndent ? std::string(kIndent - line.size(), ' ')
                                       : "\n" + std::string(kIndent, ' ');
    const std::string required = option->get_required() && option->nonpositional() ? " (required)" : "";
    return line + wrapped(option->get_description() + required, kIndent) + "\n";
}

std::string entries(const std::string& title, const std::vector<const CLI::Option*>& options) {
    std::string text;
    for (const CLI::Option* option : options) text += entry(option);
    return text.empty() ? text : "\n" + title + ":\n" + text;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const {
    std::string usage = "Usage: " + app->get_name();
    const auto arguments =
        app->get_options([](const CLI::Option* option) { return option->get_positional(); });
    for (const CLI::Option* argument : arguments) usage += " " + argument->get_name(true);
    std::string text = app->get_name() + ": " + app->get_description() + "\n\n" + usage + " [options]\n";
    text += entries("Arguments", arguments);
    for (const std::string& group : app->get_groups()) {
        if (group.empty()) continue;
        text += entries(group, app->get_options([&group](const CLI::Option* option) {
            return option->get_group() == group && option->nonpositional();
        }));
    }
    return app->get_footer().empty() ? text : text + "\n" + app->get_footer() + "\n";
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t columns) {
    std::istringstream words(text);
    std::string out;
    std::size_t column = indent;
    for (std::string word; words >> word;) {
        if (column > indent && column + 1 + word.size() > columns) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += " ";
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

}  // namespace secateur::cli
