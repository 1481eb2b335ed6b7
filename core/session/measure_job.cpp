// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::measure: the measuring pass, and leave-one-out when asked for; and activations(), which looks
// closer at one unit of it.
#include <algorithm>

#include "core/data/plan_validate.h"
#include "core/evaluate/leave_one_out.h"
#include "core/metrics/activation_pass.h"
#include "core/metrics/measure.h"
#include "core/metrics/unit_saliency.h"
#include "core/model/checks.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

CalibrationInfo calibrationInfo(const TokenWindows& windows) {
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

void LocalSession::addSaliency(WeightSource& network, const TokenWindows& windows, Analysis& analysis,
                               JobContext& context) {
    guarded(
        [&] {
            WeightSource weights(network.source(), gradientPlace(place_), memory_);
            measureSaliency(weights, windows, share(0.2), analysis, context);
        },
        Gradients::Recorded);
}

std::shared_ptr<const Analysis> LocalSession::gradientScores(WeightSource& network,
                                                             const TokenWindows& windows,
                                                             JobContext& context) {
    std::string key = windowsKey(windows);
    for (int position = 0; position < network.config().layerCount(); ++position)
        key += "\n" + network.source()->key(position);
    if (key == gradientKey_) return gradientScores_;
    requireIdsInVocabulary(windows.ids, windows.source);
    ProgressParts parts(context, {1.0, 20.0});
    parts.next();
    Analysis analysis = weightScores(network, context);
    parts.next();
    addSaliency(network, windows, analysis, context);
    analysis.calibration = calibrationInfo(windows);
    gradientScores_ = std::make_shared<const Analysis>(std::move(analysis));
    gradientKey_ = key;
    return gradientScores_;
}

std::shared_ptr<const Analysis> LocalSession::measureNetwork(WeightSource& network,
                                                             const TokenWindows& windows,
                                                             const MeasureOptions& options,
                                                             JobContext& context,
                                                             const AnalysisCallback& onStage) {
    // Streams of more windows than this at once save nothing: reading the weights is then a small part of
    // a turn's work.
    constexpr std::int64_t kEnough = std::int64_t{128} << 20;
    const std::int64_t stateBytes =
        std::min(share(0.05), std::max(kEnough, checkpoint_->summary().bytes / 10));
    // Every layer once; once more and backwards; and for each layer three networks without a part of it, on
    // top of what they share.
    const double layers = network.config().layerCount();
    ProgressParts parts(context, {layers, options.gradients ? 3.0 * layers : 0.0,
                                  options.leaveOneOut ? 1.5 * layers * (layers + 1.0) : 0.0});
    parts.next();
    Analysis analysis = measurePass(network, windows, stateBytes, context);
    analysis.modelName = summary().name;
    analysis.modelFingerprint = summary().fingerprint;
    analysis.tool = toolName();
    analysis.dtype = computeDtype();
    analysis.statistics = options.statistics;
    analysis.calibration = calibrationInfo(windows);
    for (const LayerConfig& layer : config().layers)
        if (!findLayer(network.config(), layer.originalLayer))
            analysis.choppedLayers.push_back(layer.originalLayer);
    parts.next();
    if (options.gradients) addSaliency(network, windows, analysis, context);
    auto published = std::make_shared<const Analysis>(analysis);
    if (onStage) onStage(published);
    if (!options.leaveOneOut) return published;
    parts.next();
    analysis.leaveOneOut = leaveOneOut(network, windows, {}, share(0.2), context).values;
    published = std::make_shared<const Analysis>(std::move(analysis));
    if (onStage) onStage(published);
    return published;
}

std::shared_ptr<const Analysis> LocalSession::measure(const TokenWindows& windows,
                                                      const MeasureOptions& options, JobContext& context,
                                                      const AnalysisCallback& onStage) {
    std::shared_ptr<const Analysis> published;
    guarded([&] {
        requireIdsInVocabulary(windows.ids, windows.source);
        if (options.plan) requireSameModel(*options.plan);
        if (options.leaveOneOut) considerResident();
        if (!options.plan) {
            published = measureNetwork(weights_, windows, options, context, onStage);
            return;
        }
        ProgressParts parts(context, {1.0, 1.0});
        parts.next();
        const Planned planned = networkAfter(*options.plan, {nullptr, &windows, &windows}, context);
        parts.next();
        WeightSource network(planned.source, place_, memory_);
        network.shareWith(&weights_);
        published = measureNetwork(network, windows, options, context, onStage);
    });
    return published;
}

ActivationHistogram LocalSession::activations(const TokenWindows& windows, const UnitCell& cell, int bins,
                                              JobContext& context) {
    ActivationHistogram histogram;
    guarded([&] {
        requireIdsInVocabulary(windows.ids, windows.source);
        histogram = activationPass(weights_, windows, cell, bins, context);
    });
    histogram.text = calibrationInfo(windows);
    histogram.dtype = computeDtype();
    return histogram;
}

}  // namespace secateur
