// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/trainable_network.h"

#include <array>
#include <cmath>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

namespace secateur {

namespace {

struct Member {
    const char* module;
    bool bias;
    at::Tensor LayerWeights::*tensor;
};
constexpr std::array<Member, 18> kMembers{{{"input_layernorm", false, &LayerWeights::inputNorm},
                                           {"self_attn.q_proj", false, &LayerWeights::q},
                                           {"self_attn.k_proj", false, &LayerWeights::k},
                                           {"self_attn.v_proj", false, &LayerWeights::v},
                                           {"self_attn.o_proj", false, &LayerWeights::o},
                                           {"self_attn.q_proj", true, &LayerWeights::qBias},
                                           {"self_attn.k_proj", true, &LayerWeights::kBias},
                                           {"self_attn.v_proj", true, &LayerWeights::vBias},
                                           {"self_attn.o_proj", true, &LayerWeights::oBias},
                                           {"self_attn.q_norm", false, &LayerWeights::qNorm},
                                           {"self_attn.k_norm", false, &LayerWeights::kNorm},
                                           {"post_attention_layernorm", false, &LayerWeights::mlpNorm},
                                           {"mlp.gate_proj", false, &LayerWeights::gate},
                                           {"mlp.up_proj", false, &LayerWeights::up},
                                           {"mlp.down_proj", false, &LayerWeights::down},
                                           {"mlp.gate_proj", true, &LayerWeights::gateBias},
                                           {"mlp.up_proj", true, &LayerWeights::upBias},
                                           {"mlp.down_proj", true, &LayerWeights::downBias}}};

struct Adapted {
    const char* module;
    at::Tensor LayerWeights::*weight;
    std::optional<Adapter> LayerAdapters::*adapter;
};
constexpr std::array<Adapted, 7> kAdapted{{{"self_attn.q_proj", &LayerWeights::q, &LayerAdapters::q},
                                           {"self_attn.k_proj", &LayerWeights::k, &LayerAdapters::k},
                                           {"self_attn.v_proj", &LayerWeights::v, &LayerAdapters::v},
                                           {"self_attn.o_proj", &LayerWeights::o, &LayerAdapters::o},
                                           {"mlp.gate_proj", &LayerWeights::gate, &LayerAdapters::gate},
                                           {"mlp.up_proj", &LayerWeights::up, &LayerAdapters::up},
                                           {"mlp.down_proj", &LayerWeights::down, &LayerAdapters::down}}};

constexpr double kInitialDeviation = 0.02;

ComputePlace masterPlace(const ComputePlace& place) {
    return {place.device, at::kFloat, at::kFloat};
}

at::Generator generatorOf(const at::Device& device, std::uint64_t seed) {
    at::Generator generator = at::globalContext().defaultGenerator(device).clone();
    generator.set_current_seed(seed);
    return generator;
}

bool endsWith(const std::string& text, const std::string& end) {
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

// A layer whose inner activations are computed again when its gradients are asked for.
class RecomputedLayer : public torch::autograd::Function<RecomputedLayer> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& hidden,
                              const TrainableNetwork* network, std::int64_t position) {
        context->save_for_backward({hidden});
        context->saved_data["network"] = reinterpret_cast<std::int64_t>(network);
        context->saved_data["position"] = position;
        return network->runOne(static_cast<int>(position), hidden.clone());
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients) {
        const auto* network =
            reinterpret_cast<const TrainableNetwork*>(context->saved_data["network"].toInt());
        const c10::AutoGradMode recording(true);
        const at::Tensor input = context->get_saved_variables()[0].detach().requires_grad_(true);
        const at::Tensor output =
            network->runOne(static_cast<int>(context->saved_data["position"].toInt()), input);
        torch::autograd::backward({output}, {gradients[0]});
        return {input.grad(), at::Tensor(), at::Tensor()};
    }
};

TrainableNetwork::TrainableNetwork(std::shared_ptr<const Checkpoint> checkpoint, const ComputePlace& place,
                                   const HealOptions& options, int seqLen)
    : checkpoint_(std::move(checkpoint)),
      place_(masterPlace(place)),
      source_(checkpoint_, place_),
      pass_(makePassContext(source_.config(), place_, seqLen)),
      recompute_(options.recompute) {
    const c10::NoGradGuard quiet;
    const auto own = [this](const std::string& name, const at::Tensor& loaded) {
        at::Tensor copy = loaded.to(place_.device, at::kFloat).clone(at::MemoryFormat::Contiguous);
        checkpoint_->release(name);
        return copy;
    };
    embedding_ = own(kEmbeddingName, source_.embedding());
    named_[kEmbeddingName] = embedding_;
    for (int position = 0; position < config().layerCount(); ++position) {
        LayerWeights layer = source_.layer(position);
        for (const Member& member : kMembers) {
            if (!(layer.*member.tensor).defined()) continue;
            const std::string name =
                member.bias ? biasName(position, member.module) : weightName(position, member.module);
            layer.*member.tensor = own(name, layer.*member.tensor);
            named_[name] = layer.*member.tensor;
        }
        layers_.push_back(std::move(layer));
    }
    finalNorm_ = own(kFinalNormName, source_.finalNorm());
    named_[kFinalNormName] = finalNorm_;
    if (!config().tiedEmbeddings) {
        head_ = own(kOutputHeadName, source_.outputHead());
        named_[kOutputHeadName] = head_;
    }
    if (options.method == HealMethod::Scratch) randomise(options.seed);
    if (options.method == HealMethod::Lora) {
        addAdapters(options);
    } else {
        for (auto& [name, value] : named_) learn(name, value);
    }
}

void TrainableNetwork::learn(const std::string& name, at::Tensor& value) {
    value.requires_grad_(true);
    parameters_.push_back({name, value, value.dim() == 2});
}

void TrainableNetwork::randomise(std::uint64_t seed) {
    const at::Generator generator = generatorOf(place_.device, seed);
    const double outward = kInitialDeviation / std::sqrt(2.0 * std::max(config().layerCount(), 1));
    for (auto& [name, value] : named_) {
        const bool norm = value.dim() == 1 && endsWith(name, "norm.weight");
        if (value.dim() == 1) {
            value.fill_(norm ? 1.0 : 0.0);
        } else {
            const bool output = endsWith(name, "o_proj.weight") || endsWith(name, "down_proj.weight");
            value.normal_(0.0, output ? outward : kInitialDeviation, generator);
        }
    }
}

// A: Kaiming-uniform, B: zeros, so that training starts at the network itself.
void TrainableNetwork::addAdapters(const HealOptions& options) {
    const at::Generator generator = generatorOf(place_.device, options.seed);
    const double scale =
        options.alpha / (options.rankStabilised ? std::sqrt(options.rank) : double(options.rank));
    for (int position = 0; position < config().layerCount(); ++position) {
        LayerWeights& layer = layers_[static_cast<std::size_t>(position)];
        auto adapters = std::make_shared<LayerAdapters>();
        for (const Adapted& target : kAdapted) {
            const at::Tensor& weight = layer.*target.weight;
            if (!weight.defined() || weight.numel() == 0) continue;
            const double bound = 1.0 / std::sqrt(static_cast<double>(weight.size(1)));
            Adapter adapter{at::empty({options.rank, weight.size(1)}, weight.options())
                                .uniform_(-bound, bound, generator),
                            at::zeros({weight.size(0), options.rank}, weight.options()), scale,
                            options.dropout};
            const std::string name = weightName(position, target.module);
            const std::string stem = name.substr(0, name.size() - std::string("weight").size());
            learn(stem + "lora_A.weight", adapter.a);
            learn(stem + "lora_B.weight", adapter.b);
            (*adapters).*target.adapter = adapter;
            adapterOf_[name] = &*((*adapters).*target.adapter);
        }
        layer.adapters = adapters;
    }
}

at::Tensor TrainableNetwork::runOne(int position, const at::Tensor& hidden) const {
    at::Tensor stream = hidden;
    runLayer(pass_, position, layers_[static_cast<std::size_t>(position)], nullptr, stream);
    return stream;
}

at::Tensor TrainableNetwork::stream(const at::Tensor& ids) const {
    at::Tensor hidden = at::embedding(embedding_, ids);
    const bool recording = c10::GradMode::is_enabled();
    // A graph begins at the first layer even when the embedding does not learn.
    if (recording && recompute_ && !hidden.requires_grad()) hidden.requires_grad_(true);
    for (int position = 0; position < config().layerCount(); ++position)
        hidden = recording && recompute_ ? RecomputedLayer::apply(hidden, this, std::int64_t{position})
                                         : runOne(position, hidden);
    return rmsNorm(hidden, finalNorm_, config().normEps, at::kFloat);
}

at::Tensor TrainableNetwork::head() const {
    return head_.defined() ? head_ : embedding_;
}

double TrainableNetwork::meanLoss(const at::Tensor& ids) const {
    const c10::NoGradGuard quiet;
    const std::int64_t scored = ids.size(1) - 1;
    const at::Tensor x = stream(ids).narrow(1, 0, scored);
    double sum = 0.0;
    for (std::int64_t window = 0; window < ids.size(0); ++window) {
        const at::Tensor logits = at::linear(x[window], head());
        sum += at::cross_entropy_loss(logits, ids[window].narrow(0, 1, scored)).item<double>();
    }
    return sum / static_cast<double>(ids.size(0));
}

int TrainableNetwork::firstNotFinite(const at::Tensor& ids) const {
    const c10::NoGradGuard quiet;
    at::Tensor hidden = at::embedding(embedding_, ids);
    for (int position = 0; position < config().layerCount(); ++position) {
        hidden = runOne(position, hidden);
        if (!at::isfinite(hidden).all().item<bool>()) return position;
    }
    return -1;
}

at::Tensor TrainableNetwork::merged(const std::string& name) const {
    const c10::NoGradGuard quiet;
    const at::Tensor& value = named_.at(name);
    const auto found = adapterOf_.find(name);
    if (found == adapterOf_.end()) return value.detach();
    return value + found->second->scale * at::mm(found->second->b, found->second->a);
}

}  // namespace secateur
