// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/step_sources.h"

#include "core/data/linear_form.h"
#include "core/model/checks.h"

namespace secateur {

std::string linearText(int originalLayer, LinearName linear) {
    return "layer " + std::to_string(originalLayer) + ", " + name(linear);
}

std::string keyOf(const RecipeStep& step, const OptionValues& options) {
    std::string key = step.kind + " " + step.method;
    for (const auto& [option, value] : options.entries()) key += " " + option + "=" + formatOption(value);
    key += " linears=";
    for (const LinearName linear : step.linears) key += std::string(name(linear)) + ",";
    return key;
}

namespace {

// What the method makes of one matrix.
Compressed compressed(const at::Tensor& before, LinearName name, const std::string& where,
                      const InputStatistics* inputs, const RecipeMethod& method, const OptionValues& options,
                      const std::function<void(const std::string&)>& warn) {
    LinearTask task;
    task.linear = name;
    task.where = where;
    task.weight = before.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true).contiguous();
    task.inputs = inputs;
    task.warn = warn;
    if (method.checkShape) method.checkShape(options, name, before.size(0), before.size(1), where);
    Compressed result = method.compress(task, options);
    if (!result.body) requireFinite(result.weight, where + ": what " + method.info.name + " makes of it");
    return result;
}

// The statistics of A x from those of x: sum (A x)(A x)^T = A (sum x x^T) A^T.
InputStatistics behind(const at::Tensor& a, const InputStatistics& inputs) {
    const at::Tensor matrix = a.to(inputs.gram.device(), at::kDouble);
    InputStatistics after = inputs;
    after.gram = at::mm(at::mm(matrix, inputs.gram.to(at::kDouble)), matrix.t());
    after.norm2 = after.gram.diagonal().div(static_cast<double>(inputs.windows)).to(at::kFloat);
    after.mean = at::mv(matrix, inputs.mean.to(at::kDouble)).to(at::kFloat);
    return after;
}

// One linear after the other, each on what the changed ones before it give.
std::vector<at::Tensor> compressedFactors(const LinearBody& body, LinearName name, const std::string& where,
                                          const InputStatistics* inputs, const RecipeMethod& method,
                                          const OptionValues& options,
                                          const std::function<void(const std::string&)>& warn) {
    std::vector<at::Tensor> made;
    InputStatistics seen;
    for (const BodyTensor& part : body.tensors()) {
        if (!made.empty() && inputs) {
            seen = behind(made.back(), *inputs);
            inputs = &seen;
        }
        made.push_back(compressed(part.tensor, name, where + "." + part.part, inputs, method, options, warn)
                           .weight.to(part.tensor.scalar_type()));
    }
    return made;
}

}  // namespace

bool keepsFactors(const RecipeMethod& method, const Linear& linear) {
    return method.info.kind == "quantize" && linear.body && !linear.body->factors().empty();
}

void compressLinear(Linear& linear, LinearName name, const std::string& where, const InputStatistics* inputs,
                    const RecipeMethod& method, const OptionValues& options,
                    const std::function<void(const std::string&)>& warn) {
    if (!linear.defined()) return;
    if (keepsFactors(method, linear)) {
        linear.body =
            linear.body->with(compressedFactors(*linear.body, name, where, inputs, method, options, warn));
        return;
    }
    const at::Tensor before = linear.dense();
    const at::ScalarType dtype = before.scalar_type();
    const Compressed result = compressed(before, name, where, inputs, method, options, warn);
    if (result.body) {
        std::vector<at::Tensor> tensors;
        for (const BodyTensor& part : result.body->tensors()) tensors.push_back(part.tensor.to(dtype));
        linear.body = result.body->with(std::move(tensors));
        linear.weight = at::Tensor();
        return;
    }
    linear.weight = result.weight.to(dtype);
    linear.body.reset();
}

RecipeSource::RecipeSource(std::shared_ptr<LayerSource> inner, NetworkConfig config, RecipeStep step,
                           std::vector<OptionValues> options, const RecipeMethod& method,
                           std::shared_ptr<WorkMemory> memory)
    : DerivedSource(std::move(inner)),
      config_(std::move(config)),
      step_(std::move(step)),
      options_(std::move(options)),
      method_(method),
      memory_(std::move(memory)),
      made_(config_.layers.size()) {}

LayerWeights RecipeSource::layer(int position) {
    auto& made = made_[static_cast<std::size_t>(position)];
    if (made) return *made;
    const int number = config().layers[static_cast<std::size_t>(position)].originalLayer;
    const LayerWeights before = inner().layer(position);
    if (!selects(step_, number)) return before;
    LayerWeights layer = before;
    for (const LinearName linear : kAllLinears)
        if (selects(step_, number, linear))
            compressLinear(layer.linear(linear), linear, linearText(number, linear), nullptr, method_,
                           options_[static_cast<std::size_t>(position)], {});
    made = std::make_unique<LayerWeights>(memory_->keep(std::move(layer), before));
    return *made;
}

std::string RecipeSource::key(int position) const {
    const int number = config().layers[static_cast<std::size_t>(position)].originalLayer;
    if (!selects(step_, number)) return inner().key(position);
    return inner().key(position) + " | " + keyOf(step_, options_[static_cast<std::size_t>(position)]);
}

StoredSource::StoredSource(std::shared_ptr<LayerSource> inner, NetworkConfig config,
                           std::vector<LayerWeights> layers, std::vector<std::string> keys)
    : DerivedSource(std::move(inner)),
      config_(std::move(config)),
      layers_(std::move(layers)),
      keys_(std::move(keys)) {}

}  // namespace secateur
