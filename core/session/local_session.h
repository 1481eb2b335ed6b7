// SPDX-License-Identifier: GPL-3.0-or-later
//
// The session on this machine: one checkpoint, one device. Private to core/session; see core/session.h for
// the contract.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/compress/carry_out.h"
#include "core/evaluate/chop_search.h"
#include "core/evaluate/preview.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/device.h"
#include "core/model/layer_source.h"
#include "core/model/weights.h"
#include "core/planning/two_stage.h"
#include "core/session.h"
#include "core/storage/checkpoint.h"

namespace secateur {

class LocalSession final : public Session {
public:
    LocalSession(std::shared_ptr<const Checkpoint> checkpoint, ComputePlace place, std::int64_t memoryLimit);

    [[nodiscard]] const ModelSummary& summary() const noexcept override { return checkpoint_->summary(); }
    [[nodiscard]] std::string deviceName() const override;
    [[nodiscard]] std::string computeDtype() const override;
    [[nodiscard]] HealScale healScale() const override { return healScale_; }
    [[nodiscard]] TokenWindows windows(const TextSource& source, const WindowOptions& options,
                                       JobContext& context) override;
    [[nodiscard]] PerplexityReport perplexity(const TokenWindows& windows, JobContext& context) override;
    [[nodiscard]] PerplexityReport slidingPerplexity(const TextSource& source, const WindowOptions& options,
                                                     int stride, JobContext& context) override;
    [[nodiscard]] std::vector<float> logits(const TokenWindows& windows, int window,
                                            JobContext& context) override;
    [[nodiscard]] std::shared_ptr<const Analysis> measure(const TokenWindows& windows,
                                                          const MeasureOptions& options, JobContext& context,
                                                          const AnalysisCallback& onStage) override;
    [[nodiscard]] ActivationHistogram activations(const TokenWindows& windows, const UnitCell& cell, int bins,
                                                  JobContext& context) override;
    [[nodiscard]] PlanResult plan(const Analysis* analysis, const TokenWindows* windows,
                                  const PlanRequest& request, JobContext& context) override;
    [[nodiscard]] ChopSweepReport chopSweep(const Analysis* analysis, const TokenWindows& windows,
                                            const ChopSweepRequest& request, JobContext& context,
                                            const ChopSweepCallback& onRow) override;
    [[nodiscard]] PreviewReport preview(const Plan& plan, const Analysis* analysis,
                                        const TokenWindows& windows, const PreviewOptions& options,
                                        JobContext& context) override;
    [[nodiscard]] TokenLossReport tokenLosses(const Plan& plan, const Analysis* analysis,
                                              const TokenWindows& windows, const PreviewOptions& options,
                                              JobContext& context) override;
    [[nodiscard]] TakeBackReport takeBack(const Plan& plan, const Analysis* analysis,
                                          const TokenWindows& windows, const PreviewOptions& options,
                                          JobContext& context, const TakeBackCallback& onRow) override;
    [[nodiscard]] SolveReport solve(const SolveRequest& request, const Analysis* analysis,
                                    const TokenWindows& calibration, const TokenWindows& judged,
                                    JobContext& context, const SolveCallback& onRow) override;
    [[nodiscard]] Completion complete(const CompletionOptions& options, const CompletionNetwork& network,
                                      JobContext& context, const TextCallback& onText) override;
    [[nodiscard]] EvaluationReport evaluate(const EvaluationRequest& request, JobContext& context) override;
    [[nodiscard]] BenchReport bench(const BenchOptions& options, const CompletionNetwork& network,
                                    JobContext& context) override;
    [[nodiscard]] BenchPlace benchPlace() const override { return benchPlace_; }
    [[nodiscard]] ApplyReport apply(const Plan& plan, const Analysis* analysis, const TokenWindows* windows,
                                    const std::filesystem::path& folder, const ApplyOptions& options,
                                    JobContext& context) override;
    [[nodiscard]] HealReport heal(const TokenWindows& training, const TokenWindows* evaluation,
                                  const HealRequest& request, const std::filesystem::path& folder,
                                  JobContext& context, const HealCallback& onPoint) override;

private:
    friend class ChopSweepJob;
    friend class SolveJob;

    [[nodiscard]] const NetworkConfig& config() const noexcept { return checkpoint_->config(); }
    // Keeps weights in memory from now on when they fit into half the limit: for work that visits layers more
    // than once.
    void considerResident();
    // The same of another network, in a part of the limit.
    void keepIfItFits(WeightSource& weights, double part = 0.5) const;
    [[nodiscard]] std::int64_t share(double fraction) const;  // of the memory limit
    void requireIdsInVocabulary(const std::vector<std::int32_t>& ids, const std::string& source) const;
    void requireSameModel(const Plan& plan) const;
    void requireSameModel(const Analysis* analysis) const;
    [[nodiscard]] std::string protocol(const TokenWindows& windows) const;
    // The windows that the first `tokens` tokens lie in.
    [[nodiscard]] static TokenWindows firstTokens(TokenWindows windows, int tokens);
    // Tells apart what is read, whatever the file is called.
    [[nodiscard]] static std::string windowsKey(const TokenWindows& windows);
    // What of `judged` this checkpoint was healed on, or a plan was calibrated on.
    struct CalibrationUse {
        const PlanCalibration* named = nullptr;  // by the plan; known where it is the text of `judged`
        const TokenWindows* windows = nullptr;
    };
    [[nodiscard]] std::vector<TextOverlap> overlaps(const TokenWindows& judged,
                                                    const CalibrationUse& calibration, JobContext& context);

