// SPDX-License-Identifier: GPL-3.0-or-later
//
// A list of steps in one process, each of which can be skipped or gone on with when the job is run again.
#include <chrono>
#include <map>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/cli/command.h"
#include "app/cli/job.h"
#include "app/cli/job_state.h"
#include "app/cli/table.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace fs = std::filesystem;

namespace {

struct RunOptions {
    std::string job{};
    bool dryRun = false;
    bool restart = false;
};

enum class Fate { Skip, Run, Again, Resume };  // Again: its own output of an earlier run is replaced

const char* word(Fate fate) {
    switch (fate) {
        case Fate::Skip:
            return "done before";
        case Fate::Run:
            return "run";
        case Fate::Again:
            return "run again";
        case Fate::Resume:
            return "resume";
    }
    return "";
}

// While it lives, no other process runs the same job. Nothing to clean up after a kill.
class JobLock {
public:
    explicit JobLock(const fs::path& job) : fd_(::open(job.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (fd_ >= 0 && ::flock(fd_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(fd_);
            throw Error(ErrorCode::Exists, job.string() + ": another process is running this job",
                        "wait for it, or copy the job into another folder");
        }
    }
    ~JobLock() {
        if (fd_ >= 0) ::close(fd_);
    }
    JobLock(const JobLock&) = delete;
    JobLock& operator=(const JobLock&) = delete;

private:
    int fd_;
};

bool isThere(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(path, ignored));
}

// `renewed`: outputs of earlier steps that this run writes.
Fate fateOf(const JobStep& step, const Job& job, const JobState& state, std::set<std::string>& renewed,
            bool force) {
    const bool written = !step.output.empty() && isThere(job.folder / step.output);
    const StepRecord* known = state.find(step.definition);
    bool stale = false;
    for (const std::string& input : step.inputs)
        for (const std::string& output : renewed)
            stale = stale || covers(job.folder / output, job.folder / input);
    Fate fate = Fate::Run;
    if (known != nullptr && known->done) {
        const bool same = !stale && known->inputs == inputsFingerprint(job.folder, step.inputs);
        if (same && (written || step.output.empty())) return Fate::Skip;
        fate = written ? Fate::Again : Fate::Run;
    } else if (known != nullptr && written) {
        fate = step.resumes ? Fate::Resume : Fate::Again;
    } else if (written && !force && !step.overwrites && !step.continues) {
        throw Error(ErrorCode::Exists,
                    step.where + ".output: " + step.output + " exists already, and not from this step",
                    "choose another name, or overwrite it with --force");
    } else if (written && !step.continues) {
        fate = Fate::Again;
    }
    if (!step.output.empty()) renewed.insert(step.output);
    return fate;
}

std::vector<Fate> fatesOf(const Job& job, const JobState& state, bool force) {
    std::vector<Fate> fates;
    std::set<std::string> renewed;
    fates.reserve(job.steps.size());
    for (const JobStep& step : job.steps) fates.push_back(fateOf(step, job, state, renewed, force));
    return fates;
}

std::string typed(const JobStep& step) {
    std::string text = std::string("secateur ") + step.command->name;
    for (const std::string& argument : step.arguments) text += " " + argument;
    return text;
}

// The step's own arguments, and what its fate adds to them.
std::vector<std::string> argumentsOf(const JobStep& step, Fate fate) {
    std::vector<std::string> arguments = step.arguments;
    if (fate == Fate::Again && !step.overwrites) arguments.emplace_back("--force");
    if (fate == Fate::Resume && !step.continues) arguments.emplace_back("--resume");
    return arguments;
}

Json carryOut(const JobStep& step, Fate fate, Console& console) {
    try {
        ParsedCommand command(*step.command, argumentsOf(step, fate));
        Console captured = console.capturing();
        command.run(captured);
        return Json::parse(captured.captured());
    } catch (const CLI::ParseError& problem) {
        throw Error(ErrorCode::InvalidArgument, step.where + ": " + problem.what());
    } catch (const Error& problem) {
        throw Error(problem.code(), step.where + " (" + step.name + "): " + problem.what(), problem.hint());
    }
}

std::string valueText(const Json& value) {
    if (value.is_number_float()) return formatScore(value.get<double>());
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void printStep(const JobStep& step, std::size_t number, Fate fate, const StepRecord& record,
               Console& console) {
    const std::string outcome =
        fate == Fate::Skip ? "done before" : "done in " + formatScore(record.seconds) + " s";
    Facts facts;
    for (const auto& [key, value] : record.result.items())
        if (value.is_primitive() && !value.is_null()) facts.add("  " + key, valueText(value));
    console.print(std::to_string(number + 1) + " " + step.name + ": " + outcome + "\n" +
                  (record.result.is_object() ? facts.text() : "") + "\n");
}

Json jsonOf(const JobStep& step, const char* status, const StepRecord* record) {
    Json json{{"command", step.command->name}, {"name", step.name}, {"status", status}};
    if (record == nullptr) {
        json["command_line"] = typed(step);
    } else {
        json["seconds"] = record->seconds;
        json["result"] = record->result;
    }
    return json;
}

void printDryRun(const Job& job, const std::vector<Fate>& fates, Console& console) {
    Json steps = Json::array();
    std::string text;
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        steps.push_back(jsonOf(job.steps[i], word(fates[i]), nullptr));
        text += std::to_string(i + 1) + " " + word(fates[i]) + ": " + typed(job.steps[i]) + "\n";
    }
    if (console.json()) return console.printJson({{"dry_run", true}, {"steps", steps}});
    console.print(text);
}

StepRecord runStep(const Job& job, const JobStep& step, Fate fate, JobState& state, Console& console) {
    StepRecord record;
    record.inputs = inputsFingerprint(job.folder, step.inputs);
    state.record(step.definition, step.command->name, record);
    const auto start = std::chrono::steady_clock::now();
    record.result = carryOut(step, fate, console);
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    record.done = true;
    state.record(step.definition, step.command->name, record);
    return record;
}

void runAll(const Job& job, const std::vector<Fate>& fates, JobState& state, const fs::path& stateFile,
            Console& console) {
    Json steps = Json::array();
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
        const JobStep& step = job.steps[i];
        console.job().checkStop();
        console.note("step " + std::to_string(i + 1) + " of " + std::to_string(job.steps.size()) + ", " +
                     step.name + ": " + word(fates[i]));
        const StepRecord record = fates[i] == Fate::Skip ? *state.find(step.definition)
                                                         : runStep(job, step, fates[i], state, console);
        steps.push_back(jsonOf(step, fates[i] == Fate::Skip ? "skipped" : "done", &record));
        if (!console.json()) printStep(step, i, fates[i], record, console);
    }
    if (console.json()) console.printJson({{"state", stateFile.string()}, {"steps", steps}});
}

// Shared options typed after `run` hold for every step, but for those about the streams and the job itself.
std::map<std::string, nlohmann::json> overridesOf(const CLI::App& app) {
    static const std::set<std::string> kOwn{"force", "quiet", "json", "help"};
    std::map<std::string, nlohmann::json> overrides;
    CLI::App steps;
    SharedOptions ofSteps;
    addShared(steps, ofSteps, {});
    for (const CLI::Option* option : steps.get_options()) {
        const std::string name = option->get_lnames().front();
        if (kOwn.contains(name)) continue;
        const CLI::Option* given = app.get_option("--" + name);
        if (given->count() == 0) continue;
        overrides[name] = isSwitch(*option) ? nlohmann::json(true) : nlohmann::json(given->results().back());
    }
    return overrides;
}

void run(const RunOptions& options, const SharedOptions& shared, const CLI::App& app, Console& console) {
    const fs::path file = fs::absolute(options.job);
    const Job job = readJob(options.job, overridesOf(app));
    const JobLock lock(file);
    const fs::path stateFile = JobState::fileOf(file);
    std::error_code ignored;
    if (options.restart && !options.dryRun) fs::remove(stateFile, ignored);
    JobState state(options.restart ? fs::path() : stateFile);
    const std::vector<Fate> fates = fatesOf(job, state, shared.force);
    if (options.dryRun) return printDryRun(job, fates, console);
    if (options.restart) state = JobState(stateFile);
    // Steps say their paths relative to the job, and so do the files that they write.
    if (std::error_code problem; fs::current_path(job.folder, problem), problem)
        throw Error(ErrorCode::NotFound, job.folder.string() + ": " + problem.message());
    runAll(job, fates, state, stateFile, console);
}

}  // namespace

Action declareRun(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<RunOptions>();
    app.add_option("JOB", options->job, "Job file: {\"steps\": [{\"command\": \"measure\", ...}, ...]}")
        ->required()
        ->type_name("");
    app.add_flag("--dry-run", options->dryRun, "Check the job and say what would be run");
    app.add_flag("--restart", options->restart, "Forget what was done before");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer(
        "Steps that were done before and whose inputs are the same are skipped; a heal that was interrupted "
        "goes on.\nPaths in the job are relative to its folder. Options given here hold for every step.");
    return [&app, &shared, options](Console& console) { run(*options, shared, app, console); };
}

}  // namespace secateur::cli
