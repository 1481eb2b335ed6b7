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
#include "core/model/decoder.h"
#include "core/model/recorded_ops.h"
#include "core/model/weights.h"

namespace secateur {

class TeacherCache;

class Teacher {
public:
    Teacher(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place, int seqLen);
    ~Teacher();
    Teacher(const Teacher&) = delete;
    Teacher& operator=(const Teacher&) = delete;

    [[nodiscard]] const NetworkConfig& config() const { return weights_.config(); }
    // From now on sides() keeps the `topK` most probable tokens of each window in `file` and runs a window
    // once.
    void cacheIn(const std::filesystem::path& file, const TokenWindows& windows, int topK,
                 double temperature);

    // ids: [batch, seq]; `which`: their windows' numbers, of use to the cache alone. The outputs of the
    // layers at `positions` go into `outputs` [batch, seq, D], f32; without any only what the cache lacks is
    // run.
    [[nodiscard]] TeacherSide side(const at::Tensor& ids, const std::vector<int>& which,
                                   const std::vector<int>& positions, std::vector<at::Tensor>& outputs,
                                   const HealOptions& options);
    // Mean cross-entropy of the next tokens of ids.
    [[nodiscard]] double meanLoss(const at::Tensor& ids);

    // `count` windows that begin like windows of `prompts` and go on as the teacher samples, at
    // temperature 1.
    [[nodiscard]] TokenWindows write(const TokenWindows& prompts, int count, std::uint64_t seed,
                                     JobContext& context);

private:
    // After the final norm: [batch, seq, D'].
    [[nodiscard]] at::Tensor stream(const at::Tensor& ids, const std::vector<int>& positions,
                                    std::vector<at::Tensor>& outputs);
    [[nodiscard]] at::Tensor sampleWindows(const at::Tensor& prompt, int seqLen, at::Generator generator);

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    WeightSource weights_;
    PassContext pass_;
    std::unique_ptr<TeacherCache> cache_;
};

}  // namespace secateur
