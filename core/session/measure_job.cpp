// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::measure: the measuring pass, and leave-one-out when asked for.
#include <algorithm>

#include "core/evaluate/leave_one_out.h"
#include "core/metrics/measure.h"
#include "core/model/checks.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

// Layers and sublayers that a plan removes, as edits that skip them.
std::vector<LayerEdit> skipsOf(const NetworkConfig& config, const std::optional<Plan>& plan,
                               JobContext& context) {
    std::vector<LayerEdit> edits;
    if (!plan) return edits;
    Plan chops = *plan;
    const auto widths = std::erase_if(
        chops.steps, [](const PlanStep& step) { return !std::holds_alternative<ChopStep>(step); });
    if (widths > 0)
        context.warn("only the chop steps of the plan are measured under; its other steps are left out");
    const PlanEdits planned(config, chops, nullptr);
    for (int position = 0; position < config.layerCount(); ++position) {
        LayerEdit edit;
        const bool gone = planned.skipsLayer(position);
        edit.skipAttention = gone || planned.dropsAttention(position);
        edit.skipMlp = gone || planned.dropsMlp(position);
        edit.shares = planned.shares(position);
        edits.push_back(edit);
    }
    return edits;
}

CalibrationInfo calibrationOf(const TokenWindows& windows) {
    CalibrationInfo info;
    info.source = windows.source;
    info.sha256 = windows.sha256;
    info.samples = windows.count();
    info.seqLen = windows.seqLen;
    info.seed = windows.seed;
    info.sampling = windows.sampling == Sampling::Random ? "random" : "sequential";
    info.bos = windows.bos;
    return info;
}

}  // namespace

std::shared_ptr<const Analysis> LocalSession::measure(const TokenWindows& windows,
                                                      const MeasureOptions& options, JobContext& context,
                                                      const AnalysisCallback& onStage) {
    std::shared_ptr<const Analysis> published;
    guarded([&] {
        requireIdsInVocabulary(windows.ids, windows.source);
        if (options.plan) requireSameModel(*options.plan);
        if (options.leaveOneOut) considerResident();
        const std::vector<LayerEdit> edits = skipsOf(config(), options.plan, context);
        // Streams of more windows than this at once save nothing: reading the weights is then a small part of
        // a turn's work.
        constexpr std::int64_t kEnough = std::int64_t{128} << 20;
        const std::int64_t stateBytes =
            std::min(share(0.05), std::max(kEnough, checkpoint_->summary().bytes / 10));
        Analysis analysis = measurePass(weights_, windows, edits, stateBytes, context);
        analysis.modelName = summary().name;
        analysis.modelFingerprint = summary().fingerprint;
        analysis.tool = toolName();
        analysis.dtype = computeDtype();
        analysis.statistics = options.statistics;
        analysis.calibration = calibrationOf(windows);
        for (int position = 0; position < config().layerCount(); ++position)
            if (!edits.empty() && edits[static_cast<std::size_t>(position)].skipLayer())
                analysis.choppedLayers.push_back(
                    config().layers[static_cast<std::size_t>(position)].originalLayer);
        published = std::make_shared<const Analysis>(analysis);
        if (onStage) onStage(published);
        if (!options.leaveOneOut) return;
        analysis.leaveOneOut = leaveOneOut(weights_, windows, edits, {}, share(0.2), context).values;
        published = std::make_shared<const Analysis>(std::move(analysis));
        if (onStage) onStage(published);
    });
    return published;
}

}  // namespace secateur
