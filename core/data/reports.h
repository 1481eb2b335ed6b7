// SPDX-License-Identifier: GPL-3.0-or-later
//
// What evaluations answer. Every perplexity carries the protocol it was measured with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/plan.h"

namespace secateur {

struct PerplexityReport {
    double perplexity = 0.0;
    std::int64_t tokensScored = 0;
    std::optional<double> bitsPerByte;  // none when ids were given directly
    double seconds = 0.0;
    double tokensPerSecond = 0.0;
    std::int64_t peakRssBytes = 0;  // private memory (no mapped checkpoint pages)
    std::string protocol;  // e.g. "chunked, 24 windows of 128 tokens, no BOS, float32, cpu, tinystories.txt"
};

struct PreviewReport {
    double densePerplexity = 0.0;
    double planPerplexity = 0.0;
    Accounting accounting;
    double seconds = 0.0;
    int firstLayerRun =
        0;  // position of the first layer that had to run again; for "only layers above the edit run"
    std::string protocol;
    std::vector<std::string> warnings;
    std::vector<float> denseTokenLoss;  // [windows * (seqLen - 1)], only when asked for
    std::vector<float> planTokenLoss;
};

struct SweepPoint {
    std::string method;
    double ratio = 0.0;
    Accounting accounting;
    double perplexity = 0.0;
};

struct ApplyReport {
    std::string path;  // the folder written
    Accounting accounting;
    std::string format;  // "hf", "hf-masked"
    bool stock = false;  // loads in stock transformers without trust_remote_code
    std::vector<std::string> warnings;
};

}  // namespace secateur
