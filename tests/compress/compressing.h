// SPDX-License-Identifier: GPL-3.0-or-later
//
// One linear through one method, by the method's name.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/compress/method.h"

namespace secateur {

inline OptionValues values(std::initializer_list<std::pair<const char*, OptionValue>> entries) {
    OptionValues result;
    for (const auto& [key, value] : entries) result.set(key, value);
    return result;
}

inline OptionValue pattern(const char* text) {
    return std::string(text);
}

inline at::Tensor compressed(const char* name, const at::Tensor& weight, const OptionValues& options,
                             const InputStatistics* inputs = nullptr,
                             std::vector<std::string>* warnings = nullptr) {
    const RecipeMethod* method = findRecipeMethod(name);
    LinearTask task;
    task.where = "layer 0, q_proj";
    task.weight = weight.clone();
    task.inputs = inputs;
    task.warn = [&](const std::string& text) {
        if (warnings) warnings->push_back(text);
    };
    const Compressed result = method->compress(task, options);
    return result.body ? result.body->dense() : result.weight;
}

inline std::vector<float> listed(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

inline void expectNear(const at::Tensor& tensor, const std::vector<float>& wanted, float tolerance = 1e-5F) {
    const std::vector<float> found = listed(tensor);
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(found[i], wanted[i], tolerance) << i;
}

}  // namespace secateur
