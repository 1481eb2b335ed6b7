// SPDX-License-Identifier: GPL-3.0-or-later
//
// Options of the command line from lists of OptionSpec: the one place that declares them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/data/options.h"

namespace secateur::cli {

struct OptionList {
    const char* group = "Options";
    std::vector<std::string> except{};  // keys that the command asks for in its own way
};

// Declares an option for each spec: flags for yes and no, values else; those that exclude each other do so on
// the command line. What is given is put into `values`,
// which must outlive the parser. What cannot be read is a malformed command line (exit 2); ranges and effects
// are checked by checkOptions(values, specs, "--").
void addOptions(CLI::App& app, std::span<const OptionSpec> specs, OptionValues& values,
                const OptionList& list = {});

// "Windows that a step learns from (default 16)."
[[nodiscard]] std::string helpOf(const OptionSpec& spec);
// As options and steps are told apart from the command line alone: "N", "X", "NAME", "LAYERS".
[[nodiscard]] std::string typeName(const OptionSpec& spec);

// The options of a list as a table of a document, a row each: spelling, meaning, default, values.
[[nodiscard]] std::string markdownTable(std::span<const OptionSpec> specs);

}  // namespace secateur::cli
