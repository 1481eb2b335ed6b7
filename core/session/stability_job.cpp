// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "core/base/error.h"
#include "core/planning/planner.h"
#include "core/session/stability.h"

namespace secateur {

namespace {

template <class Names>
void requireKnownName(const Names& known, const std::string& name, const char* what) {
    if (std::ranges::count(known, name) > 0) return;
    std::string list;
    for (const std::string& one : known) list += (list.empty() ? "" : ", ") + one;
    throw Error(ErrorCode::InvalidArgument, std::string("unknown ") + what + " '" + name + "'",
                "known are " + list);
}

void checkStabilityRequest(const StabilityRequest& request) {
    requireKnownName(layerMetrics(), request.layerMetric, "metric of layers");
    requireKnownName(widthMetrics(), request.channelMetric, "metric of channels");
    const bool sizes = std::ranges::all_of(request.sizes, [](int size) { return size > 0; });
    if (request.texts.empty() || request.sizes.empty() || request.seeds < 1 || !sizes)
        throw Error(ErrorCode::InvalidArgument, "there is nothing to measure",
                    "give one text, one number of windows and one seed at least");
}

}  // namespace

StabilityReport measureStability(Session& session, const StabilityRequest& request, JobContext& context) {
    checkStabilityRequest(request);
    MeasureOptions measuring;
    measuring.leaveOneOut = request.layerMetric.starts_with("leave-one-out");
    std::vector<double> weights;
    for (std::size_t i = 0; i < request.texts.size() * static_cast<std::size_t>(request.seeds); ++i)
        weights.insert(weights.end(), request.sizes.begin(), request.sizes.end());
    ProgressParts parts(context, std::move(weights));
    std::vector<MeasuredScores> measurements;
    for (const TextSource& text : request.texts)
        for (int seed = 0; seed < request.seeds; ++seed)
            for (const int size : request.sizes) {
                parts.next();
                WindowOptions options;
                options.samples = size;
                options.seqLen = request.seqLen;
                options.sampling = Sampling::Random;
                options.seed = static_cast<std::uint64_t>(seed);
                options.bos = request.bos;
                const TokenWindows windows = session.windows(text, options, context);
                const auto analysis = session.measure(windows, measuring, context);
                MeasuredScores scores = measuredScores(*analysis, session.summary().config,
                                                       request.layerMetric, request.channelMetric);
                scores.text = text.file();  // files of one name may lie in several folders
                measurements.push_back(std::move(scores));
            }
    return stabilityOf(std::move(measurements), request.layerMetric, request.channelMetric, request.lowest);
}

}  // namespace secateur
