// SPDX-License-Identifier: GPL-3.0-or-later
//
// The session on this machine: one checkpoint, one device. Private to core/session; see core/session.h for
// the contract.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/evaluate/preview.h"
#include "core/evaluate/subnetworks.h"
#include "core/model/device.h"
#include "core/model/plan_edits.h"
#include "core/model/weights.h"
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
    [[nodiscard]] PlanResult plan(const Analysis* analysis, const TokenWindows* windows,
                                  const PlanRequest& request, JobContext& context) override;
    [[nodiscard]] ChopSweepReport chopSweep(const Analysis* analysis, const TokenWindows& windows,
                                            const ChopSweepRequest& request, JobContext& context,
                                            const ChopSweepCallback& onRow) override;
    [[nodiscard]] PreviewReport preview(const Plan& plan, const Analysis* analysis,
                                        const TokenWindows& windows, const PreviewOptions& options,
                                        JobContext& context) override;
    [[nodiscard]] ApplyReport apply(const Plan& plan, const Analysis* analysis, const TokenWindows* windows,
                                    const std::filesystem::path& folder, const ApplyOptions& options,
                                    JobContext& context) override;
    [[nodiscard]] HealReport heal(const TokenWindows& training, const TokenWindows* evaluation,
                                  const HealRequest& request, const std::filesystem::path& folder,
                                  JobContext& context, const HealCallback& onPoint) override;

private:
    friend class ChopSweepJob;

    [[nodiscard]] const NetworkConfig& config() const noexcept { return checkpoint_->config(); }
    // Keeps weights in memory from now on when they fit into half the limit: for work that visits layers more
    // than once.
    void considerResident();
    [[nodiscard]] std::int64_t share(double fraction) const;  // of the memory limit
    void requireIdsInVocabulary(const std::vector<std::int32_t>& ids, const std::string& source) const;
    void requireSameModel(const Plan& plan) const;
    void requireSameModel(const Analysis* analysis) const;
    [[nodiscard]] std::string protocol(const TokenWindows& windows) const;
    [[nodiscard]] PlanResult planSequentially(const TokenWindows& windows, const PlanRequest& request,
                                              JobContext& context);
    // What a strategy that needs weights or text removes, at least as much as `count` layers are. `onStep` is
    // called as a search goes on; `work` (may be null) collects what it took.
    using OrderCallback = std::function<void(const RemovalOrder&, double value)>;
    [[nodiscard]] RemovalOrder removalOrder(const ChopStrategy& strategy, int count,
                                            const TokenWindows* windows, JobContext& context,
                                            SubnetworkWork* work = nullptr, const OrderCallback& onStep = {});
    // The request with the choice of such a strategy made.
    [[nodiscard]] PlanRequest settleChop(const PlanRequest& request, const TokenWindows* windows,
                                         JobContext& context);
    [[nodiscard]] std::vector<int> layerNumbers() const;  // ORIGINAL, by position
    [[nodiscard]] Analysis weightNorms(JobContext& context);
    // The analysis whose means a plan's bias needs: the one given, else measured from the windows.
    [[nodiscard]] std::shared_ptr<const Analysis> meansFor(const Plan& plan, const Analysis* analysis,
                                                           const TokenWindows* windows, JobContext& context);

    std::shared_ptr<const Checkpoint> checkpoint_;
    ComputePlace place_;
    std::int64_t memoryLimit_;
    HealScale healScale_;  // of the thread that opened it, which has been told how many it may use
    WeightSource weights_;
    std::unique_ptr<Preview> preview_;
    std::string previewKey_;  // text and analysis that preview_ belongs to
};

}  // namespace secateur
