// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/job.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "core/storage/bounded_json.h"
#include "core/storage/file_io.h"

namespace secateur::cli {

namespace fs = std::filesystem;

namespace {

using Value = nlohmann::json;
using Options = std::map<std::string, Value>;  // by name without dashes

constexpr std::uint64_t kLargestJob = 16u << 20;
constexpr int kDeepest = 8;

// What becomes of the streams is said once, for the whole job.
const std::set<std::string> kOfTheJob{"json", "quiet", "help"};
// Where and how a step computes is no part of what it computes.
const std::set<std::string> kNotOfTheResult{"device", "threads", "memory-limit", "force"};

[[noreturn]] void refuse(const std::string& where, const std::string& problem, const std::string& hint = {}) {
    throw Error(ErrorCode::InvalidArgument, where + ": " + problem, hint);
}

// Positional arguments are named like options, in lower case.
std::string keyOf(const CLI::Option& option) {
    if (!option.get_lnames().empty()) return option.get_lnames().front();
    std::string name = option.get_name(true);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return name;
}

std::string scalarText(const Value& value, const std::string& where) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number()) return value.dump();
    refuse(where, "is neither text, a number, true, false nor a list of these");
}

std::string valueText(const Value& value, const std::string& where) {
    if (!value.is_array()) return scalarText(value, where);
    std::string text;
    for (const Value& item : value) text += (text.empty() ? "" : ",") + scalarText(item, where);
    return text;
}

Options optionsOf(const Value& object, const std::string& where) {
    Options options;
    for (const auto& [written, value] : object.items()) {
        if (written == "command" || written == "name") continue;
        std::string key = written;
        std::replace(key.begin(), key.end(), '_', '-');
        if (kOfTheJob.contains(key))
            refuse(where + "." + written, "is said to `run`, not to a step", "leave it out");
        if (!options.emplace(key, value).second) refuse(where + "." + written, "is given twice");
    }
    return options;
}

std::string textAt(const Value& object, const std::string& key, const std::string& where) {
    if (!object.contains(key)) return {};
    if (!object[key].is_string()) refuse(where + "." + key, "is no text");
    return object[key].get<std::string>();
}

const Command& commandAt(const Value& object, const std::string& where) {
    const std::string name = textAt(object, "command", where);
    if (name.empty()) refuse(where + ".command", "is missing", "secateur --help lists the commands");
    const Command* command = findCommand(name);
    if (command == nullptr || name == "run")
        refuse(where + ".command", "there is no step '" + name + "'", "secateur --help lists the commands");
    return *command;
}

// The arguments in the order in which the command declares its options, whatever the order in the file.
void fillArguments(JobStep& step, CLI::App& app, const Options& options) {
    std::set<std::string> known;
    for (const CLI::Option* option : app.get_options()) {
        const std::string key = keyOf(*option);
        known.insert(key);
        const auto found = options.find(key);
        if (found == options.end()) continue;
        const std::string where = step.where + "." + key;
        std::vector<std::string> arguments;
        if (isSwitch(*option)) {
            if (!found->second.is_boolean()) refuse(where, "is a switch: true or false");
            if (found->second.get<bool>()) arguments.push_back("--" + key);
        } else if (found->second.is_boolean()) {
            refuse(where, "takes a value, not true or false");
        } else if (option->nonpositional()) {
            arguments.push_back("--" + key + "=" + valueText(found->second, where));
        } else {
            arguments.push_back(valueText(found->second, where));
        }
        for (const std::string& argument : arguments) {
            step.arguments.push_back(argument);
            if (!kNotOfTheResult.contains(key)) step.definition += argument + "\n";
        }
    }
    for (const auto& [key, value] : options)
        if (!known.contains(key))
            refuse(step.where + "." + key,
                   "secateur " + std::string(step.command->name) + " has no option --" + key,
                   "secateur " + std::string(step.command->name) + " --help lists the options");
}

// Which files a step reads and writes is said by the types of its options.
void fillFiles(JobStep& step, CLI::App& app, const Options& options) {
    for (const CLI::Option* option : app.get_options()) {
        const std::string key = keyOf(*option), type = option->get_type_name();
        const auto found = options.find(key);
        if (found == options.end() || isSwitch(*option)) continue;
        std::string value = valueText(found->second, step.where + "." + key);
        if (key == "output") {
            step.output = value;
        } else if (type == "FILE:NAME") {
            step.inputs.push_back(value.substr(0, value.rfind(':')));
        } else if (!option->nonpositional() || type == "FILE" || type == "DIR" || type == "MODEL") {
            step.inputs.push_back(value);
        }
    }
}

// The key that a complaint of the parser is about, as part of a JSON path.
std::string pathIn(const std::string& complaint, const Options& options) {
    for (const auto& [key, value] : options)
        if (complaint.find("--" + key) != std::string::npos) return "." + key;
    return {};
}

