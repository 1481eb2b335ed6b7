// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/layer_selection.h"

#include <algorithm>
#include <utility>

namespace secateur {
namespace {

constexpr std::size_t kMostSteps = 100;

}  // namespace

void LayerSelection::setLayer(int layer) {
    if (telling_ && layer == layer_) return;  // a view repeats what it was told
    setLayers(layer < 0 ? std::vector<int>{} : std::vector<int>{layer});
}

void LayerSelection::setLayers(std::vector<int> layers, int front) {
    std::ranges::sort(layers);
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
    if (layers == layers_) return;
    before_.push_back({layers_, layer_});
    if (before_.size() > kMostSteps) before_.erase(before_.begin());
    for (const int candidate : {layer_, layers.empty() ? -1 : layers.front()})
        if (!std::ranges::binary_search(layers, front)) front = candidate;
    become({std::move(layers), front});
}

void LayerSelection::stepBack() {
    if (before_.empty()) return;
    State last = std::move(before_.back());
    before_.pop_back();
    become(std::move(last));
}

void LayerSelection::forgetSteps() {
    before_.clear();
}

void LayerSelection::become(State next) {
    layers_ = std::move(next.layers);
    const bool moved = std::exchange(layer_, next.layer) != next.layer;
    const bool outer = std::exchange(telling_, true);
    if (moved) Q_EMIT layerChanged(layer_);
    Q_EMIT layersChanged(layers_);
    telling_ = outer;
}

}  // namespace secateur
