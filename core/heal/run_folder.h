// SPDX-License-Identifier: GPL-3.0-or-later
//
// The folder of a healing run: checkpoint-<step>/ with everything that going on needs, the curves in three
// forms, run.json, and in the end the healed checkpoint itself. Each part appears by rename, so that a run
// that is killed leaves complete parts only. One process at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/base/job_context.h"
#include "core/data/run_record.h"
#include "core/heal/run_checkpoint.h"
#include "core/heal/trainer.h"
#include "core/storage/event_file.h"
#include "core/storage/run_store.h"

namespace secateur {

class RunFolder {
public:
    // Throws Exists when another process writes there, and when the folder holds anything and neither
    // `overwrite` nor `resume` is set.
    RunFolder(const std::filesystem::path& folder, bool overwrite, bool resume);

    void save(const Checkpoint& source, const TrainableNetwork& network, const Trainer& trainer,
              const TrainingState& state);
    // The newest complete checkpoint: fills network and trainer and cuts the curves back to its step. A
    // damaged one is warned of and the one before it is taken. None when there is none; throws
    // InvalidArgument when it belongs to another run (requireSameRun()).
    [[nodiscard]] std::optional<TrainingState> load(TrainableNetwork& network, Trainer& trainer,
                                                    const nlohmann::ordered_json& identity,
                                                    JobContext& context);
    // The weights of a checkpoint that was saved before.
    void restore(std::int64_t step, TrainableNetwork& network, Trainer& trainer) const;
    void remove(std::int64_t step) const;
    // All but the `count` newest checkpoints and that of `best` go; 0: none does.
    void thin(int count, std::int64_t best) const;

    // Moments of steps before the cut (optimizer_fill.h); they go when a checkpoint has them. None when there
    // are none, or none that can be read, which is warned of; throws InvalidArgument when they belong to
    // another run.
    void saveFill(const Moments& moments, const nlohmann::ordered_json& identity) const;
    [[nodiscard]] std::optional<Moments> loadFill(const nlohmann::ordered_json& identity,
                                                  JobContext& context) const;

    void append(const HealPoint& point);
    void write(const RunRecord& record);
    // The healed checkpoint, in the folder itself: that of the checkpoint of `step`, whose weights `network`
    // holds. `source`: what was healed; `card`: its README.md.
    void finish(std::int64_t step, const Checkpoint& source, const TrainableNetwork& network,
                const HealOptions& options, const std::string& card);
    // The last line of the curves; none when there is none, or none that can be read.
    [[nodiscard]] std::optional<HealPoint> lastPoint() const;

private:
    void clear();
    [[nodiscard]] std::filesystem::path checkpointFolder(std::int64_t step) const;

    std::filesystem::path folder_;
    RunLock lock_;
    std::optional<EventFile> events_;
};

}  // namespace secateur
