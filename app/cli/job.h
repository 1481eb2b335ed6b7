// SPDX-License-Identifier: GPL-3.0-or-later
//
// A job file: a list of steps, each a command of this program with its options as JSON (docs/formats/job.md).
// Everything that can be known without computing is checked when it is read.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/command.h"

namespace secateur::cli {

// A command with an option set of its own, parsed from arguments. Throws CLI::ParseError.
class ParsedCommand {
public:
    ParsedCommand(const Command& command, const std::vector<std::string>& arguments);

    [[nodiscard]] CLI::App& app() noexcept { return app_; }
    [[nodiscard]] const SharedOptions& shared() const noexcept { return shared_; }
    void run(Console& console) const { action_(console); }

private:
    CLI::App app_;
    SharedOptions shared_;
    Action action_;
};

// An option that is given or not, without a value.
[[nodiscard]] bool isSwitch(const CLI::Option& option);

struct JobStep {
    const Command* command = nullptr;
    std::string where{};                   // "job.json: steps[2]"
    std::string name{};                    // given by the file, else the command's
    std::vector<std::string> arguments{};  // as one would type them
    std::string definition{};              // what it computes, in one text; unique in the job
    std::vector<std::string> inputs{};     // files and folders, relative to the job's folder or absolute
    std::string output{};                  // empty: prints only
    bool resumes = false;                  // knows --resume
    bool overwrites = false;               // was given --force
    bool continues = false;                // was given --resume
};

struct Job {
    std::filesystem::path folder{};  // relative paths of the steps start here
    std::vector<JobStep> steps{};
};

// `overrides`: options (without dashes) that every step gets instead of its own, as in the file. Throws
// InvalidArgument, NotFound or Corrupt naming the file and the JSON path: unknown keys, commands and options,
// values that do not parse, and inputs that neither exist nor are made by an earlier step.
[[nodiscard]] Job readJob(const std::filesystem::path& file,
                          const std::map<std::string, nlohmann::json>& overrides);

// True for `path` itself and for what lies inside it. Lexical.
[[nodiscard]] bool covers(const std::filesystem::path& path, const std::filesystem::path& inner);

}  // namespace secateur::cli
