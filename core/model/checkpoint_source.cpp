// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/checkpoint_source.h"

#include "core/model/checks.h"
#include "core/model/low_rank.h"
#include "core/model/tensors.h"

namespace secateur {

CheckpointSource::CheckpointSource(std::shared_ptr<const Checkpoint> checkpoint)
    : checkpoint_(std::move(checkpoint)) {}

at::Tensor CheckpointSource::stored(const std::string& name) {
    at::Tensor values = viewOf(checkpoint_->tensor(name));
    if (checked_.insert(name).second)
        requireFinite(values, checkpoint_->folder().string() + ": tensor " + name);
    return values;
}

LayerWeights CheckpointSource::layer(int position) {
    const LayerConfig& shape = config().layers[static_cast<std::size_t>(position)];
    LayerWeights layer;
    for (const LayerTensor& tensor : layerTensors()) {
        if (!tensor.present(config(), shape)) continue;
        const std::vector<std::string> names = tensor.storedNames(position, shape);
        if (names.size() == 1)
            tensor.in(layer) = stored(names.front());
        else
            (layer.*tensor.linear).body = std::make_shared<LowRankBody>(stored(names[0]), stored(names[1]));
    }
    return layer;
}

void CheckpointSource::release(int position) {
    for (const LayerTensor& tensor : layerTensors()) {
        if (tensor.kind != LayerTensor::Kind::Weight) continue;
        for (const std::string& name :
             tensor.storedNames(position, config().layers[static_cast<std::size_t>(position)]))
            checkpoint_->release(name);
    }
}

at::Tensor CheckpointSource::embedding() {
    return stored(kEmbeddingName);
}

at::Tensor CheckpointSource::finalNorm() {
    return stored(kFinalNormName);
}

at::Tensor CheckpointSource::outputHead() {
    return stored(config().tiedEmbeddings ? kEmbeddingName : kOutputHeadName);
}

at::ScalarType CheckpointSource::dtype() const {
    return torchDtype(checkpoint_->tensor(kEmbeddingName).dtype);
}

}  // namespace secateur
