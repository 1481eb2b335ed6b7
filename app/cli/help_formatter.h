// SPDX-License-Identifier: GPL-3.0-or-later
//
// How `secateur COMMAND --help` looks: usage, arguments, then the options by group, wrapped to the page.
#pragma once

#include <cstddef>
#include <string>

#include <CLI/CLI.hpp>

namespace secateur::cli {

class HelpFormatter final : public CLI::FormatterBase {
public:
    [[nodiscard]] std::string make_help(const CLI::App* app, std::string name,
                                        CLI::AppFormatMode mode) const override;
};

// Words of `text` in lines of at most `columns`; every line but the first begins with `indent` blanks, and
// the first is taken to begin there too.
[[nodiscard]] std::string wrapped(const std::string& text, std::size_t indent, std::size_t columns = 110);

}  // namespace secateur::cli
