// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weights.h"

#include <limits>

#include "core/model/checkpoint_source.h"

namespace secateur {

namespace {

bool aliases(const LayerWeights& placed, const LayerWeights& stored) {
    for (const LinearName name : kAllLinears) {
        const std::vector<at::Tensor> here = weightsOf(placed.linear(name));
        const std::vector<at::Tensor> there = weightsOf(stored.linear(name));
        for (std::size_t i = 0; i < here.size(); ++i)
            if (here[i].is_alias_of(there[i])) return true;
    }
    return false;
}

}  // namespace

WeightSource::WeightSource(std::shared_ptr<LayerSource> source, ComputePlace place,
                           std::shared_ptr<WorkMemory> memory)
    : source_(std::move(source)),
      place_(place),
      memory_(memory ? std::move(memory)
                     : std::make_shared<WorkMemory>(std::numeric_limits<std::int64_t>::max() / 2)),
      kept_(source_->config().layers.size()) {}

WeightSource::WeightSource(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place,
                           std::shared_ptr<WorkMemory> memory)
    : WeightSource(std::make_shared<CheckpointSource>(std::move(checkpoint)), place, std::move(memory)) {}

void WeightSource::keepResident(bool keep) {
    resident_ = keep;
    if (keep) return;
    for (auto& layer : kept_) layer.reset();
    keptHead_ = at::Tensor();
}

std::int64_t WeightSource::residentBytes() const {
    return totalParameters(config()) * static_cast<std::int64_t>(c10::elementSize(place_.products));
}

at::Tensor WeightSource::placed(at::Tensor values, at::ScalarType dtype) const {
    // Rounding to the weights dtype comes first: products may be wider than the weights.
    if (place_.weights != at::kFloat && values.scalar_type() != place_.weights)
        values = values.to(place_.weights);
    return values.to(place_.device, dtype);
}

LayerWeights WeightSource::placed(const LayerWeights& layer, Sublayers part) const {
    LayerWeights result;
    for (const LayerTensor& tensor : layerTensors()) {
        if (!tensor.belongsTo(part)) continue;
        const at::Tensor& stored = tensor.in(layer);
        if (stored.defined())
            tensor.in(result) =
                placed(stored, tensor.kind == LayerTensor::Kind::Norm ? at::kFloat : place_.products);
        if (tensor.kind != LayerTensor::Kind::Weight) continue;
        const Linear& linear = layer.*tensor.linear;
        if (!linear.body) continue;
        std::vector<at::Tensor> tensors;
        for (const at::Tensor& factor : weightsOf(linear)) tensors.push_back(placed(factor, place_.products));
        (result.*tensor.linear).body = linear.body->with(std::move(tensors));
    }
    return result;
}

int WeightSource::inOther(int position) const {
    if (other_ == nullptr || !other_->resident_) return -1;
    const std::string key = source_->key(position);
    for (int i = 0; i < other_->config().layerCount(); ++i)
        if (other_->source_->key(i) == key) return i;
    return -1;
}

LayerWeights WeightSource::layer(int position) {
    auto& kept = kept_[static_cast<std::size_t>(position)];
    if (kept) return *kept;
    if (const int same = inOther(position); same >= 0) return other_->layer(same);
    LayerWeights layer = converted(position, source_->layer(position));
    if (resident_) kept = std::make_unique<LayerWeights>(layer);
    return layer;
}

LayerWeights WeightSource::converted(int position, const LayerWeights& stored) const {
    LayerWeights layer = placed(stored);
    if (!aliases(layer, stored)) source_->release(position);
    return layer;
}

std::int64_t WeightSource::convertedBytes(const LayerWeights& stored) const {
    if (!place_.device.is_cpu()) return 0;
    std::int64_t bytes = 0;
    for (const LinearName name : kAllLinears)
        for (const at::Tensor& weight : weightsOf(stored.linear(name))) {
            const at::ScalarType dtype = weight.scalar_type();
            if (dtype == place_.products && (place_.weights == at::kFloat || dtype == place_.weights))
                continue;
            bytes += weight.numel() * static_cast<std::int64_t>(c10::elementSize(place_.products));
        }
    return bytes;
}

void WeightSource::layerInParts(int position, const PartCallback& run) {
    if (resident_ || inOther(position) >= 0) return run(Sublayers::Both, layer(position));
    const LayerWeights stored = source_->layer(position);
    if (convertedBytes(stored) <= largeLayer_) return run(Sublayers::Both, converted(position, stored));
    for (const Sublayers part : {Sublayers::Attention, Sublayers::Mlp}) run(part, placed(stored, part));
}

void WeightSource::release(int position) const {
    if (!resident_ && inOther(position) < 0) source_->release(position);
}

at::Tensor WeightSource::embedding() {
    return source_->embedding();
}

at::Tensor WeightSource::finalNorm() {
    return placed(source_->finalNorm(), at::kFloat);
}

at::Tensor WeightSource::outputHead() {
    if (keptHead_.defined()) return keptHead_;
    if (other_ != nullptr && other_->resident_) return other_->outputHead();
    at::Tensor head = placed(source_->outputHead(), place_.products);
    if (resident_) keptHead_ = head;
    return head;
}

}  // namespace secateur
