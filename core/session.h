// SPDX-License-Identifier: GPL-3.0-or-later
//
// The facade: open, tokenize, measure, score, plan, preview, apply. Everything the window and the command
// line can do goes through here. Includes no LibTorch header.
//
// Thread rule: one thread at a time may compute (the window's DeviceExecutor, or main of the command line);
// summary() and checkpointFolder() may be read from any thread. Every method that computes takes a
// JobContext, checks for stop at least once a layer and batch, and throws Error alone (LibTorch's and
// allocation failures are translated).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/data/activation_histogram.h"
#include "core/data/analysis.h"
#include "core/data/bench.h"
#include "core/data/completion.h"
#include "core/data/evaluation.h"
#include "core/data/heal.h"
#include "core/data/model_summary.h"
#include "core/data/plan.h"
#include "core/data/plan_request.h"
#include "core/data/reports.h"
#include "core/data/run_record.h"
#include "core/data/take_back.h"
#include "core/data/token_losses.h"
#include "core/data/tokens.h"
#include "core/planning/heal_forecast.h"
#include "core/planning/planner.h"
#include "core/planning/solve_report.h"
#include "core/planning/solver.h"

namespace secateur {

enum class ComputeDtype {
    Auto,
    F32,
    BF16,
    F16
};  // Auto: BF16 where it is faster (AMX, AMD with AVX512-BF16, GPUs), else F32

struct SessionOptions {
    std::string device = "auto";  // "auto", "cpu", "cuda", "cuda:1"
    ComputeDtype dtype = ComputeDtype::Auto;
    int threads = 0;               // 0 = as many as there are cores
    std::int64_t memoryLimit = 0;  // bytes; weights stay resident when they fit into half of it, else are
                                   // streamed; 0 = of free memory
};

struct MeasureOptions {
    Statistics statistics = Statistics::Exact;  // the file's default; both are always collected
    bool leaveOneOut = false;
    bool gradients = false;                   // also saliencies, by a pass backwards
    std::optional<Plan> plan = std::nullopt;  // measure the network that this plan leaves
};

struct PreviewOptions {
    bool perToken = false;
    const TokenWindows* calibration =
        nullptr;  // for steps that look at activations; null: there is no such text
};

// Which network writes, or is timed.
struct CompletionNetwork {
    const Plan* plan = nullptr;                 // what it leaves; null: the network that was opened
    const Analysis* analysis = nullptr;         // as in Session::preview
    const TokenWindows* calibration = nullptr;  // as in PreviewOptions
    const TokenWindows* windows = nullptr;      // that previews judge on; may be null
};

// What is asked of a network, or of two. The first is the network that was opened or, where `dense` names a
// folder, that one; the second what the plan leaves of the one that was opened, or with `dense` and no plan
// the one that was opened.
struct EvaluationRequest {
    std::vector<Task> tasks;                // with their questions
    const TokenWindows* windows = nullptr;  // for the divergence of the two; null: not asked for
    std::filesystem::path dense = {};       // of the same tokenizer; empty: none
    CompletionNetwork second = {};          // the plan, and what its steps look at
};

struct ApplyOptions {
    std::string format = "hf";  // "hf", "hf-masked"
    bool overwrite = false;
    std::optional<std::string> outDtype;              // "f32", "bf16", "f16"; default: as stored
    std::optional<Measured> measured = std::nullopt;  // of this plan; for the card and the plan beside it
};

// The windows that a run learns from and those that it is judged on; the latter are the last ones of the
// training text where the run names no other, none where that is too short. Throws like Session::windows.
struct RunWindows {
    TokenWindows training;
    std::optional<TokenWindows> heldOut;
};
class Session;
[[nodiscard]] RunWindows runWindows(Session& session, const RunRequest& run, JobContext& context);

struct HealRequest {
    HealOptions options;
    // The uncompressed checkpoint: distillation learns from it, steps before the cut run it, other runs
    // measure its perplexity beside theirs; may be empty.
    std::filesystem::path teacher;
    RunRequest record;  // what run.json says of the sources; `model`, `teacher` and `options` are filled in
    bool overwrite = false;
    bool resume = false;  // from the newest complete checkpoint in the folder
};

class Session {
public:
    // Reads headers only. Throws like Checkpoint::open, and InvalidArgument / Unsupported for a device that
    // is not there.
    [[nodiscard]] static std::shared_ptr<Session> open(const std::filesystem::path& checkpoint,
                                                       const SessionOptions& options);
    virtual ~Session() = default;

