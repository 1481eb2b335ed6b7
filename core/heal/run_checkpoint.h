// SPDX-License-Identifier: GPL-3.0-or-later
//
// One checkpoint of a healing run: the network so far as a checkpoint that other tools load, and beside it
// what going on needs. Internal to heal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include <nlohmann/json.hpp>

#include "core/heal/trainer.h"
#include "core/storage/checkpoint.h"

namespace secateur {

// A perplexity of the held-out windows, and its standard error over them: none for one window.
struct HeldOutResult {
    double perplexity = 0.0;
    std::optional<double> standardError;
};

struct TrainingState {
    std::int64_t step = 0;
    double seconds = 0.0;
    std::optional<double> lastLoss;  // of the batch of `step`
    std::optional<HeldOutResult> before;
    std::optional<HeldOutResult> dense;
    std::optional<HeldOutResult> last;  // the latest that was measured
    std::optional<HeldOutResult> best;
    std::int64_t bestStep = 0;
    int worseEvaluations = 0;         // in a row, since the best
    nlohmann::ordered_json identity;  // see identityOf()
};

inline constexpr const char* kOptimizerFile = "optimizer.safetensors";
inline constexpr const char* kStateFile = "trainer_state.json";

// The network in the layout and dtypes of `source`, into a new folder.
void writeNetwork(const Checkpoint& source, const TrainableNetwork& network,
                  const std::filesystem::path& folder);
// As PEFT reads it: adapter_config.json and adapter_model.safetensors. `base` is the folder of the checkpoint
// that the adapter belongs to; AutoPeftModel loads it from there.
void writeAdapter(const TrainableNetwork& network, const HealOptions& options,
                  const std::filesystem::path& base, const std::filesystem::path& folder);

void writeTrainer(const TrainableNetwork& network, const Trainer& trainer, const TrainingState& state,
                  const std::filesystem::path& folder);
// Throw Corrupt or NotFound naming file and place.
[[nodiscard]] TrainingState readState(const std::filesystem::path& folder);
void readTrainer(const std::filesystem::path& folder, TrainableNetwork& network, Trainer& trainer);

// Moments that the uncut network has filled so far, and the run they are for.
void writeFill(const Moments& moments, const nlohmann::ordered_json& identity,
               const std::filesystem::path& folder);
struct ReadFill {
    Moments moments;
    nlohmann::ordered_json identity;
};
// Throws Corrupt or NotFound naming file and place.
[[nodiscard]] ReadFill readFill(const std::filesystem::path& folder);

}  // namespace secateur
