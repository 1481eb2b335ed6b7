// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::preview: the perplexity of what a plan leaves, with the streams of earlier previews reused.
#include <algorithm>
#include <chrono>

#include "core/base/error.h"
#include "core/model/checks.h"
#include "core/model/forward.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

std::vector<float> toVector(const at::Tensor& losses) {
    return {losses.const_data_ptr<float>(), losses.const_data_ptr<float>() + losses.numel()};
}

std::vector<double> windowMeans(const at::Tensor& losses) {
    const at::Tensor means = losses.to(at::kDouble).mean(1).contiguous();
    return {means.const_data_ptr<double>(), means.const_data_ptr<double>() + means.numel()};
}

void addErrors(const PreviewLosses& losses, PreviewReport& report) {
    const auto dense = errorOfMeanLoss(losses.dense);
    const auto plan = errorOfMeanLoss(losses.plan);
    const auto difference = errorOfMeanLoss(losses.plan - losses.dense);
    if (!dense || !plan || !difference) return;
    report.denseStandardError = report.densePerplexity * *dense;
    report.planStandardError = report.planPerplexity * *plan;
    report.changeStandardError = report.planPerplexity / report.densePerplexity * *difference;
}

}  // namespace

PreviewReport LocalSession::preview(const Plan& plan, const Analysis* analysis, const TokenWindows& windows,
                                    const PreviewOptions& options, JobContext& context) {
    PreviewReport report;
    const auto start = std::chrono::steady_clock::now();
    guarded([&] {
        requireSameModel(plan);
        requireIdsInVocabulary(windows.ids, windows.source);
        considerResident();
        ProgressParts parts(context, {needsCalibrationText(plan) ? 2.0 : 0.02, 1.0});
        parts.next();
        const Planned planned = networkAfter(plan, {analysis, options.calibration, &windows}, context);
        report.accounting = account(summary(), planned.state);
        const std::string key = windowsKey(windows);
        if (!preview_ || (key != previewKey_)) {
            preview_ = std::make_unique<Preview>(weights_, windows, share(0.2));
            previewKey_ = key;
        }
        WeightSource network(planned.source, place_, memory_);
        network.shareWith(&weights_);
        parts.next();
        const PreviewLosses losses = preview_->run(network, context);
        report.densePerplexity = perplexityOf(losses.dense);
        report.planPerplexity = perplexityOf(losses.plan);
        addErrors(losses, report);
        report.denseWindowLoss = windowMeans(losses.dense);
        report.planWindowLoss = windowMeans(losses.plan);
        report.firstLayerRun = losses.firstLayerRun;
        if (options.perToken) {
            report.denseTokenLoss = toVector(losses.dense);
            report.planTokenLoss = toVector(losses.plan);
        }
    });
    report.protocol = protocol(windows);
    // Without an analysis and a text of their own, the means of a bias are those of the judged windows.
    const bool onItself =
        analysis == nullptr && options.calibration == nullptr && std::ranges::any_of(plan.steps, needsMeans);
    report.overlaps = overlaps(
        windows, {plan.calibration ? &*plan.calibration : nullptr, onItself ? &windows : options.calibration},
        context);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (plan.calibration && !plan.calibration->chopped)
        report.warnings.emplace_back(
            "the width step was scored on an analysis of the whole network, not of the chopped one");
    return report;
}

}  // namespace secateur
