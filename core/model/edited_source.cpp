// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/edited_source.h"

#include <functional>

#include "core/base/error.h"

namespace secateur {

namespace {

// Sum of share * tensor over the entries, in f32, in the dtype of the tensors. `tensorAt`: position ->
// tensor.
at::Tensor blended(const LayerShares& shares, const std::function<at::Tensor(int position)>& tensorAt) {
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

void keepRows(Linear& linear, const at::Tensor& index) {
    if (!linear.defined()) return;
    if (linear.body)
        linear.body = linear.body->rows(index);
    else
        linear.weight = linear.weight.index_select(0, index);
    if (linear.bias.defined()) linear.bias = linear.bias.index_select(0, index);
}

void keepColumns(Linear& linear, const at::Tensor& index) {
    if (!linear.defined()) return;
    if (linear.body)
        linear.body = linear.body->columns(index);
    else
        linear.weight = linear.weight.index_select(1, index);
}

// Adds W ((1 - kept) * mean) to the bias. kept: indices of the channels that stay.
void compensate(Linear& linear, const at::Tensor& kept, const at::Tensor& mean, int layer) {
    if (!mean.defined()) return;
    const at::Tensor weight = linear.dense();
    if (mean.size(0) != weight.size(1))
        throw Error(ErrorCode::InvalidArgument,
                    "the analysis has " + std::to_string(mean.size(0)) + " channel means in layer " +
                        std::to_string(layer) + " where the network has " + std::to_string(weight.size(1)) +
                        " channels",
                    "measure this network again");
    const at::Tensor removed = mean.clone().index_fill_(0, kept, 0.0);
    at::Tensor bias = at::mv(weight.to(at::kFloat), removed);
    if (linear.bias.defined()) bias += linear.bias.to(at::kFloat);
    linear.bias = bias.to(weight.scalar_type());
}

void dropReaders(LayerWeights& layer, bool attention) {
    if (attention) {
        layer.inputNorm = layer.qNorm = layer.kNorm = at::Tensor();
        layer.q = layer.k = layer.v = Linear();
        layer.o.weight = at::Tensor();
        layer.o.body.reset();
    } else {
        layer.mlpNorm = at::Tensor();
        layer.gate = layer.up = Linear();
        layer.down.weight = at::Tensor();
        layer.down.body.reset();
    }
}

}  // namespace

at::Tensor widenedIndex(const std::vector<std::int64_t>& units, std::int64_t width) {
    const at::Tensor first = at::tensor(units, at::kLong).mul_(width).unsqueeze(1);
    return (first + at::arange(width, at::kLong)).reshape({-1});
}

void keepGroups(LayerWeights& layer, const std::vector<std::int64_t>& groups, const NetworkConfig& network,
                const LayerConfig& before) {
    if (groups.empty()) return dropReaders(layer, true);
    const std::int64_t perGroup = before.heads / before.kvHeads;
    const at::Tensor keys = widenedIndex(groups, network.headDim);
    const at::Tensor queries = widenedIndex(groups, perGroup * network.headDim);
    keepRows(layer.q, queries);
    keepRows(layer.k, keys);
    keepRows(layer.v, keys);
    keepColumns(layer.o, queries);
}

void keepChannels(LayerWeights& layer, const std::vector<std::int64_t>& channels) {
    if (channels.empty()) return dropReaders(layer, false);
    const at::Tensor index = at::tensor(channels, at::kLong);
    keepRows(layer.gate, index);
    keepRows(layer.up, index);
    keepColumns(layer.down, index);
}

LayerWeights blendedLayer(LayerSource& source, int position, const LayerShares& shares) {
    LayerWeights result = source.layer(position);
    std::vector<LayerWeights> parts(source.config().layers.size());
    for (const LayerShare& entry : shares)
        parts[static_cast<std::size_t>(entry.position)] = source.layer(entry.position);
    for (const LayerTensor& tensor : layerTensors()) {
        if (tensor.kind == LayerTensor::Kind::Norm) continue;
        tensor.in(result) = blended(shares, [&](int other) -> at::Tensor {
            const LayerWeights& part = parts[static_cast<std::size_t>(other)];
            return tensor.kind == LayerTensor::Kind::Weight ? (part.*tensor.linear).dense() : tensor.in(part);
        });
        (result.*tensor.linear).body.reset();
    }
    return result;
}

EditedSource::EditedSource(std::shared_ptr<LayerSource> inner, StepEffect effect,
                           std::vector<ChannelMeans> means, std::string stepKey)
    : DerivedSource(std::move(inner)),
      effect_(std::move(effect)),
      means_(std::move(means)),
      stepKey_(std::move(stepKey)) {}

LayerWeights EditedSource::layer(int position) {
    const LayerOrigin& origin = originOf(position);
    const LayerConfig& before = inner().config().layers[static_cast<std::size_t>(origin.position)];
    LayerWeights layer = origin.shares.empty() ? inner().layer(origin.position)
                                               : blendedLayer(inner(), origin.position, origin.shares);
    const ChannelMeans means =
        means_.empty() ? ChannelMeans() : means_[static_cast<std::size_t>(origin.position)];
    if (origin.dropsAttention) {
        dropReaders(layer, true);
        layer.o = Linear();
    }
    if (origin.dropsMlp) {
        dropReaders(layer, false);
        layer.down = Linear();
    }
    if (origin.groups && before.kvHeads > 0) {
        const std::vector<std::int64_t> stay = keptIndices(*origin.groups);
        const std::int64_t width = std::int64_t{before.heads / before.kvHeads} * config().headDim;
        compensate(layer.o, widenedIndex(stay, width), means.attention, before.originalLayer);
        keepGroups(layer, stay, config(), before);
    }
    if (origin.channels) {
        const std::vector<std::int64_t> stay = keptIndices(*origin.channels);
        compensate(layer.down, at::tensor(stay, at::kLong), means.mlp, before.originalLayer);
        keepChannels(layer, stay);
    }
    return layer;
}

void EditedSource::release(int position) {
    const LayerOrigin& origin = originOf(position);
    inner().release(origin.position);
    for (const LayerShare& entry : origin.shares) inner().release(entry.position);
}

std::string EditedSource::key(int position) const {
    const LayerOrigin& origin = originOf(position);
    std::string key = inner().key(origin.position);
    if (origin.untouched()) return key;
    for (const LayerShare& entry : origin.shares)
        key += " + " + std::to_string(entry.share) + " * " + inner().key(entry.position);
    if (origin.dropsAttention) key += " -attention";
    if (origin.dropsMlp) key += " -mlp";
    const LayerState& after = effect_.after.layers[static_cast<std::size_t>(position)];
    if (origin.groups) key += " groups " + formatUnits(after.kvGroups);
    if (origin.channels) key += " channels " + formatUnits(after.channels);
    if (origin.groups || origin.channels) key += " " + stepKey_;
    return key;
}

}  // namespace secateur
