// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainable_network.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/base/error.h"
#include "core/heal/batches.h"
#include "core/model/layer_weights.h"
#include "core/model/low_rank.h"
#include "core/model/tensors.h"
#include "core/planning/heal_forecast.h"

namespace secateur {

namespace {

constexpr double kSparseShare = 0.01;  // of exact zeros, from which on a linear counts as sparse

// "model.layers.3.self_attn.q_proj.weight", or of a factor "...q_proj.a.weight" -> "q_proj"
std::string linearIn(const std::string& name) {
    for (const LinearName linear : kAllLinears)
        if (name.find("." + std::string(secateur::name(linear)) + ".") != std::string::npos)
            return secateur::name(linear);
    return {};
}

}  // namespace

void requireFrozenLayers(const ModelSummary& model, const HealOptions& options) {
    const int layers = model.config.layerCount();
    for (const int position : options.frozenLayers)
        if (position < 0 || position >= layers)
            throw Error(ErrorCode::InvalidArgument, "layer " + std::to_string(position) +
                                                        " cannot be frozen: " + model.name +
                                                        " has layers 0 to " + std::to_string(layers - 1));
}

// A layer whose inner activations are computed again when its gradients are asked for. `learns`: what of it
// has gradients. Gives the stream and, where `split`, what attention added to it.
class RecomputedLayer : public torch::autograd::Function<RecomputedLayer> {
public:
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context,
                                                  const at::Tensor& hidden, at::TensorList learns,
                                                  const TrainableNetwork* network, std::int64_t position,
                                                  const std::optional<std::uint64_t>& draw, bool split) {
        torch::autograd::variable_list saved{hidden};
        saved.insert(saved.end(), learns.begin(), learns.end());
        context->save_for_backward(saved);
        context->saved_data["network"] = reinterpret_cast<std::int64_t>(network);
        context->saved_data["position"] = position;
        context->saved_data["split"] = split;
        if (draw) context->saved_data["draw"] = static_cast<std::int64_t>(*draw);
        at::Tensor attention;
        const at::Tensor stream =
            network->runOne(static_cast<int>(position), hidden.clone(), draw, split ? &attention : nullptr);
        if (split) return {stream, attention};
        return {stream};
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients) {
        const auto* network =
            reinterpret_cast<const TrainableNetwork*>(context->saved_data["network"].toInt());
        const auto found = context->saved_data.find("draw");
        std::optional<std::uint64_t> draw;
        if (found != context->saved_data.end()) draw = static_cast<std::uint64_t>(found->second.toInt());
        const c10::AutoGradMode recording(true);
        torch::autograd::variable_list inputs = context->get_saved_variables();
        inputs[0] = inputs[0].detach().requires_grad_(true);
        const bool split = context->saved_data["split"].toBool();
        at::Tensor attention;
        torch::autograd::variable_list outputs{
            network->runOne(static_cast<int>(context->saved_data["position"].toInt()), inputs[0], draw,
                            split ? &attention : nullptr)};
        if (split) outputs.push_back(attention);
        torch::autograd::variable_list all =
            torch::autograd::grad(outputs, inputs, gradients, /*retain_graph=*/std::nullopt,
                                  /*create_graph=*/false, /*allow_unused=*/true);
        all.resize(all.size() + 4);  // network, position, draw and split have none
        return all;
    }
};

TrainableNetwork::TrainableNetwork(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place,
                                   const HealOptions& options, int seqLen)
    : checkpoint_(std::move(checkpoint)),
      place_(place),
      source_(checkpoint_),
      pass_(makePassContext(source_.config(), place_, seqLen)),
      recompute_(options.recompute),
      lora_(options.method == HealMethod::Lora) {
    const c10::NoGradGuard quiet;
    requireFrozenLayers(checkpoint_->summary(), options);
    ownEnds();
    for (int position = 0; position < config().layerCount(); ++position) own(position, options);
    if (options.method == HealMethod::Scratch) randomise(options);
    if (!lora_ && !options.freezeEmbeddings) {
        learn(kEmbeddingName, embedding_);
        if (head_.defined()) learn(kOutputHeadName, head_);
    }
    if (!lora_) learn(kFinalNormName, finalNorm_);
    if (parameters_.empty())
        throw Error(ErrorCode::InvalidArgument, "nothing is left that learns", "freeze fewer layers");
}

