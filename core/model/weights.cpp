// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

#include "core/model/checks.h"
#include "core/model/layer_tensors.h"
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
    at::Tensor values = stored(name);
    // Rounding to the weights dtype comes first: products may be wider than the weights.
    if (place_.weights != at::kFloat && values.scalar_type() != place_.weights)
        values = values.to(place_.weights);
    const bool mapped = values.scalar_type() == dtype && place_.device.is_cpu();
    at::Tensor converted = values.to(place_.device, dtype);
    if (!mapped) checkpoint_->release(name);
    return converted;
}

LayerWeights WeightSource::convert(int position) {
    const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
    LayerWeights layer;
    for (const LayerTensor& tensor : layerTensors())
        if (tensor.present(config(), shape))
            layer.*tensor.tensor =
                load(tensor.nameIn(position),
                     tensor.kind == LayerTensor::Kind::Norm ? at::kFloat : place_.products);
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
    for (const LayerTensor& tensor : layerTensors()) {
        if (tensor.kind != LayerTensor::Kind::Weight) continue;
        const std::string name = tensor.nameIn(position);
        if (checkpoint_->has(name)) checkpoint_->release(name);
    }
}

at::Tensor WeightSource::stored(const std::string& name) {
    at::Tensor values = viewOf(checkpoint_->tensor(name));
    if (checked_.insert(name).second)
        requireFinite(values, checkpoint_->folder().string() + ": tensor " + name);
    return values;
}

at::Tensor WeightSource::embedding() {
    return stored(kEmbeddingName);
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
