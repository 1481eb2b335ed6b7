// SPDX-License-Identifier: GPL-3.0-or-later
//
// A network of four equal layers, and times of it that are made up.
#pragma once

#include "core/data/bench.h"
#include "core/data/network_state.h"

namespace secateur::toys {

inline NetworkConfig fourLayers() {
    NetworkConfig network;
    network.hiddenSize = 16;
    network.headDim = 4;
    network.vocabSize = 100;
    network.originalLayers = 4;
    for (int i = 0; i < 4; ++i) {
        LayerConfig layer;
        layer.originalLayer = i;
        layer.heads = layer.kvHeads = 4;
        layer.intermediateSize = 32;
        network.layers.push_back(layer);
    }
    return network;
}

// A step of 26 ms: four layers of 4, 5, 6 and 7 ms, of which products take 3, and 4 ms for the rest.
inline BatchTimes madeUpTimes(int batch = 1) {
    BatchTimes times;
    times.batch = batch;
    times.step = {0.025, 0.026, 0.027, 9};
    times.prompt = times.firstToken = {0.1, 0.1, 0.1, 3};
    times.layers = {{0.004, 0.003}, {0.005, 0.003}, {0.006, 0.003}, {0.007, 0.003}};
    times.restSeconds = 0.004;
    return times;
}

}  // namespace secateur::toys