    [[nodiscard]] virtual const ModelSummary& summary() const noexcept = 0;
    [[nodiscard]] virtual std::string deviceName() const = 0;    // "cpu", "cuda:0 (NVIDIA H100)"
    [[nodiscard]] virtual std::string computeDtype() const = 0;  // "float32", "bfloat16", "float16"
    // What the forecast of a run here goes by, but for the text and the teacher, which are the caller's.
    [[nodiscard]] virtual HealScale healScale() const = 0;

    // Ids of the source cut into windows; checks them against the vocabulary.
    [[nodiscard]] virtual TokenWindows windows(const TextSource& source, const WindowOptions& options,
                                               JobContext& context) = 0;

    // exp of the mean NLL. Chunked protocol (algorithms.md 9.6); stride > 0: sliding window over `stream`
    // with that stride.
    [[nodiscard]] virtual PerplexityReport perplexity(const TokenWindows& windows, JobContext& context) = 0;
    [[nodiscard]] virtual PerplexityReport slidingPerplexity(const TextSource& source,
                                                             const WindowOptions& options, int stride,
                                                             JobContext& context) = 0;
    // Logits of one window, float32 [seqLen * vocabSize].
    [[nodiscard]] virtual std::vector<float> logits(const TokenWindows& windows, int window,
                                                    JobContext& context) = 0;

    // One pass over the windows. `onStage` (may be empty) publishes the analysis as it grows: after the
    // channel statistics, and again when leave-one-out is complete.
    using AnalysisCallback = std::function<void(std::shared_ptr<const Analysis>)>;
    [[nodiscard]] virtual std::shared_ptr<const Analysis> measure(const TokenWindows& windows,
                                                                  const MeasureOptions& options,
                                                                  JobContext& context,
                                                                  const AnalysisCallback& onStage = {}) = 0;

    // How the values of one unit are spread over the windows, in bins of equal width. Of this checkpoint as
    // it is: they agree with an analysis that was measured on the same windows without a plan. Throws
    // InvalidArgument for a unit that there is not.
    [[nodiscard]] virtual ActivationHistogram activations(const TokenWindows& windows, const UnitCell& cell,
                                                          int bins, JobContext& context) = 0;

    // Planning for methods and chop strategies of every kind, step by step, each on what the steps before it
    // leave: those that prune as they go or look at the network use `windows`, and so do scores where the
    // analysis does not cover the network that is left; magnitude-sp reads the weights when there is no
    // analysis; everything else is makePlan().
    [[nodiscard]] virtual PlanResult plan(const Analysis* analysis, const TokenWindows* windows,
                                          const PlanRequest& request, JobContext& context) = 0;

    // Perplexities of every strategy at every count over the same windows, with shared prefixes; strategies
    // that look at text look at these windows too. `analysis` may be null: measured from the windows when a
    // strategy needs one. `onRow` (may be empty) gets the dense perplexity, in a report without rows, and
    // then the report with every row as it becomes known; the last row is the new one. Standard errors of
    // changes are those of the mean difference of a window's loss to the dense network's. Counts that a
    // strategy cannot remove are left out with a warning.
    using ChopSweepCallback = std::function<void(const ChopSweepReport&)>;
    [[nodiscard]] virtual ChopSweepReport chopSweep(const Analysis* analysis, const TokenWindows& windows,
                                                    const ChopSweepRequest& request, JobContext& context,
                                                    const ChopSweepCallback& onRow = {}) = 0;

    // What the plan's steps leave of the network, run over the windows; nothing is written. The dense pass
    // over the same windows is kept, and so is what calibrated steps made, so that after an edit only what it
    // changes runs again. `analysis` gives the means of the bias; null: measured from the calibration text,
    // else from the windows.
    [[nodiscard]] virtual PreviewReport preview(const Plan& plan, const Analysis* analysis,
                                                const TokenWindows& windows, const PreviewOptions& options,
                                                JobContext& context) = 0;

