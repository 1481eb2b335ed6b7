// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/disk_need.h"

#include <algorithm>
#include <string>

#include "core/base/error.h"
#include "core/base/units.h"
#include "core/heal/teacher_cache.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

namespace {

constexpr std::int64_t kF32 = 4;
constexpr std::int64_t kMoments = 2;
constexpr std::int64_t kMastersAndMoments = 1 + kMoments;

std::int64_t checkpointsAhead(const HealOptions& options, std::int64_t done) {
    std::int64_t ahead = 1;
    if (options.steps > 0 && options.checkpointEvery > 0)
        ahead += std::max<std::int64_t>(
            0, (options.steps - 1) / options.checkpointEvery - done / options.checkpointEvery);
    // One more than stay: the old ones go after the new one is there.
    if (options.keepCheckpoints > 0) ahead = std::min<std::int64_t>(ahead, options.keepCheckpoints + 1);
    const bool best = options.keepBest || options.patience > 0;
    return ahead + (best ? 1 : 0);
}

std::int64_t cacheBytes(const HealInputs& inputs, std::int64_t done) {
    const HealOptions& options = inputs.options;
    if (options.method != HealMethod::Distill || options.teacherTopK == 0 || done > 0) return 0;
    const std::int64_t windows =
        options.generatedWindows > 0 ? options.generatedWindows : inputs.training->count();
    const std::int64_t most = inputs.teacher ? inputs.teacher->config().vocabSize : options.teacherTopK;
    return windows * TeacherCache::recordBytes(
                         {inputs.training->seqLen - 1, std::min<std::int64_t>(options.teacherTopK, most)});
}

std::filesystem::path existing(const std::filesystem::path& folder) {
    std::filesystem::path place = std::filesystem::absolute(folder);
    std::error_code ignored;
    while (!std::filesystem::exists(place, ignored) && place.has_relative_path()) place = place.parent_path();
    return place;
}

}  // namespace

DiskNeed diskNeed(const HealInputs& inputs, std::int64_t done) {
    const ModelSummary& model = inputs.checkpoint->summary();
    const std::int64_t learning = learningParameters(model.config, inputs.options);
    DiskNeed need;
    need.checkpointBytes = model.bytes + kMastersAndMoments * kF32 * learning;
    need.checkpoints = checkpointsAhead(inputs.options, done);
    need.otherBytes =
        cacheBytes(inputs, done) + (inputs.options.method == HealMethod::Lora ? kF32 * learning : 0);
    // What steps before the cut filled stays until the first checkpoint has it; the new one is written
    // before the old one goes.
    if (done == 0 && fillStepsOf(inputs.options) > 0)
        need.otherBytes += (inputs.options.checkpointEvery > 0 ? 2 : 1) * kMoments * kF32 * learning;
    return need;
}

void requireDisk(const HealInputs& inputs, const std::filesystem::path& folder, std::int64_t done) {
    std::error_code failed;
    const std::filesystem::space_info space = std::filesystem::space(existing(folder), failed);
    if (failed) return;  // what the system does not tell cannot be compared
    const DiskNeed need = diskNeed(inputs, done);
    const auto fits = [&](const DiskNeed& other) {
        return static_cast<std::uintmax_t>(other.total()) <= space.available;
    };
    if (fits(need)) return;
    HealInputs fewer = inputs;
    fewer.options.keepCheckpoints = 1;
    const DiskNeed least = diskNeed(fewer, done);
    const bool helps = least.total() < need.total() && fits(least);
    throw Error(ErrorCode::OutOfDisk,
                "the run writes " + std::to_string(need.checkpoints) +
                    (need.checkpoints == 1 ? " checkpoint of " : " checkpoints of ") +
                    formatBytes(need.checkpointBytes) +
                    (need.otherBytes > 0 ? " and " + formatBytes(need.otherBytes) + " beside" : "") + ", " +
                    formatBytes(need.total()) + " together; the disk of " + folder.string() + " has " +
                    formatBytes(static_cast<std::int64_t>(space.available)) + " free",
                helps ? "--keep-checkpoints 1 needs " + formatBytes(least.total())
                      : std::string("free some space, or write to another disk"));
}

}  // namespace secateur
