// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a calibrated method takes for one linear: to watch its inputs, and to compress it. One line of JSON a
// row, for tests/bench/compare_methods.sh.
//
// usage: method_bench OUT IN TOKENS [repeats]
#include <cstdlib>
#include <iostream>

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

#include "core/compress/method.h"
#include "tests/bench/stopwatch.h"

namespace secateur {
namespace {

constexpr std::int64_t kWindow = 128;  // tokens

void print(const char* what, double best) {
    std::cout << nlohmann::json{{"what", what}, {"seconds", best}} << std::endl;
}

struct Linear {
    at::Tensor weight, inputs;  // [out, in], [windows, window, in]
    int repeats = 1;
};

InputStatistics watched(const Linear& linear, Watch watch, const char* what) {
    InputStatistics statistics;
    double best = 1e9;
    for (int i = 0; i < linear.repeats; ++i)
        best = std::min(best, seconds([&] {
                            InputAccumulator accumulator(watch);
                            for (const at::Tensor& turn : linear.inputs.split(16)) accumulator.add(turn);
                            statistics = accumulator.finish();
                        }));
    print(what, best);
    return statistics;
}

void compress(const Linear& linear, const char* name, const InputStatistics& inputs,
              const OptionValues& options, const std::string& what) {
    const RecipeMethod* method = findRecipeMethod(name);
    double best = 1e9;
    for (int i = 0; i < linear.repeats; ++i) {
        LinearTask task;
        task.where = "the linear";
        task.weight = linear.weight.clone();
        task.inputs = &inputs;
        best = std::min(best, seconds([&] { (void)method->compress(task, options); }));
    }
    print(what.c_str(), best);
}

OptionValues with(const char* key, OptionValue value, const char* other = nullptr, OptionValue second = {}) {
    OptionValues values;
    values.set(key, std::move(value));
    if (other) values.set(other, std::move(second));
    return values;
}

void run(const Linear& linear) {
    const InputStatistics norms = watched(linear, Watch::Norms, "norms");
    compress(linear, "wanda", norms, with("sparsity", 0.5), "wanda 50 %");
    compress(linear, "wanda", norms, with("pattern", std::string("2:4")), "wanda 2:4");
    const InputStatistics gram = watched(linear, Watch::Gram, "gram");
    compress(linear, "sparsegpt", gram, with("sparsity", 0.5), "sparsegpt 50 %");
    compress(linear, "sparsegpt", gram, with("pattern", std::string("2:4")), "sparsegpt 2:4");
    compress(linear, "gptq", gram, with("bits", std::int64_t{4}, "group", std::int64_t{128}), "gptq 4 bits");
}

}  // namespace
}  // namespace secateur

int main(int count, char** arguments) {
    if (count < 4) {
        std::cerr << "usage: method_bench OUT IN TOKENS [repeats]\n";
        return 2;
    }
    const c10::InferenceMode inference;
    const auto number = [&](int i) { return std::strtoll(arguments[i], nullptr, 10); };
    const std::int64_t out = number(1), in = number(2), windows = number(3) / secateur::kWindow;
    at::manual_seed(0);
    // Inputs that lie near a plane, as those of networks do: the Gram matrix is far from diagonal.
    const at::Tensor hidden = at::randn({windows * secateur::kWindow, in / 4});
    const at::Tensor inputs =
        hidden.matmul(at::randn({in / 4, in})) + at::randn({windows * secateur::kWindow, in});
    secateur::run({at::randn({out, in}) / 64, inputs.view({windows, secateur::kWindow, in}),
                   count > 4 ? static_cast<int>(number(4)) : 1});
    return 0;
}
