// SPDX-License-Identifier: GPL-3.0-or-later
//
// What evaluations answer. Every perplexity carries the protocol it was measured with.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/plan.h"
#include "core/data/text_overlap.h"

namespace secateur {

// `overlaps` say what of the windows had been used for something else before. Standard errors are those of
// means over windows, which are what is drawn from the text; none where there is one window.
struct PerplexityReport {
    double perplexity = 0.0;
    std::optional<double> standardError;
    std::int64_t tokensScored = 0;
    std::optional<double> bitsPerByte;  // none when ids were given directly
    double seconds = 0.0;
    double tokensPerSecond = 0.0;
    std::int64_t peakRssBytes = 0;  // private memory (no mapped checkpoint pages)
    std::string protocol;  // e.g. "chunked, 24 windows of 128 tokens, no BOS, float32, cpu, tinystories.txt"
    std::vector<TextOverlap> overlaps;
};

struct PreviewReport {
    double densePerplexity = 0.0;
    double planPerplexity = 0.0;
    std::optional<double> denseStandardError;
    std::optional<double> planStandardError;
    std::optional<double> changeStandardError;  // of change(), whose two networks read the same windows
    std::vector<TextOverlap> overlaps;
    Accounting accounting;
    double seconds = 0.0;
    // Position, in the planned network, of the first layer that had to run again; its layer count when none
    // had to.
    int firstLayerRun = 0;
    std::string protocol;
    std::vector<std::string> warnings;
    std::vector<float> denseTokenLoss;  // [windows * (seqLen - 1)], only when asked for
    std::vector<float> planTokenLoss;
    // Mean loss of each window, by which any two networks that read the same windows are compared.
    std::vector<double> denseWindowLoss;
    std::vector<double> planWindowLoss;

    // Of the perplexity, as a fraction of the dense one.
    [[nodiscard]] double change() const {
        return densePerplexity > 0.0 ? planPerplexity / densePerplexity - 1.0 : 0.0;
    }
    // True where the change is not larger than its standard error.
    [[nodiscard]] bool withinError() const {
        return changeStandardError && std::abs(change()) <= *changeStandardError;
    }
};

// What a plan's file and a model card say of it.
[[nodiscard]] inline Measured measuredOf(const PreviewReport& report) {
    return {report.densePerplexity,   report.planPerplexity,      report.denseStandardError,
            report.planStandardError, report.changeStandardError, report.protocol,
            report.overlaps};
}

struct SweepPoint {
    std::string method;
    double ratio = 0.0;
    Accounting accounting;
    double perplexity = 0.0;
};

// One chop of a comparison of strategies.
struct ChopSweepRow {
    std::string strategy;
    int count = 0;  // layers removed, or sublayers for two each; of attention alone the sublayers
    ChopStep chop;
    Accounting accounting;
    double perplexity = 0.0;
    // Of the change against the dense network on the same windows, as a fraction; none for one window.
    std::optional<double> changeStandardError = std::nullopt;
};

struct ChopSweepReport {
    int layers = 0;    // of the network that is chopped
    int networks = 0;  // that are to be compared altogether
    double densePerplexity = 0.0;
    Accounting dense;                // nothing removed
    std::vector<ChopSweepRow> rows;  // as they became known
    // Passes through all layers that the perplexities and searches took, output heads not counted, and what
    // they would have taken without shared prefixes.
    double decoderPasses = 0.0;
    double decoderPassesUnshared = 0.0;
    double seconds = 0.0;
    std::string protocol;
    std::vector<std::string> warnings;

    // Of a row's perplexity, as a fraction of the dense one.
    [[nodiscard]] double change(const ChopSweepRow& row) const {
        return densePerplexity > 0.0 ? row.perplexity / densePerplexity - 1.0 : 0.0;
    }
    // True where the change is not larger than its standard error.
    [[nodiscard]] bool withinError(const ChopSweepRow& row) const {
        return row.changeStandardError && std::abs(change(row)) <= *row.changeStandardError;
    }
};

struct ApplyReport {
    std::string path;  // the folder written
    Accounting accounting;
    std::string format;  // "hf", "hf-masked"
    bool stock = false;  // loads in stock transformers without trust_remote_code
    std::vector<std::string> warnings;
};

}  // namespace secateur
