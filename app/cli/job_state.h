// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is known of a job's steps from earlier runs: a file beside the job that a run leaves behind, so that
// the next one goes on where it was.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "app/cli/console.h"

namespace secateur::cli {

struct StepRecord {
    bool done = false;     // else begun
    std::string inputs{};  // fingerprint of what it read
    double seconds = 0.0;
    Json result{};  // what the command prints with --json
};

class JobState {
public:
    // FILE.json -> FILE.state.json
    [[nodiscard]] static std::filesystem::path fileOf(const std::filesystem::path& job);
    // Empty when there is no such file. Throws Corrupt for one that is damaged.
    explicit JobState(std::filesystem::path file);

    // Null when nothing is known. `definition` as in JobStep.
    [[nodiscard]] const StepRecord* find(const std::string& definition) const;
    // Remembers and writes the file. Throws OutOfDisk.
    void record(const std::string& definition, const std::string& command, StepRecord record);

private:
    struct Entry {
        std::string command{};
        StepRecord record{};
    };
    std::filesystem::path file_;
    std::vector<std::string> order_{};  // hashes of definitions, oldest first
    std::map<std::string, Entry> entries_{};
};

// Names, sizes and times of change of files, and of the files inside of folders: cheap, and another one when
// anything was written again. Paths are relative to `folder`.
[[nodiscard]] std::string inputsFingerprint(const std::filesystem::path& folder,
                                            const std::vector<std::string>& inputs);

}  // namespace secateur::cli