    // The same with the loss of every token, and what each token is.
    [[nodiscard]] virtual TokenLossReport tokenLosses(const Plan& plan, const Analysis* analysis,
                                                      const TokenWindows& windows,
                                                      const PreviewOptions& options, JobContext& context) = 0;
    // Previews of the plan with each of its cuts taken back (lessenedPlans), ranked. `onRow` (may be empty)
    // gets the report with every row as it becomes known.
    using TakeBackCallback = std::function<void(const TakeBackReport&)>;
    [[nodiscard]] virtual TakeBackReport takeBack(const Plan& plan, const Analysis* analysis,
                                                  const TokenWindows& windows, const PreviewOptions& options,
                                                  JobContext& context,
                                                  const TakeBackCallback& onRow = {}) = 0;

    // Plans that just meet a target (proposePlans), each decided and calibrated on `calibration` and
    // previewed on `judged`, ranked by perplexity. `analysis` (may be null: measured) is of the network as it
    // was opened. `onRow` (may be empty) gets the report with every row as it becomes known. A stop after the
    // first row ends it early: the report is partial and holds what was measured. Throws what proposePlans
    // and previews throw.
    using SolveCallback = std::function<void(const SolveReport&)>;
    [[nodiscard]] virtual SolveReport solve(const SolveRequest& request, const Analysis* analysis,
                                            const TokenWindows& calibration, const TokenWindows& judged,
                                            JobContext& context, const SolveCallback& onRow = {}) = 0;

    // Goes on with a prompt. `onText` (may be empty) gets the text as it is written, in whole characters.
    // Throws InvalidArgument for options out of range, NotFound for a checkpoint without tokenizer, and what
    // a preview throws.
    using TextCallback = std::function<void(const std::string& text)>;
    [[nodiscard]] virtual Completion complete(const CompletionOptions& options,
                                              const CompletionNetwork& network, JobContext& context,
                                              const TextCallback& onText = {}) = 0;

    // Accuracies, answer flips and divergences. Throws InvalidArgument for a divergence of one network,
    // NotFound for a checkpoint without tokenizer where tasks are asked for, and what a preview throws.
    [[nodiscard]] virtual EvaluationReport evaluate(const EvaluationRequest& request,
                                                    JobContext& context) = 0;

    // How fast the network writes, and beside it what a plan leaves of it: times, peak memory, and what each
    // kind of linear asks of the machine. The plan's network is timed as previews run it: in the dtype and
    // the form that products have here. Throws InvalidArgument for options out of range, and what a preview
    // throws.
    [[nodiscard]] virtual BenchReport bench(const BenchOptions& options, const CompletionNetwork& network,
                                            JobContext& context) = 0;
    // What rates of this session depend on, its network and the machine apart. May be read from any thread.
    [[nodiscard]] virtual BenchPlace benchPlace() const = 0;

    // The smaller checkpoint. `analysis` gives the means of the bias compensation; `windows` (may be null)
    // are the calibration text of steps that look at activations.
    [[nodiscard]] virtual ApplyReport apply(const Plan& plan, const Analysis* analysis,
                                            const TokenWindows* windows, const std::filesystem::path& folder,
                                            const ApplyOptions& options, JobContext& context) = 0;

    // Trains this checkpoint on `training` and writes the healed one into `folder`, with checkpoints on the
    // way and the curves (docs/formats/run.md). `evaluation` (may be null) gives held-out perplexities.
    // A pause that `onPoint` asks for saves a checkpoint and returns with HealReport::paused.
    using HealCallback = std::function<HealControl(const HealPoint&)>;
    [[nodiscard]] virtual HealReport heal(const TokenWindows& training, const TokenWindows* evaluation,
                                          const HealRequest& request, const std::filesystem::path& folder,
                                          JobContext& context, const HealCallback& onPoint = {}) = 0;
};

// True when a step of the plan looks at activations and cannot be carried out without its calibration text.
// Throws InvalidArgument for methods that there are not.
[[nodiscard]] bool needsCalibrationText(const Plan& plan);

// All methods: of chops, widths and recipe steps.
[[nodiscard]] const std::vector<MethodInfo>& allMethods();

// Version and name of this program, for provenance: "secateur 0.1.0".
[[nodiscard]] std::string toolName();

}  // namespace secateur