JobStep readStep(const Value& object, const Options& defaults, const Options& overrides,
                 const std::string& where) {
    if (!object.is_object()) refuse(where, "is no object");
    JobStep step;
    step.where = where;
    step.command = &commandAt(object, where);
    step.name = textAt(object, "name", where);
    if (step.name.empty()) step.name = step.command->name;
    step.definition = std::string(step.command->name) + "\n";
    Options options = optionsOf(object, where);
    options.insert(defaults.begin(), defaults.end());
    for (const auto& [key, value] : overrides) options[key] = value;
    CLI::App app;
    SharedOptions shared;
    (void)step.command->declare(app, shared);
    fillArguments(step, app, options);
    fillFiles(step, app, options);
    try {
        ParsedCommand parsed(*step.command, step.arguments);
        step.overwrites = parsed.shared().force;
        const CLI::Option* resume = parsed.app().get_option_no_throw("--resume");
        step.resumes = resume != nullptr;
        step.continues = step.resumes && resume->count() > 0;
        (void)textSource(parsed.shared());
    } catch (const CLI::ParseError& problem) {
        refuse(where + pathIn(problem.what(), options), problem.what(),
               "secateur " + std::string(step.command->name) + " --help lists the options");
    } catch (const Error& problem) {
        throw Error(problem.code(), where + ": " + problem.what(), problem.hint());
    }
    return step;
}

// `before`: steps that come earlier.
void checkFiles(const fs::path& folder, const JobStep& step, const std::vector<JobStep>& before) {
    const auto made = [&](const fs::path& input) {
        return std::any_of(before.begin(), before.end(), [&](const JobStep& earlier) {
            return !earlier.output.empty() && covers(folder / earlier.output, input);
        });
    };
    std::error_code ignored;
    for (const std::string& input : step.inputs) {
        if (fs::exists(folder / input, ignored) || made(folder / input)) continue;
        throw Error(ErrorCode::NotFound,
                    step.where + ": " + input + " is not there, and no earlier step writes it",
                    "paths are relative to the folder of the job file, " + folder.string());
    }
    if (step.output.empty() || step.overwrites || step.continues) return;
    const fs::path output = folder / step.output;
    for (const JobStep& earlier : before)
        if (!earlier.output.empty() && covers(folder / earlier.output, output) &&
            covers(output, folder / earlier.output))
            refuse(step.where + ".output", step.output + " is written by " + earlier.where + " already",
                   "choose another name, or \"force\": true");
}

// The same step twice, e.g. a perplexity before and after, is two steps.
void numberTwins(std::vector<JobStep>& steps) {
    std::map<std::string, int> seen;
    for (JobStep& step : steps)
        if (const int twins = seen[step.definition]++; twins > 0)
            step.definition += "once more, " + std::to_string(twins) + "\n";
}

void checkKeys(const Value& job, const std::string& file) {
    if (!job.is_object()) refuse(file, "a job is an object with a list of steps");
    for (const auto& [key, value] : job.items())
        if (key != "steps" && key != "defaults" && key != "name" && key != "$schema")
            refuse(file + ": " + key, "is no key of a job", "a job has steps, defaults and a name");
    if (!job.contains("steps") || !job["steps"].is_array() || job["steps"].empty())
        refuse(file + ": steps", "is no list of steps");
    if (job.contains("defaults") && !job["defaults"].is_object()) refuse(file + ": defaults", "is no object");
}

// Only options that every command has may be set for all.
Options defaultsOf(const Value& job, const std::string& file) {
    if (!job.contains("defaults")) return {};
    Options defaults = optionsOf(job["defaults"], file + ": defaults");
    CLI::App app;
    SharedOptions shared;
    addShared(app, shared, {});
    for (const auto& [key, value] : defaults)
        if (app.get_option_no_throw("--" + key) == nullptr)
            refuse(file + ": defaults." + key, "is no option that all commands have",
                   "set it in the steps that know it");
    return defaults;
}

}  // namespace

bool isSwitch(const CLI::Option& option) {
    return option.get_expected_min() == 0;
}

ParsedCommand::ParsedCommand(const Command& command, const std::vector<std::string>& arguments)
    : app_(command.summary, std::string("secateur ") + command.name) {
    action_ = command.declare(app_, shared_);
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    app_.parse(std::move(reversed));
}

bool covers(const fs::path& path, const fs::path& inner) {
    const fs::path outer = (path / "").lexically_normal().parent_path();
    const fs::path relative = inner.lexically_normal().lexically_relative(outer);
    return !relative.empty() && *relative.begin() != "..";
}

Job readJob(const fs::path& file, const Options& overrides) {
    const Value job = parseBoundedJson(readSmallFile(file, kLargestJob), file.string(), kDeepest);
    checkKeys(job, file.string());
    const Options defaults = defaultsOf(job, file.string());
    Job result;
    result.folder = fs::absolute(file).parent_path();
    for (std::size_t i = 0; i < job["steps"].size(); ++i) {
        JobStep step = readStep(job["steps"][i], defaults, overrides,
                                file.string() + ": steps[" + std::to_string(i) + "]");
        checkFiles(result.folder, step, result.steps);
        result.steps.push_back(std::move(step));
    }
    numberTwins(result.steps);
    return result;
}

}  // namespace secateur::cli
