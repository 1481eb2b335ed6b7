// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

#include "core/model/checks.h"
#include "core/model/tensors.h"

namespace secateur {

WeightSource::WeightSource(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place)
    : checkpoint_(std::move(checkpoint)), place_(place), kept_(config().layers.size()) {}

void WeightSource::keepResident(bool keep) {
    resident_ = keep;
    if (keep) return;
    for (auto& layer : kept_) layer.reset();
    keptHead_ = at::Tensor();
}

std::int64_t WeightSource::residentBytes() const {
    return checkpoint_->summary().parameters * static_cast<std::int64_t>(c10::elementSize(place_.products));
}

at::Tensor WeightSource::load(const std::string& name, at::ScalarType dtype) {
    at::Tensor stored = viewOf(checkpoint_->tensor(name));
    if (checked_.insert(name).second)
        requireFinite(stored, checkpoint_->folder().string() + ": tensor " + name);
    // Rounding to the weights dtype comes first: products may be wider than the weights.
    if (place_.weights != at::kFloat && stored.scalar_type() != place_.weights)
        stored = stored.to(place_.weights);
    const bool mapped = stored.scalar_type() == dtype && place_.device.is_cpu();
    at::Tensor converted = stored.to(place_.device, dtype);
    if (!mapped) checkpoint_->release(name);
    return converted;
}

at::Tensor WeightSource::loadIf(bool present, const std::string& name, at::ScalarType dtype) {
    return present ? load(name, dtype) : at::Tensor();
}

LayerWeights WeightSource::convert(int position) {
    const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
    const at::ScalarType dtype = place_.products;
    const bool attention = shape.heads > 0;
    const bool mlp = shape.intermediateSize > 0;
    const auto weight = [&](bool present, const char* module) {
        return loadIf(present, weightName(position, module), dtype);
    };
    const auto bias = [&](bool present, const char* module) {
        return loadIf(present, biasName(position, module), dtype);
    };
    const auto norm = [&](bool present, const char* module) {
        return loadIf(present, weightName(position, module), at::kFloat);
    };
    LayerWeights layer;
    layer.inputNorm = norm(attention, "input_layernorm");
    layer.q = weight(attention, "self_attn.q_proj");
    layer.k = weight(attention, "self_attn.k_proj");
    layer.v = weight(attention, "self_attn.v_proj");
    layer.o = weight(attention, "self_attn.o_proj");
    layer.qBias = bias(attention && shape.qkvBias, "self_attn.q_proj");
    layer.kBias = bias(attention && shape.qkvBias, "self_attn.k_proj");
    layer.vBias = bias(attention && shape.qkvBias, "self_attn.v_proj");
    layer.oBias = bias(shape.oBias, "self_attn.o_proj");
    layer.qNorm = norm(attention && config().qkNorm, "self_attn.q_norm");
    layer.kNorm = norm(attention && config().qkNorm, "self_attn.k_norm");
    layer.mlpNorm = norm(mlp, "post_attention_layernorm");
    layer.gate = weight(mlp, "mlp.gate_proj");
    layer.up = weight(mlp, "mlp.up_proj");
    layer.down = weight(mlp, "mlp.down_proj");
    layer.gateBias = bias(mlp && shape.gateUpBias, "mlp.gate_proj");
    layer.upBias = bias(mlp && shape.gateUpBias, "mlp.up_proj");
    layer.downBias = bias(shape.downBias, "mlp.down_proj");
    return layer;
}

LayerWeights WeightSource::layer(int position) {
    auto& kept = kept_[static_cast<std::size_t>(position)];
    if (kept) return *kept;
    LayerWeights converted = convert(position);
    if (resident_) kept = std::make_unique<LayerWeights>(converted);
    return converted;
}

void WeightSource::release(int position) const {
    if (resident_) return;
    for (const char* module : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj",
                               "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"}) {
        const std::string name = weightName(position, module);
        if (checkpoint_->has(name)) checkpoint_->release(name);
    }
}

at::Tensor WeightSource::embedding() {
    const at::Tensor stored = viewOf(checkpoint_->tensor(kEmbeddingName));
    if (checked_.insert(kEmbeddingName).second)
        requireFinite(stored, checkpoint_->folder().string() + ": tensor " + kEmbeddingName);
    return stored;
}

at::Tensor WeightSource::finalNorm() {
    return load(kFinalNormName, at::kFloat);
}

at::Tensor WeightSource::outputHead() {
    if (keptHead_.defined()) return keptHead_;
    at::Tensor head = load(config().tiedEmbeddings ? kEmbeddingName : kOutputHeadName, place_.products);
    if (resident_) keptHead_ = head;
    return head;
}

}  // namespace secateur
