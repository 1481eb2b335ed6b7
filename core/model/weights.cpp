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

at::Tensor blended(const LayerShares& shares, const std::function<at::Tensor(int)>& tensorAt) {
    at::Tensor sum;
    at::ScalarType dtype = at::kFloat;
    for (const LayerShare& entry : shares) {
        const at::Tensor tensor = tensorAt(entry.position);
        if (!tensor.defined()) return {};
        if (shares.size() == 1 && entry.share == 1.0) return tensor;
        dtype = tensor.scalar_type();
        const at::Tensor part = tensor.to(at::kFloat) * entry.share;
        sum = sum.defined() ? sum.add_(part) : part;
    }
    return sum.to(dtype);
}

at::Tensor WeightSource::placed(at::Tensor values, at::ScalarType dtype) const {
    // Rounding to the weights dtype comes first: products may be wider than the weights.
    if (place_.weights != at::kFloat && values.scalar_type() != place_.weights)
        values = values.to(place_.weights);
    return values.to(place_.device, dtype);
}

at::Tensor WeightSource::load(const std::string& name, at::ScalarType dtype) {
    const at::Tensor values = stored(name);
    at::Tensor converted = placed(values, dtype);
    const bool mapped = converted.is_alias_of(values);
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

LayerWeights WeightSource::layer(int position, const LayerShares& shares) {
    if (shares.empty()) return layer(position);
    const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
    LayerWeights sum;
    for (const LayerTensor& tensor : layerTensors()) {
        if (!tensor.present(config(), shape)) continue;
        const bool norm = tensor.kind == LayerTensor::Kind::Norm;
        sum.*tensor.tensor =
            norm ? load(tensor.nameIn(position), at::kFloat)
                 : placed(blended(shares, [&](int other) { return stored(tensor.nameIn(other)); }),
                          place_.products);
    }
    for (const LayerShare& entry : shares) release(entry.position);
    return sum;
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
