// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/layer_tensors.h"

#include <array>

namespace secateur {

namespace {

using Kind = LayerTensor::Kind;
using W = LayerWeights;
using A = LayerAdapters;

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
    {{"input_layernorm", Kind::Norm, &W::inputNorm, nullptr, attends},
     {"self_attn.q_proj", Kind::Weight, &W::q, &A::q, attends},
     {"self_attn.k_proj", Kind::Weight, &W::k, &A::k, attends},
     {"self_attn.v_proj", Kind::Weight, &W::v, &A::v, attends},
     {"self_attn.o_proj", Kind::Weight, &W::o, &A::o, attends},
     {"self_attn.q_proj", Kind::Bias, &W::qBias, nullptr, attendsWithBias},
     {"self_attn.k_proj", Kind::Bias, &W::kBias, nullptr, attendsWithBias},
     {"self_attn.v_proj", Kind::Bias, &W::vBias, nullptr, attendsWithBias},
     {"self_attn.o_proj", Kind::Bias, &W::oBias, nullptr, hasOutputBias},
     {"self_attn.q_norm", Kind::Norm, &W::qNorm, nullptr, normsHeads},
     {"self_attn.k_norm", Kind::Norm, &W::kNorm, nullptr, normsHeads},
     {"post_attention_layernorm", Kind::Norm, &W::mlpNorm, nullptr, hasMlp},
     {"mlp.gate_proj", Kind::Weight, &W::gate, &A::gate, hasMlp},
     {"mlp.up_proj", Kind::Weight, &W::up, &A::up, hasMlp},
     {"mlp.down_proj", Kind::Weight, &W::down, &A::down, hasMlp},
     {"mlp.gate_proj", Kind::Bias, &W::gateBias, nullptr, hasMlpBias},
     {"mlp.up_proj", Kind::Bias, &W::upBias, nullptr, hasMlpBias},
     {"mlp.down_proj", Kind::Bias, &W::downBias, nullptr, hasDownBias}}};

}  // namespace

std::string LayerTensor::nameIn(int position) const {
    return kind == Kind::Bias ? biasName(position, module) : weightName(position, module);
}

std::span<const LayerTensor> layerTensors() {
    return kTensors;
}

}  // namespace secateur
