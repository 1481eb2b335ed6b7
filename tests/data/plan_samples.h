// SPDX-License-Identifier: GPL-3.0-or-later
//
// A network and plans for it that the tests of plan JSON share.
#pragma once

#include <string>

#include "core/data/network_config.h"
#include "core/data/plan.h"

namespace secateur::test {

// Four layers of 4 heads, 2 KV groups and 6 channels.
inline NetworkConfig sampleNetwork() {
    NetworkConfig network;
    network.hiddenSize = 16;
    network.headDim = 4;
    network.vocabSize = 50;
    network.originalLayers = 4;
    for (int layer = 0; layer < 4; ++layer) {
        LayerConfig entry;
        entry.originalLayer = layer;
        entry.heads = 4;
        entry.kvHeads = 2;
        entry.intermediateSize = 6;
        network.layers.push_back(entry);
    }
    return network;
}

// Everything that version 1 can say.
inline const char* const kFullPlan = R"({
  "format": "secateur-plan", "version": 1,
  "model": {"name": "toy", "architecture": "llama", "layers": 4, "fingerprint": "sha256:abc"},
  "created": {"tool": "secateur 0.1.0", "time": "2026-11-22T10:00:00Z"},
  "calibration": {"source": "a.txt", "sha256": "ff", "samples": 128, "seq_len": 64, "seed": 18446744073709551615,
                  "statistics": "exact", "analysis": "a.h5", "chopped": false},
  "steps": [
    {"step": "chop", "layers": [3], "attention": [1], "mlp": [2], "chosen_by": {"strategy": "block-influence", "count": 1}},
    {"step": "width", "method": "flap", "metric": "WIFV", "structure": "AL-AM", "ratio": 0.2, "bias": true, "protect": [0],
     "keep": [{"layer": 1, "channels": "0-2,5"}, {"layer": 2, "kv_groups": "1"}, {"layer": 0, "kv_groups": "", "channels": "0-5"}]},
    {"step": "sparsify", "method": "wanda", "pattern": "2:4"},
    {"step": "quantize", "method": "gptq", "bits": 4, "group": 128},
    {"step": "factorize", "method": "svd-llm", "ratio": 0.8}],
  "accounting": {"parameters_before": 100, "parameters_after": 60, "bytes_before": 400, "bytes_after": 240,
                 "compression_ratio": 1.6666666666666667, "macs_per_token_before": 90, "macs_per_token_after": 50,
                 "kv_cache_bytes_per_token_before": 256, "kv_cache_bytes_per_token_after": 96, "removed_fraction": 0.1},
  "measured": {"dense_perplexity": 2.5, "plan_perplexity": 2.75}
})";

inline const char* const kSmallPlan =
    R"({"format": "secateur-plan", "version": 1, "model": {"layers": 4}, "steps": []})";

}  // namespace secateur::test
