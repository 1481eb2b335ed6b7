// SPDX-License-Identifier: GPL-3.0-or-later
//
// The folder of a healing run: checkpoint-<step>/ with everything that going on needs, metrics.jsonl and
// metrics.csv with a line a step, and in the end the healed checkpoint itself. Each part appears by rename,
// so that a run that is killed leaves complete parts only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "core/base/job_context.h"
#include "core/data/heal.h"
#include "core/heal/trainer.h"
#include "core/storage/checkpoint.h"

namespace secateur {

struct RunState {
    std::int64_t step = 0;
    double seconds = 0.0;
    std::optional<double> evalBefore;
    std::string
        identity;  // what must be the same for a run to go on: model, text, method, batch, seed, rates
};

class RunFolder {
public:
    // Throws Exists when the folder holds anything and neither `overwrite` nor `resume` is set.
    RunFolder(std::filesystem::path folder, bool overwrite, bool resume);

    void save(const Checkpoint& source, const TrainableNetwork& network, const Trainer& trainer,
              const RunState& state);
    // The newest complete checkpoint: fills network and trainer and cuts the curves back to its step. A
    // damaged one is warned of and the one before it is taken. None when there is none; throws
    // InvalidArgument when it belongs to another run.
    std::optional<RunState> load(TrainableNetwork& network, Trainer& trainer, const std::string& identity,
                                 JobContext& context);
    void append(const HealPoint& point);
    // The healed checkpoint, in the folder itself.
    void finish(const Checkpoint& source, const TrainableNetwork& network, const HealOptions& options);

private:
    std::filesystem::path folder_;
};

}  // namespace secateur