void TrainableNetwork::ownEnds() {
    embedding_ = copied(kEmbeddingName, at::kFloat);
    finalNorm_ = copied(kFinalNormName, at::kFloat);
    if (!config().tiedEmbeddings) head_ = copied(kOutputHeadName, at::kFloat);
}

at::Tensor TrainableNetwork::copied(const std::string& name, at::ScalarType dtype) {
    at::Tensor copy = source_.stored(name).to(place_.device, dtype).clone(at::MemoryFormat::Contiguous);
    checkpoint_->release(name);
    return copy;
}

// Weights that multiply the same input lie one after another, so that they can do it in one product
// (recordedProducts).
void TrainableNetwork::layOut(LayerWeights& layer) {
    for (const auto& members : {std::vector{&LayerWeights::q, &LayerWeights::k, &LayerWeights::v},
                                std::vector{&LayerWeights::gate, &LayerWeights::up}}) {
        std::vector<at::Tensor> weights;
        for (const auto member : members)
            if ((layer.*member).weight.defined()) weights.push_back((layer.*member).weight);
        if (weights.size() != members.size()) continue;
        const at::Tensor whole = at::cat(weights);
        std::int64_t first = 0;
        for (const auto member : members) {
            at::Tensor& weight = (layer.*member).weight;
            weight = whole.narrow(0, first, weight.size(0));
            first += weight.size(0);
        }
    }
}

// Tensors that learn are float32; linears that do not are kept as they are multiplied.
void TrainableNetwork::own(int position, const HealOptions& options) {
    const bool learns = layerLearns(options, position);
    const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
    LayerWeights layer;
    const auto here = [&](const LayerTensor& member) { return member.present(config(), shape); };
    const auto owned = [&](const LayerTensor& member, const std::string& name) {
        const bool norm = member.kind == LayerTensor::Kind::Norm;
        return copied(name, norm || (learns && !lora_) ? at::kFloat : place_.products);
    };
    for (const LayerTensor& member : layerTensors())
        if (here(member) && member.storedNames(position, shape).size() == 1)
            member.in(layer) = owned(member, member.nameIn(position));
    layOut(layer);
    for (const LayerTensor& member : layerTensors()) {
        if (!here(member)) continue;
        const std::vector<std::string> names = member.storedNames(position, shape);
        if (member.kind != LayerTensor::Kind::Weight) {
            if (!lora_ && learns) learn(names.front(), member.in(layer));
        } else if (names.size() == 1) {
            ownLinear(names.front(), layer.*member.linear, learns, options);
        } else {
            std::array<Linear, 2> factors;
            for (std::size_t i = 0; i < names.size(); ++i) {
                factors[i].weight = owned(member, names[i]);
                ownLinear(names[i], factors[i], learns, options);
            }
            (layer.*member.linear).body = std::make_shared<LowRankBody>(factors[0], factors[1]);
        }
    }
    layers_.push_back(std::move(layer));
}

// A linear of one matrix, which lies there already.
void TrainableNetwork::ownLinear(const std::string& name, Linear& linear, bool learns,
                                 const HealOptions& options) {
    const bool mayBeSparse = options.keepZeros && learns && options.method != HealMethod::Scratch;
    const at::Tensor keep = mayBeSparse ? keptOf(linear.weight) : at::Tensor();
    if (keep.defined()) ++sparseLinears_;
    if (!learns) return;
    if (!lora_)
        learn(name, linear.weight, keep);
    else if (linear.weight.numel() > 0)
        adapt(name, linear, keep, options);
}

