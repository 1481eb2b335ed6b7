// SPDX-License-Identifier: GPL-3.0-or-later
//
// A target -> the plans that just meet it, one or a few of each family of methods. Nothing is run: sizes come
// from the replay on shapes, speeds from the forecast. Pure; any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/analysis.h"
#include "core/data/bench.h"
#include "core/data/method_info.h"
#include "core/data/model_summary.h"
#include "core/data/plan_request.h"
#include "core/planning/target.h"

namespace secateur {

// "chop": whole layers, by the strategies that need no search. "sublayers": attention or MLPs, in the order
// of what leaving each out alone costs. "width": channels and KV groups. "quantize", "low-rank", "sparse":
// the form of linears. "mixed": chop and quantize, width and quantize, chop and width.
[[nodiscard]] const std::vector<std::string>& solveFamilies();

struct SolveRequest {
    Target target;
    std::vector<std::string> families;  // empty: all
    // Kept channels of every layer are a multiple of this; 0: usualAlignment().
    int align = 0;
    // Times the dense network for the forecast of rates; a target of speed does so anyway.
    bool timed = true;
    bool operator==(const SolveRequest&) const = default;
};

// What runtimes like of a network of these widths: the largest of 256, 128, 64 and 32 that divides every
// width and is at most a sixteenth of it, else 1. llama.cpp's K-quants have blocks of 256 and its others of
// 32, fp8 blocks of transformers and kernels of GPUs 128 and 64 (field.md 3a, field-2.md 3).
[[nodiscard]] int usualAlignment(const NetworkConfig& network);

struct SolverInputs {
    const ModelSummary& model;
    std::shared_ptr<const Analysis> analysis;  // of the model as it was opened
    const std::vector<MethodInfo>& methods;    // that there are; MethodInfo::triedFirst says which are tried
    std::function<void()> checkStop = {};      // called before every plan that is tried; may throw
    const BatchTimes* times = nullptr;         // of the dense network; null: nothing is known of speed
};

struct Proposal {
    std::string family;  // "chop", "chop+quantize"
    PlanRequest request;
    Reached reached;
    // Width steps, where alignment changed something: the same without it, and how many parameters more
    // alignment costs.
    std::optional<PlanRequest> unaligned;
    std::int64_t snapParameters = 0;
};

// The nearest that a family comes to the target without reaching it.
struct Unreached {
    std::string family;
    PlanRequest request;
    Reached reached;
};

struct Proposals {
    int align = 1;
    std::vector<Proposal> proposals;  // at least one
    std::vector<Unreached> unreached;
};

// Plans at the least that meets the target: no smaller number of layers, ratio (to 1e-6) or step of the
// ladder of bits (8, 4, 3 bits in groups of 64, then 128) does. No plan has more parameters or bytes than the
// dense network. Where all layers keep as many KV groups, their heads divide the hidden size, which stock
// classes want. Throws InvalidArgument for unknown families and alignments that do not fit, for a target that
// the network meets as it is, for one of speed without `times`, and for one that no plan reaches, naming the
// nearest.
[[nodiscard]] Proposals proposePlans(const SolverInputs& inputs, const SolveRequest& request);

}  // namespace secateur
