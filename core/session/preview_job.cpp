// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::preview: a plan's perplexity by masks, with the streams of earlier previews reused.
#include <algorithm>
#include <chrono>

#include "core/base/error.h"
#include "core/model/checks.h"
#include "core/model/forward.h"
#include "core/session/local_session.h"
#include "core/storage/hash.h"

namespace secateur {

namespace {

// Previews of the same text and the same means may share streams.
std::string keyOf(const TokenWindows& windows, const Analysis* analysis) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(windows.ids)));
    hash.add(std::to_string(windows.seqLen));
    if (analysis)
        for (const LayerAnalysis& layer : analysis->layers)
            for (const auto* statistics : {&layer.oProj, &layer.downProj}) {
                hash.add(std::as_bytes(std::span(statistics->mean)));
                hash.add(std::as_bytes(std::span(statistics->meanReference)));
            }
    return hash.hex();
}

std::vector<float> toVector(const at::Tensor& losses) {
    return {losses.const_data_ptr<float>(), losses.const_data_ptr<float>() + losses.numel()};
}

}  // namespace

std::shared_ptr<const Analysis> LocalSession::meansFor(const Plan& plan, const Analysis* analysis,
                                                       const TokenWindows* windows, JobContext& context) {
    requireSameModel(analysis);
    if (!needsMeans(plan)) return nullptr;
    // The caller's analysis stays the caller's: shared without ownership.
    if (analysis) return {std::shared_ptr<const Analysis>(), analysis};
    if (!windows) return nullptr;
    context.warn("the means for the bias are measured from " + windows->source +
                 ", because no analysis was given");
    MeasureOptions options;
    options.plan = plan;
    std::erase_if(options.plan->steps,
                  [](const PlanStep& step) { return !std::holds_alternative<ChopStep>(step); });
    if (plan.calibration && plan.calibration->statistics == "reference")
        options.statistics = Statistics::Reference;
    return measure(*windows, options, context, {});
}

PreviewReport LocalSession::preview(const Plan& plan, const Analysis* analysis, const TokenWindows& windows,
                                    const PreviewOptions& options, JobContext& context) {
    PreviewReport report;
    const auto start = std::chrono::steady_clock::now();
    guarded([&] {
        requireSameModel(plan);
        requireIdsInVocabulary(windows.ids, windows.source);
        for (const PlanStep& step : plan.steps)
            if (const auto* other = std::get_if<OtherStep>(&step))
                throw Error(ErrorCode::Unsupported,
                            "the plan has a step '" + other->step + "', which cannot be previewed yet",
                            "remove the step; chop and width steps can be previewed");
        considerResident();
        const auto means = meansFor(plan, analysis, &windows, context);
        const PlanEdits edits(config(), plan, means.get());
        report.accounting = account(summary(), plannedNetwork(config(), plan));
        const std::string key = keyOf(windows, means.get());
        if (!preview_ || (key != previewKey_)) {
            preview_ = std::make_unique<Preview>(weights_, windows, share(0.2));
            previewKey_ = key;
        }
        const PreviewLosses losses = preview_->run(edits, context);
        report.densePerplexity = perplexityOf(losses.dense);
        report.planPerplexity = perplexityOf(losses.plan);
        report.firstLayerRun = losses.firstLayerRun;
        if (options.perToken) {
            report.denseTokenLoss = toVector(losses.dense);
            report.planTokenLoss = toVector(losses.plan);
        }
    });
    report.protocol = protocol(windows);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (plan.calibration && !plan.calibration->chopped)
        report.warnings.emplace_back(
            "the width step was scored on an analysis of the whole network, not of the chopped one");
    return report;
}

}  // namespace secateur
