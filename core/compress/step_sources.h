// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sources that recipe steps leave: made layer by layer when the method looks at the weights alone, kept when
// it looked at what a calibration text does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/compress/method.h"
#include "core/data/network_state.h"
#include "core/data/plan.h"
#include "core/data/tokens.h"
#include "core/model/device.h"
#include "core/model/layer_source.h"
#include "core/model/work_memory.h"

namespace secateur {

// What a step that looks at activations runs, and where.
struct StepPass {
    const TokenWindows& windows;
    ComputePlace place;
    std::shared_ptr<WorkMemory> memory;  // of streams and of what the step makes
    std::string key;                     // tells this calibration from others
};

// Data-free: every layer is compressed when it is asked for, and kept.
class RecipeSource final : public DerivedSource {
public:
    // `config`: of what the step leaves. `options`: for each position.
    RecipeSource(std::shared_ptr<LayerSource> inner, NetworkConfig config, RecipeStep step,
                 std::vector<OptionValues> options, const RecipeMethod& method,
                 std::shared_ptr<WorkMemory> memory);
    [[nodiscard]] const NetworkConfig& config() const override { return config_; }
    [[nodiscard]] LayerWeights layer(int position) override;
    void release(int position) override { inner().release(position); }
    [[nodiscard]] std::string key(int position) const override;

private:
    NetworkConfig config_;
    RecipeStep step_;
    std::vector<OptionValues> options_;
    const RecipeMethod& method_;
    std::shared_ptr<WorkMemory> memory_;
    std::vector<std::unique_ptr<LayerWeights>> made_;
};

// Calibrated: the layers that a pass has made.
class StoredSource final : public DerivedSource {
public:
    // One layer for each of config.layers, in the dtype of `inner`.
    StoredSource(std::shared_ptr<LayerSource> inner, NetworkConfig config, std::vector<LayerWeights> layers,
                 std::vector<std::string> keys);
    [[nodiscard]] const NetworkConfig& config() const override { return config_; }
    [[nodiscard]] LayerWeights layer(int position) override {
        return layers_[static_cast<std::size_t>(position)];
    }
    void release(int) override {}
    [[nodiscard]] std::string key(int position) const override {
        return keys_[static_cast<std::size_t>(position)];
    }

private:
    NetworkConfig config_;
    std::vector<LayerWeights> layers_;
    std::vector<std::string> keys_;
};

// Whether the method works on each of the linears whose product this one is, which takes the Gram matrix of
// its inputs: factors are rounded as they are stored; other changes are to the matrix.
[[nodiscard]] bool keepsFactors(const RecipeMethod& method, const Linear& linear);
// Compresses one linear in the dtype that it is stored in. inputs: null for data-free methods.
void compressLinear(Linear& linear, LinearName name, const std::string& where, const InputStatistics* inputs,
                    const RecipeMethod& method, const OptionValues& options,
                    const std::function<void(const std::string&)>& warn);

// "layer 3, q_proj"
[[nodiscard]] std::string linearText(int originalLayer, LinearName linear);
// Equal for equal steps whose options are these for a layer.
[[nodiscard]] std::string keyOf(const RecipeStep& step, const OptionValues& options);

}  // namespace secateur
