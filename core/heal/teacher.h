// SPDX-License-Identifier: GPL-3.0-or-later
//
// The uncompressed network that a student learns from; nothing of it learns. Thread rule: the compute thread
// alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <ATen/ATen.h>

#include "core/base/job_context.h"
#include "core/data/heal.h"
#include "core/data/tokens.h"
#include "core/heal/layer_outputs.h"
#include "core/model/decoder.h"
#include "core/model/recorded_ops.h"
#include "core/model/weights.h"

namespace secateur {

class TeacherCache;

class Teacher {
public:
    // `shared`: the first so many ids are those that the student knows too, and only they are taught; 0: all.
    Teacher(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place, int seqLen,
            std::int64_t shared = 0);
    ~Teacher();
    Teacher(const Teacher&) = delete;
    Teacher& operator=(const Teacher&) = delete;

    [[nodiscard]] const NetworkConfig& config() const { return weights_.config(); }
    // From now on sides() keeps the `topK` most probable tokens of each window in `file` and runs a window
    // once.
    void cacheIn(const std::filesystem::path& file, const TokenWindows& windows, int topK,
                 double temperature);

    // ids: [batch, seq]; `which`: their windows' numbers, of use to the cache alone. `outputs` gets what it
    // wants of the layers at `positions`, in that order; when it wants nothing only what the cache lacks is
    // run.
    [[nodiscard]] TeacherSide side(const at::Tensor& ids, const std::vector<int>& which,
                                   const std::vector<int>& positions, LayerOutputs& outputs,
                                   const HealOptions& options);
    // Rows [first, first + count) of the embedding table: [count, D], f32, where the network is computed.
    [[nodiscard]] at::Tensor embeddingRows(std::int64_t first, std::int64_t count);
    // Mean cross-entropy of the next tokens of each window of ids, [batch] f64.
    [[nodiscard]] at::Tensor windowLosses(const at::Tensor& ids);

    // `count` windows that begin like windows of `prompts` and go on as the teacher samples, at
    // temperature 1.
    [[nodiscard]] TokenWindows write(const TokenWindows& prompts, int count, std::uint64_t seed,
                                     JobContext& context);

private:
    // After the final norm: [batch, seq, D'].
    [[nodiscard]] at::Tensor stream(const at::Tensor& ids, const std::vector<int>& positions,
                                    LayerOutputs& outputs);
    // [shared, D'], products dtype
    [[nodiscard]] at::Tensor taughtHead();
    [[nodiscard]] at::Tensor sampleWindows(const at::Tensor& prompt, int seqLen, at::Generator generator);

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    WeightSource weights_;
    PassContext pass_;
    std::int64_t shared_;
    std::unique_ptr<TeacherCache> cache_;
};

}  // namespace secateur
