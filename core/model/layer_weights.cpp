// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layer_weights.h"

#include <algorithm>
#include <array>

#include "core/storage/checkpoint.h"

namespace secateur {

namespace {

using Kind = LayerTensor::Kind;
using W = LayerWeights;

bool attends(const NetworkConfig&, const LayerConfig& layer) {
    return layer.heads > 0;
}
bool attendsWithBias(const NetworkConfig&, const LayerConfig& layer) {
    return layer.heads > 0 && layer.qkvBias;
}
bool normsHeads(const NetworkConfig& network, const LayerConfig& layer) {
    return layer.heads > 0 && network.qkNorm;
}
bool hasMlp(const NetworkConfig&, const LayerConfig& layer) {
    return layer.intermediateSize > 0;
}
bool hasMlpBias(const NetworkConfig&, const LayerConfig& layer) {
    return layer.intermediateSize > 0 && layer.gateUpBias;
}
// Output biases stay when a sublayer has lost all its units.
bool hasOutputBias(const NetworkConfig&, const LayerConfig& layer) {
    return layer.oBias;
}
bool hasDownBias(const NetworkConfig&, const LayerConfig& layer) {
    return layer.downBias;
}

constexpr std::array<LayerTensor, 18> kTensors{
    {{Sublayers::Attention, "input_layernorm", Kind::Norm, &W::inputNorm, nullptr, attends},
     {Sublayers::Attention, "self_attn.q_proj", Kind::Weight, nullptr, &W::q, attends},
     {Sublayers::Attention, "self_attn.k_proj", Kind::Weight, nullptr, &W::k, attends},
     {Sublayers::Attention, "self_attn.v_proj", Kind::Weight, nullptr, &W::v, attends},
     {Sublayers::Attention, "self_attn.o_proj", Kind::Weight, nullptr, &W::o, attends},
     {Sublayers::Attention, "self_attn.q_proj", Kind::Bias, nullptr, &W::q, attendsWithBias},
     {Sublayers::Attention, "self_attn.k_proj", Kind::Bias, nullptr, &W::k, attendsWithBias},
     {Sublayers::Attention, "self_attn.v_proj", Kind::Bias, nullptr, &W::v, attendsWithBias},
     {Sublayers::Attention, "self_attn.q_norm", Kind::Norm, &W::qNorm, nullptr, normsHeads},
     {Sublayers::Attention, "self_attn.k_norm", Kind::Norm, &W::kNorm, nullptr, normsHeads},
     {Sublayers::Attention, "self_attn.o_proj", Kind::Bias, nullptr, &W::o, hasOutputBias},
     {Sublayers::Mlp, "post_attention_layernorm", Kind::Norm, &W::mlpNorm, nullptr, hasMlp},
     {Sublayers::Mlp, "mlp.gate_proj", Kind::Weight, nullptr, &W::gate, hasMlp},
     {Sublayers::Mlp, "mlp.up_proj", Kind::Weight, nullptr, &W::up, hasMlp},
     {Sublayers::Mlp, "mlp.down_proj", Kind::Weight, nullptr, &W::down, hasMlp},
     {Sublayers::Mlp, "mlp.gate_proj", Kind::Bias, nullptr, &W::gate, hasMlpBias},
     {Sublayers::Mlp, "mlp.up_proj", Kind::Bias, nullptr, &W::up, hasMlpBias},
     {Sublayers::Mlp, "mlp.down_proj", Kind::Bias, nullptr, &W::down, hasDownBias}}};

constexpr std::array<Linear LayerWeights::*, kLinears> kLinearMembers{&W::q,    &W::k,  &W::v,   &W::o,
                                                                      &W::gate, &W::up, &W::down};

LinearName linearOf(Linear LayerWeights::*member) {
    return kAllLinears[static_cast<std::size_t>(std::ranges::find(kLinearMembers, member) -
                                                kLinearMembers.begin())];
}

}  // namespace

Linear& LayerWeights::linear(LinearName name) {
    return this->*kLinearMembers[static_cast<std::size_t>(name)];
}

const Linear& LayerWeights::linear(LinearName name) const {
    return this->*kLinearMembers[static_cast<std::size_t>(name)];
}

std::string LayerTensor::nameIn(int position) const {
    return kind == Kind::Bias ? biasName(position, module) : weightName(position, module);
}

std::vector<std::string> LayerTensor::storedNames(int position, const LayerConfig& layer) const {
    if (kind != Kind::Weight || layer.rank(linearOf(linear)) == 0) return {nameIn(position)};
    return {weightName(position, factorModule(module, 0)), weightName(position, factorModule(module, 1))};
}

at::Tensor& LayerTensor::in(LayerWeights& layer) const {
    if (kind == Kind::Norm) return layer.*norm;
    return kind == Kind::Weight ? (layer.*linear).weight : (layer.*linear).bias;
}

const at::Tensor& LayerTensor::in(const LayerWeights& layer) const {
    return in(const_cast<LayerWeights&>(layer));
}

std::span<const LayerTensor> layerTensors() {
    return kTensors;
}

}  // namespace secateur