// 1 where the weight is not zero; undefined when too few are.
at::Tensor TrainableNetwork::keptOf(const at::Tensor& weight) {
    if (weight.numel() == 0) return {};
    const at::Tensor kept = weight.ne(0);
    const double zeros = 1.0 - kept.to(at::kFloat).mean().item<double>();
    return zeros >= kSparseShare ? kept.to(place_.products) : at::Tensor();
}

void TrainableNetwork::learn(const std::string& name, at::Tensor& value, const at::Tensor& keep) {
    value.requires_grad_(true);
    parameters_.push_back({name, value, value.dim() == 2, keep});
}

void TrainableNetwork::randomise(const HealOptions& options) {
    // Drawn on the CPU, so that a seed means the same weights on every device.
    const at::Generator generator = seededGenerator(at::kCPU, options.seed);
    const auto draw = [&](const at::Tensor& value, double spread) {
        value.copy_(at::empty(value.sizes(), at::kFloat).normal_(0.0, spread, generator));
    };
    const double deviation = options.initialDeviation;
    const double outward = deviation / std::sqrt(2.0 * std::max(config().layerCount(), 1));
    draw(embedding_, deviation);
    if (head_.defined()) draw(head_, deviation);
    finalNorm_.fill_(1.0);
    for (LayerWeights& layer : layers_) {
        for (const LayerTensor& member : layerTensors()) {
            const bool output = member.linear == &LayerWeights::o || member.linear == &LayerWeights::down;
            const double spread = output ? outward : deviation;
            if (member.kind == LayerTensor::Kind::Weight && (layer.*member.linear).body) {
                // So that their product has the deviation of a matrix.
                const std::vector<at::Tensor> factors = weightsOf(layer.*member.linear);
                const auto rank = static_cast<double>(factors.front().size(0));
                for (const at::Tensor& factor : factors) draw(factor, std::sqrt(spread / std::sqrt(rank)));
                continue;
            }
            at::Tensor& value = member.in(layer);
            if (!value.defined()) continue;
            switch (member.kind) {
                case LayerTensor::Kind::Norm:
                    value.fill_(1.0);
                    break;
                case LayerTensor::Kind::Bias:
                    value.zero_();
                    break;
                case LayerTensor::Kind::Weight:
                    draw(value, spread);
            }
        }
    }
}

// A: Kaiming-uniform, B: zeros, so that training starts at the network itself.
void TrainableNetwork::adapt(const std::string& name, Linear& linear, const at::Tensor& keep,
                             const HealOptions& options) {
    if (!linearAdapts(options, linearIn(name))) return;
    if (!generator_.defined()) generator_ = seededGenerator(at::kCPU, options.seed);
    const at::Tensor& weight = linear.weight;
    const double bound = 1.0 / std::sqrt(static_cast<double>(weight.size(1)));
    const double scale =
        options.alpha / (options.rankStabilised ? std::sqrt(options.rank) : double(options.rank));
    const auto f32 = weight.options().dtype(at::kFloat);
    Adapter adapter{at::empty({options.rank, weight.size(1)}, at::kFloat)
                        .uniform_(-bound, bound, generator_)
                        .to(weight.device()),
                    at::zeros({weight.size(0), options.rank}, f32),
                    scale,
                    options.dropout,
                    options.seed * 1'000'003u + adapterOf_.size(),
                    keep};
    const std::string stem = name.substr(0, name.size() - std::string("weight").size());
    learn(stem + "lora_A.weight", adapter.a);
    learn(stem + "lora_B.weight", adapter.b);
    linear.adapter = adapter;
    adapterOf_[name] = adapter;
}

at::Tensor TrainableNetwork::runOne(int position, const at::Tensor& hidden,
                                    const std::optional<std::uint64_t>& draw, at::Tensor* attention) const {
    PassContext pass = pass_;
    pass.draw = draw;
    const LayerWeights& layer = layers_[static_cast<std::size_t>(position)];
    at::Tensor stream = hidden;
    if (attention == nullptr) {
        runLayer(pass, position, layer, stream);
        return stream;
    }
    // What does not record works in place.
    const at::Tensor before = hidden.requires_grad() ? hidden : hidden.clone();
    runAttention(pass, position, layer, stream);
    *attention = stream - before;
    runMlp(pass, position, layer, stream);
    return stream;
}

