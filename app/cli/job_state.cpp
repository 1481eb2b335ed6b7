// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/job_state.h"

#include <algorithm>
#include <system_error>

#include "app/cli/output_file.h"
#include "core/storage/bounded_json.h"
#include "core/storage/file_io.h"
#include "core/storage/hash.h"

namespace secateur::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFormat = "secateur-job-state";
constexpr std::uint64_t kLargestState = 256u << 20;

std::string hashOf(const std::string& text) {
    Sha256 hash;
    hash.add(text);
    return hash.hex();
}

std::string stampOf(const fs::path& file) {
    std::error_code ignored;
    return file.filename().string() + " " + std::to_string(fs::file_size(file, ignored)) + " " +
           std::to_string(fs::last_write_time(file, ignored).time_since_epoch().count()) + "\n";
}

}  // namespace

fs::path JobState::fileOf(const fs::path& job) {
    fs::path file = job;
    return file.replace_extension(".state.json");
}

JobState::JobState(fs::path file) : file_(std::move(file)) {
    std::error_code ignored;
    if (!fs::exists(file_, ignored)) return;
    const nlohmann::json json = parseBoundedJson(readSmallFile(file_, kLargestState), file_.string());
    try {
        if (json.at("format") != kFormat || json.at("version") != 1)
            throw Error(ErrorCode::Unsupported, file_.string() + ": not a job state of this version",
                        "remove it to start the job again");
        for (const nlohmann::json& step : json.at("steps")) {
            StepRecord record{step.at("status") == "done", step.at("inputs").get<std::string>(),
                              step.at("seconds").get<double>(), Json::parse(step.at("result").dump())};
            const std::string hash = step.at("definition").get<std::string>();
            order_.push_back(hash);
            entries_[hash] = {step.at("command").get<std::string>(), std::move(record)};
        }
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorCode::Corrupt, file_.string() + ": " + problem.what(),
                    "remove it to start the job again");
    }
}

const StepRecord* JobState::find(const std::string& definition) const {
    const auto found = entries_.find(hashOf(definition));
    return found == entries_.end() ? nullptr : &found->second.record;
}

void JobState::record(const std::string& definition, const std::string& command, StepRecord record) {
    const std::string hash = hashOf(definition);
    if (!entries_.contains(hash)) order_.push_back(hash);
    entries_[hash] = {command, std::move(record)};
    Json steps = Json::array();
    for (const std::string& known : order_) {
        const auto& [name, kept] = entries_.at(known);
        steps.push_back({{"command", name},
                         {"status", kept.done ? "done" : "begun"},
                         {"seconds", kept.seconds},
                         {"definition", known},
                         {"inputs", kept.inputs},
                         {"result", kept.result}});
    }
    const Json json{{"format", kFormat}, {"version", 1}, {"steps", steps}};
    writeFile(file_, dump(json) + "\n", true);
}

std::string inputsFingerprint(const fs::path& folder, const std::vector<std::string>& inputs) {
    std::string text;
    std::error_code ignored;
    for (const std::string& input : inputs) {
        const fs::path path = folder / input;
        text += input + "\n";
        if (fs::is_regular_file(path, ignored)) text += stampOf(path);
        if (!fs::is_directory(path, ignored)) continue;
        std::vector<std::string> stamps;
        for (const auto& entry : fs::directory_iterator(path, ignored))
            if (entry.is_regular_file(ignored)) stamps.push_back(stampOf(entry.path()));
        std::sort(stamps.begin(), stamps.end());
        for (const std::string& stamp : stamps) text += stamp;
    }
    return hashOf(text);
}

}  // namespace secateur::cli
