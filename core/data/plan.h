// SPDX-License-Identifier: GPL-3.0-or-later
//
// A pruning plan: what to cut, in which order, and why. The value behind plan JSON version 1
// (docs/formats/plan.md). Layer numbers are those of the ORIGINAL checkpoint. `keep` is authoritative: no
// score is needed to repeat a plan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/layer_merge.h"
#include "core/data/linear_name.h"
#include "core/data/options.h"
#include "core/data/text_overlap.h"
#include "core/data/unit_set.h"

namespace secateur {

struct ChosenBy {
    std::string strategy;  // e.g. "block-influence"; "explicit" for a hand-made list
    int count = 0;
    bool operator==(const ChosenBy&) const = default;
};

// Removes whole layers, or only the attention or MLP sublayer of a layer. With `merge` every layer that goes
// is folded into another one. With `keep` the network becomes exactly these layers, in this order; a layer
// may be repeated, and `layers` is empty. With `replace` the MLP before each block of layers that goes is
// fitted to do what they did (ReplaceMe, methods-2.md M4).
struct ChopStep {
    std::vector<int> layers;
    std::vector<int> attention;
    std::vector<int> mlp;
    std::optional<ChosenBy> chosenBy = std::nullopt;
    std::optional<LayerMerge> merge = std::nullopt;
    std::vector<int> keep = {};
    bool replace = false;
    bool operator==(const ChopStep&) const = default;
    [[nodiscard]] bool empty() const noexcept {
        return layers.empty() && attention.empty() && mlp.empty() && keep.empty();
    }
};

// What one layer keeps; an absent mask keeps all.
struct LayerKeep {
    int layer = 0;
    std::optional<UnitMask> kvGroups;
    std::optional<UnitMask> channels;
    bool operator==(const LayerKeep&) const = default;
};

// Narrows layers: whole KV groups (with their query heads) and MLP channels.
struct WidthStep {
    std::string method;     // "flap", "wanda-sp", "magnitude-sp", or "" for a hand-made plan
    std::string metric;     // "WIFV", "WIFN", "IFV"; empty when the method has its own
    std::string structure;  // "UL-UM", "UL-MM", "AL-MM", "AL-AM"
    double ratio = 0.0;     // of the linear weights of the layers that earlier steps left
    bool bias = true;       // add the mean contribution of what is removed to the output bias
    std::vector<int> protect;
    std::vector<LayerKeep> keep;
    bool refit =
        false;  // instead, fit the linears that read what is kept anew (methods-2.md M1); implies bias
    bool operator==(const WidthStep&) const = default;
};

// What the linears become: sparse, quantized, or the product of two. Decided by a method of its own from the
// weights, and from what the steps before leave of the calibration text's activations.
struct RecipeStep {
    std::string kind;    // "sparsify", "quantize", "factorize"
    std::string method;  // "wanda"
    OptionValues options;
    std::vector<int> layers;          // empty: all
    std::vector<LinearName> linears;  // empty: all seven
    bool operator==(const RecipeStep&) const = default;
};

// Trains what the steps before leave.
struct HealStep {
    OptionValues options;    // of healing, `method` among them
    std::string textSource;  // file
    std::string textSha256;
    bool operator==(const HealStep&) const = default;
};

using PlanStep = std::variant<ChopStep, WidthStep, RecipeStep, HealStep>;

// True for a width step whose bias is made of channel means: those of an analysis, or measured from a text.
[[nodiscard]] bool needsMeans(const PlanStep& step);

// The weight files of a checkpoint as a format writes them: what lies on the disk.
struct WeightFiles {
    std::string format = "hf";
    bool stock = true;              // loads in the classes that transformers ships
    std::int64_t bytesBefore = 0;   // of the opened checkpoint's files; 0: not known
    std::int64_t bytesAfter = 0;    // headers included
    std::int64_t tensorsAfter = 0;  // of these, the values
    bool operator==(const WeightFiles&) const = default;
};

// Bytes are those of the tensors as `hf` writes them, zero biases that stock classes need among them, with
// quantized linears packed to their bits.
struct Accounting {
    std::int64_t parametersBefore = 0;
    std::int64_t parametersAfter = 0;
    std::int64_t bytesBefore = 0;
    std::int64_t bytesAfter = 0;
    double compressionRatio = 1.0;        // bytes before / bytes after
    std::int64_t macsPerTokenBefore = 0;  // linear layers and output head (algorithms.md 9.3)
    std::int64_t macsPerTokenAfter = 0;
    std::int64_t kvCacheBytesPerTokenBefore = 0;
    std::int64_t kvCacheBytesPerTokenAfter = 0;
    double removedFraction = 0.0;                     // of the ORIGINAL decoder's linear weights
    std::optional<WeightFiles> files = std::nullopt;  // none where they cannot be promised
    bool operator==(const Accounting&) const = default;
};

// What lies on the disk: the weight files where they can be promised, else the tensors.
[[nodiscard]] inline std::int64_t writtenBefore(const Accounting& sums) {
    return sums.files && sums.files->bytesBefore > 0 ? sums.files->bytesBefore : sums.bytesBefore;
}
[[nodiscard]] inline std::int64_t writtenAfter(const Accounting& sums) {
    return sums.files ? sums.files->bytesAfter : sums.bytesAfter;
}

// Of a preview, before healing. `overlaps` say what of the windows had been used for something else.
struct Measured {
    double densePerplexity = 0.0;
    double planPerplexity = 0.0;
    std::optional<double> denseStandardError = std::nullopt;
    std::optional<double> planStandardError = std::nullopt;
    std::optional<double> changeStandardError = std::nullopt;  // of the change as a fraction
    std::string protocol = {};                                 // empty: not told
    std::vector<TextOverlap> overlaps = {};
    bool operator==(const Measured&) const = default;
};

struct PlanModel {
    std::string name;
    std::string architecture;
    int layers = 0;
    std::string fingerprint;  // empty when a hand-written plan has none
    bool operator==(const PlanModel&) const = default;
};

struct PlanCreated {
    std::string tool;
    std::string time;  // ISO 8601, UTC
    bool operator==(const PlanCreated&) const = default;
};

struct PlanCalibration {
    std::string source;
    std::string sha256;
    int samples = 0;
    int seqLen = 0;
    std::uint64_t seed = 0;
    std::string statistics;
    std::string analysis;  // analysis file the plan was made from, if any
    bool chopped = true;   // false: a width step after a chop was scored on an analysis of the whole network
    bool operator==(const PlanCalibration&) const = default;
};

struct Plan {
    PlanModel model;
    std::optional<PlanCreated> created;
    std::optional<PlanCalibration> calibration;
    std::vector<PlanStep> steps;
    std::optional<Accounting> accounting;
    std::optional<Measured> measured;
    bool operator==(const Plan&) const = default;
};

[[nodiscard]] std::string toJson(const Plan& plan);

struct ParsedPlan {
    Plan plan;
    std::vector<std::string> warnings;  // unknown keys, each with its JSON path
};
// Reads plan JSON against the network it is for (the ORIGINAL one). `origin` (a file name) begins every
// message, which also names the JSON path. Throws Corrupt for text that is not JSON or too deep or large,
// Unsupported for a later version or an unknown step, InvalidArgument for wrong ranges, duplicates, units out
// of range, an entry for a chopped layer or an emptied network, and for a fingerprint other than
// `fingerprint`. A missing fingerprint warns; an empty `fingerprint` argument skips that check.
[[nodiscard]] ParsedPlan parsePlan(std::string_view json, const NetworkConfig& network,
                                   const std::string& fingerprint, const std::string& origin);

}  // namespace secateur
