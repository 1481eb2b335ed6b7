// SPDX-License-Identifier: GPL-3.0-or-later
//
// Healing a compressed network: what is asked for, and what is reported while it runs
// (algorithms.md 3.5, 4.3, 7.4, 8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/data/options.h"

namespace secateur {

enum class HealMethod {
    Continued,  // next-token pretraining of all weights goes on (LayerChop)
    Lora,       // low-rank adapters on all linears; the weights themselves stay
    Distill,    // against the logits of the uncompressed network
    Scratch,    // like Continued from random weights of the same shapes: the upper bound to compare with
};
[[nodiscard]] std::optional<HealMethod> healMethod(
    const std::string& name);  // "continued", "lora", "distill", "scratch"
[[nodiscard]] const char* name(HealMethod method);

// What stands in for the rate, the warm-up and the steps before the cut where they are not given.
enum class HealPreset {
    Short,  // for budgets of a few hours: a tenth of the pretraining rate, a share of the run as warm-up
    Paper,  // LayerChop's (arXiv 2305.14864): the pretraining rate, 2000 steps, and 500 of the uncut network
};
[[nodiscard]] const char* name(HealPreset preset);  // "short", "paper"

enum class Schedule { Constant, Linear, Cosine };
[[nodiscard]] std::optional<Schedule> schedule(const std::string& name);  // "constant", "linear", "cosine"
[[nodiscard]] const char* name(Schedule schedule);

struct HealOptions {
    HealMethod method = HealMethod::Continued;
    HealPreset preset = HealPreset::Short;
    std::int64_t steps = 0;          // optimizer steps; 0: until `minutes`
    double minutes = 0.0;            // of training; 0: until `steps`
    int batchWindows = 16;           // windows a step
    std::optional<double> peakRate;  // learning rate; default by preset, method and size, see defaultRate()
    Schedule schedule = Schedule::Cosine;
    double warmup = 0.02;           // share of the steps; by time when only `minutes` is given
    std::int64_t warmupSteps = -1;  // >= 0: instead of the share; see warmupStepsOf()
    double lastRate = 0.1;          // share of the peak at the end of linear and cosine
    double beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8;
    double weightDecay = 0.1;     // of matrices; vectors do not decay
    double clip = 1.0;            // norm of all gradients together; 0: none
    std::int64_t fillSteps = -1;  // of the uncut network before the cut one learns; < 0: see fillStepsOf()
    std::uint64_t seed = 0;       // order of the windows, adapters, dropout, random weights
    int evaluateEvery = 50;       // steps; 0: only at the end
    int checkpointEvery = 0;      // steps; 0: only at the end
    int keepCheckpoints = 0;      // the newest that stay, beside the best; 0: all
    bool recompute = false;       // activations of a layer are computed again for its gradients: less memory
    int rank = 8;                 // LoRA
    double alpha = 16.0;
    double dropout = 0.05;
    bool rankStabilised = false;     // scale alpha / sqrt(rank) instead of alpha / rank
    double temperature = 1.0;        // distillation
    double crossEntropyShare = 0.5;  // lambda
    double hiddenShare = 0.0;  // distillation: weight of the mean squared distance between the student's and
                               // the teacher's residual streams, each layer against its original one
    double attentionShare = 0.0;  // the same of what the attention of each layer adds to the stream
    double embeddingShare = 0.0;  // the same of the embedding table
    int teacherTopK = 0;  // distillation: > 0 keeps the teacher's k largest logits on disk, computed once
    int generatedWindows = 0;       // distillation: > 0 trains on as many windows that the teacher wrote
    std::vector<int> frozenLayers;  // positions in this checkpoint that do not learn
    bool freezeEmbeddings = false;  // neither the embedding nor the output head learns
    std::vector<std::string> loraTargets;  // of loraLinears(); empty: all
    int patience = 0;       // > 0: stop after so many evaluations without a better held-out perplexity
    bool keepBest = false;  // the result is the checkpoint with the best held-out perplexity, not the last
    bool keepZeros = true;  // weights that are zero stay so where a linear has at least 1 % of them
    double initialDeviation = 0.02;  // from scratch: of the normal random weights
    int microBatch = 0;              // windows run at once, gradients accumulated; 0: by tokens
    bool operator==(const HealOptions&) const = default;
    // Every member as an option: see fields.h. Defined in heal_fields.h.
    template <class V>
    static void fields(const V& visit);
};

// What fields() says: the options of command line, window, run.json and documents, in one order.
[[nodiscard]] const std::vector<OptionSpec>& healSpecs();
[[nodiscard]] OptionValues healValues(const HealOptions& options);  // what differs from the defaults
// Throws what checkOptions() throws.
[[nodiscard]] HealOptions healOptions(const OptionValues& values, const std::string& where,
                                      Idle idle = Idle::Refused);

// What the options of a plan's heal step say of training; the length of its windows is beside them.
inline constexpr const char* kHealSeqLen = "seq-len";
[[nodiscard]] HealOptions trainingOptions(OptionValues step, const std::string& where, Idle idle);

// "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"
[[nodiscard]] const std::vector<std::string>& loraLinears();

// Whether anything of the layer at `position` learns, and whether LoRA adapts linears of that name
// ("q_proj").
[[nodiscard]] bool layerLearns(const HealOptions& options, int position);
[[nodiscard]] bool linearAdapts(const HealOptions& options, const std::string& linear);

// Continued and distill: 5e-4 below 1e8 parameters, 1e-4 below 1e9, 3e-5 above. LoRA: 3e-3 below 1e8, 3e-4
// above. From scratch: 2.5e-3 below 1e8, 1e-3 above. The paper's preset, whatever the method but LoRA: 3e-4
// below 4e8 parameters, 2e-4 below 2e9, 3e-4 above (its networks of 0.3, 1.1 and 7 billion had been halved).
[[nodiscard]] double defaultRate(HealMethod method, std::int64_t parameters,
                                 HealPreset preset = HealPreset::Short);

// The warm-up in steps: what is given, else 2000 by the paper's preset, else -1: the share counts.
[[nodiscard]] std::int64_t warmupStepsOf(const HealOptions& options) noexcept;

// Steps of the uncut network that fill AdamW's moments before the cut one learns, at a learning rate of 0:
// what is given, else 500 by the paper's preset, else 0. Methods whose parameters the uncut network lacks
// (LoRA, from scratch) have none.
[[nodiscard]] std::int64_t fillStepsOf(const HealOptions& options) noexcept;

// Learning rate of step `step` (0-based) of `steps`.
[[nodiscard]] double rateAt(const HealOptions& options, double peak, double step, double steps);

// A step's line in metrics.jsonl and in the curves.
struct HealPoint {
    std::int64_t step = 0;  // steps done
    double loss = 0.0;      // of the batch, as optimised
    double crossEntropy = 0.0;
    double divergence = 0.0;
    double hiddenDistance = 0.0;     // see HealOptions::hiddenShare
    double attentionDistance = 0.0;  // see HealOptions::attentionShare
    double embeddingDistance = 0.0;  // see HealOptions::embeddingShare
    double rate = 0.0;
    double gradientNorm = 0.0;  // before clipping
    double seconds = 0.0;       // of training so far
    double tokensPerSecond = 0.0;
    std::int64_t memoryBytes = 0;             // private memory of the process
    std::optional<double> evalPerplexity;     // of the held-out windows
    std::optional<double> evalStandardError;  // of it, over windows; none for one window
};

struct HealReport {
    std::int64_t steps = 0;
    double loss = 0.0;
    std::optional<double> evalPerplexityBefore;
    std::optional<double> evalPerplexity;
    std::optional<double> densePerplexity;  // of the teacher
    // Of these three, over the held-out windows.
    std::optional<double> standardErrorBefore;
    std::optional<double> standardError;
    std::optional<double> denseStandardError;
    double tokensPerSecond = 0.0;
    double seconds = 0.0;
    std::int64_t tokens = 0;
    std::int64_t fillSteps = 0;  // of the uncut network, see fillStepsOf()
    std::optional<std::int64_t> resumedFrom;
    bool rewound = false;                  // resumed with more steps, and the learning rate went back up
    std::optional<std::int64_t> bestStep;  // of the best held-out perplexity, where it was kept
    bool paused = false;                   // stopped with a checkpoint, to be resumed
    bool stoppedEarly = false;             // by patience
    double flops = 0.0;                    // of training, by the rule of algorithms.md 8 and 9.3
    std::int64_t forecastBytes = 0;        // memory foreseen before the start
    std::string folder;
};

// What a run is told after each step.
enum class HealControl { GoOn, Pause };

// Order in which windows are seen: a permutation per epoch, a function of the seed alone, so that a resumed
// run goes on where it was. Returns the windows of step `step`.
[[nodiscard]] std::vector<int> windowsOfStep(std::uint64_t seed, std::int64_t step, int batchWindows,
                                             int windows);

}  // namespace secateur
