// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the raw residual stream changes: per layer (block influence, ShortGPT 2403.03853; relative update), and
// between all pairs of layer inputs (angular distance, Gromov et al. 2403.17887). float32 throughout, token 0
// included.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "core/data/analysis.h"
#include "core/model/work_memory.h"

namespace secateur {

// Means over tokens of one layer's change.
struct LayerChange {
    double cosine = 0.0;
    double relativeUpdate = 0.0;
    double norm = 0.0;
};
// Windows in any batches.
class ChangeAccumulator {
public:
    // before, after: [windows, seq, D]. A zero vector counts as cosine 0.
    void add(const at::Tensor& before, const at::Tensor& after);
    [[nodiscard]] LayerChange finish() const;

private:
    std::vector<at::Tensor> dot_, before2_, after2_;  // [windows, seq] each
};
[[nodiscard]] LayerChange layerChange(const at::Tensor& before, const at::Tensor& after);

// Collects the inputs of all layers (and the output of the last) for angular distances. All tokens of as many
// leading windows as fit into `memoryBytes` are used, the last token of every window in any case.
class AngularAccumulator {
public:
    AngularAccumulator(int points, std::int64_t windows, std::int64_t seq, std::int64_t hidden,
                       std::int64_t memoryBytes, std::shared_ptr<WorkMemory> memory);
    // point 0 = input of the first layer. hidden: [windows, seq, D]
    void add(int point, const at::Tensor& hidden);
    [[nodiscard]] AngularDistances finish() const;

private:
    std::int64_t windowsKept_ = 0;
    std::vector<at::Tensor> all_;   // per point: [windowsKept * seq, D]
    std::vector<at::Tensor> last_;  // per point: [windows, D]
    std::shared_ptr<WorkMemory> memory_;
};

}  // namespace secateur