std::vector<at::Tensor> TrainableNetwork::learningIn(int position) const {
    const LayerWeights& layer = layers_[static_cast<std::size_t>(position)];
    std::vector<at::Tensor> learning;
    const auto add = [&](const at::Tensor& value) {
        if (value.defined() && value.requires_grad()) learning.push_back(value);
    };
    const auto addAdapter = [&](const std::optional<Adapter>& adapter) {
        if (!adapter) return;
        add(adapter->a);
        add(adapter->b);
    };
    for (const LayerTensor& member : layerTensors()) {
        add(member.in(layer));
        if (member.kind != LayerTensor::Kind::Weight) continue;
        const Linear& linear = layer.*member.linear;
        addAdapter(linear.adapter);
        if (!linear.body) continue;
        for (const Linear& factor : linear.body->factors()) {
            add(factor.weight);
            addAdapter(factor.adapter);
        }
    }
    return learning;
}

at::Tensor TrainableNetwork::stream(const at::Tensor& ids, LayerOutputs* outputs,
                                    const std::optional<std::uint64_t>& draw) const {
    at::Tensor hidden = at::embedding(embedding_, ids);
    const bool recording = c10::GradMode::is_enabled();
    // A graph begins at the first layer even when the embedding does not learn.
    if (recording && recompute_ && !hidden.requires_grad()) hidden.requires_grad_(true);
    for (int position = 0; position < config().layerCount(); ++position) {
        // Without recording a layer works in place, and the outputs are to stay.
        if (!recording && outputs != nullptr) hidden = hidden.clone();
        const bool split = outputs != nullptr && outputs->wantsAttention &&
                           config().layers[static_cast<std::size_t>(position)].heads > 0;
        at::Tensor attention;
        if (recording && recompute_) {
            const std::vector<at::Tensor> learns = learningIn(position);
            const auto both = RecomputedLayer::apply(hidden, at::TensorList(learns), this,
                                                     std::int64_t{position}, draw, split);
            hidden = both[0];
            if (split) attention = both[1];
        } else {
            hidden = runOne(position, hidden, draw, split ? &attention : nullptr);
        }
        if (outputs != nullptr && outputs->wantsStreams) outputs->streams.push_back(hidden);
        if (outputs != nullptr && outputs->wantsAttention) outputs->attention.push_back(attention);
    }
    return rmsNorm(hidden, finalNorm_, config().normEps, place_.products);
}

at::Tensor TrainableNetwork::head() const {
    return head_.defined() ? head_ : embedding_;
}

at::Tensor TrainableNetwork::windowLosses(const at::Tensor& ids) const {
    const c10::NoGradGuard quiet;
    return secateur::windowLosses(stream(ids), head().to(place_.products), ids);
}

double TrainableNetwork::meanLoss(const at::Tensor& ids) const {
    return windowLosses(ids).mean().item<double>();
}

int TrainableNetwork::firstNotFinite(const at::Tensor& ids) const {
    const c10::NoGradGuard quiet;
    at::Tensor hidden = at::embedding(embedding_, ids);
    for (int position = 0; position < config().layerCount(); ++position) {
        hidden = runOne(position, hidden, {});
        if (!at::isfinite(hidden).all().item<bool>()) return position;
    }
    return -1;
}

at::Tensor TrainableNetwork::merged(const std::string& name) const {
    const c10::NoGradGuard quiet;
    for (const Parameter& parameter : parameters_)
        if (parameter.name == name) return parameter.value.detach();
    const at::Tensor stored = viewOf(checkpoint_->tensor(name));
    const auto found = adapterOf_.find(name);
    if (found == adapterOf_.end()) return stored;
    const Adapter& adapter = found->second;
    at::Tensor change = at::mm(adapter.b, adapter.a).mul_(adapter.scale);
    if (adapter.zeroMask.defined()) change.mul_(adapter.zeroMask);
    return stored.to(place_.device, at::kFloat) + change;
}

}  // namespace secateur