    // What the steps of a plan look at.
    struct StepInputs {
        const Analysis* analysis = nullptr;
        const TokenWindows* calibration = nullptr;
        const TokenWindows* meansWindows = nullptr;  // see Calibration
        std::filesystem::path scratch = {};          // where heal steps train; empty: they are refused
    };
    struct Planned {
        std::shared_ptr<LayerSource> source;
        NetworkState state;
    };
    // What the first `steps` steps leave. Sources of the last plan are kept and used again as far as the
    // plans and their inputs agree.
    [[nodiscard]] Planned networkAfter(const Plan& plan, const StepInputs& inputs, JobContext& context,
                                       std::size_t steps = kAllSteps);
    // What a heal step makes of it: written, trained and opened again below `scratch`, which must stay until
    // the result has been used. `prefix`: the plan up to the step.
    [[nodiscard]] Planned healedNetwork(const Planned& before, const HealStep& step, const Plan& prefix,
                                        const std::filesystem::path& scratch, JobContext& context);
    // What there is to know of a network before it is timed.
    [[nodiscard]] NetworkSpeed warmedUp(WeightSource& weights, const BenchOptions& options,
                                        JobContext& context);
    // What is planned so far, and what is known of how.
    struct Draft;
    void planStep(const StepRequest& request, const Analysis* analysis, const TokenWindows* windows,
                  Draft& draft, JobContext& context);
    [[nodiscard]] WidthStep planSequentially(WeightSource& network, const TokenWindows& windows,
                                             const NetworkState& state, const WidthRequest& width,
                                             JobContext& context) const;
    // By structured OBS.
    [[nodiscard]] WidthStep planSurgically(WeightSource& network, const TokenWindows& windows,
                                           const NetworkState& state, const WidthRequest& width,
                                           JobContext& context) const;
    // Both stages of 2SSP as one step, on what the draft's steps leave.
    [[nodiscard]] WidthStep planTwoStages(const TwoStageSplit& split, const Analysis& scores,
                                          const TokenWindows& windows, Draft& draft, JobContext& context);
    // What a strategy that needs weights or text removes of a network, at least as much as `count` layers
    // are. `onStep` is called as a search goes on; `work` (may be null) collects what it took.
    using OrderCallback = std::function<void(const RemovalOrder&, const SearchStep& step)>;
    [[nodiscard]] RemovalOrder removalOrder(WeightSource& network, const ChopStrategy& strategy, int count,
                                            const TokenWindows* windows, JobContext& context,
                                            SubnetworkWork* work = nullptr, const OrderCallback& onStep = {});
    // The set of exactly so many units that an evolution finds, as an order of which all is taken.
    [[nodiscard]] RemovalOrder evolvedSet(WeightSource& network, const ChopStrategy& strategy, int count,
                                          const EvolutionWishes& wishes, const TokenWindows* windows,
                                          JobContext& context, SubnetworkWork* work = nullptr);
    // The request with the choice of such a strategy made.
    [[nodiscard]] ChopRequest settleChop(WeightSource& network, const ChopRequest& request,
                                         const TokenWindows* windows, JobContext& context);
    // An analysis of what the weights say alone.
    [[nodiscard]] Analysis weightScores(WeightSource& network, JobContext& context) const;
    // An analysis of what weights and gradients say alone. That of the last network and text is kept: while a
    // ratio is dragged it stays the same.
    [[nodiscard]] std::shared_ptr<const Analysis> gradientScores(WeightSource& network,
                                                                 const TokenWindows& windows,
                                                                 JobContext& context);
    void addSaliency(WeightSource& network, const TokenWindows& windows, Analysis& analysis,
                     JobContext& context);
    [[nodiscard]] std::shared_ptr<const Analysis> measureNetwork(WeightSource& network,
                                                                 const TokenWindows& windows,
                                                                 const MeasureOptions& options,
                                                                 JobContext& context,
                                                                 const AnalysisCallback& onStage);

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    std::int64_t memoryLimit_;
    std::shared_ptr<WorkMemory> memory_;
    HealScale healScale_;  // of the thread that opened it, which has been told how many it may use
    WeightSource weights_;
    BenchPlace benchPlace_;  // likewise
    std::unique_ptr<Preview> preview_;
    std::string previewKey_;  // text that preview_ belongs to
    struct JudgedText {
        std::string key;
        std::vector<TokenText> texts;
        std::vector<JudgedDocument> documents;
    };
    JudgedText judged_;                // of the last tokenLosses()
    std::map<std::string, int> seen_;  // windows of a text seen in another use of a text
    std::string gradientKey_;          // network and text of gradientScores_
    std::shared_ptr<const Analysis> gradientScores_;
    // Of the last plan: what its steps left, and what each was made from.
    struct KeptStep {
        std::string key;
        Planned after;
    };
    static constexpr const char* kHealed = "healed";  // the key of a step whose folder goes with its job
    std::vector<KeptStep> kept_;
};

}  // namespace secateur
