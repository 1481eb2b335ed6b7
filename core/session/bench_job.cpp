// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::bench: how fast the network writes, and beside it what a plan leaves of it.
#include <chrono>
#include <cmath>

#include "core/evaluate/decode_rate.h"
#include "core/model/checks.h"
#include "core/planning/roofline.h"
#include "core/session/device_memory.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

// Of a number of the checkpoint.
double storedBytesPerNumber(const ModelSummary& model) {
    if (model.parameters <= 0 || model.bytes <= 0) return 4.0;
    return static_cast<double>(model.bytes) / static_cast<double>(model.parameters);
}

}  // namespace

NetworkSpeed LocalSession::warmedUp(WeightSource& weights, const BenchOptions& options, JobContext& context) {
    NetworkSpeed speed;
    speed.resident = weights.resident();
    speed.weightBytes = loadWeights(weights, context);
    const PeakTensorMemory memory(place_.device);
    warmUp(weights, options, context);
    speed.peakBytes = memory.bytes() + (speed.resident ? speed.weightBytes : 0);
    return speed;
}

BenchReport LocalSession::bench(const BenchOptions& options, const CompletionNetwork& network,
                                JobContext& context) {
    const auto start = std::chrono::steady_clock::now();
    BenchReport report;
    report.modelFingerprint = summary().fingerprint;
    report.options = options;
    guarded([&] {
        considerResident();
        const bool plans = network.plan != nullptr;
        if (plans) requireSameModel(*network.plan);
        report.place = benchPlace_;
        const auto bytes = static_cast<int>(c10::elementSize(place_.products));
        const double stored = storedBytesPerNumber(summary());
        ProgressParts parts(context,
                            plans ? std::vector<double>{0.2, 0.2, 0.2, 2.0} : std::vector<double>{0.2, 1.0});
        parts.next();
        report.machine = measureMachine(weights_, context);
        report.dense = warmedUp(weights_, options, context);
        report.denseLoads = linearLoads(stateOf(config()), bytes, stored);
        std::vector<WeightSource*> networks{&weights_};
        std::optional<WeightSource> left;
        if (plans) {
            parts.next();
            const Planned planned = networkAfter(
                *network.plan, {network.analysis, network.calibration, network.windows}, context);
            left.emplace(planned.source, place_, memory_);
            left->shareWith(&weights_);
            keepIfItFits(*left);
            parts.next();
            report.planned = warmedUp(*left, options, context);
            report.plannedLoads = linearLoads(planned.state, bytes, stored);
            report.remarks = formRemarks(planned.state, report.place.products);
            networks.push_back(&*left);
        }
        parts.next();
        std::vector<std::vector<BatchTimes>> times = measureDecoding(networks, options, context);
        report.dense.batches = std::move(times[0]);
        if (!plans) return;
        report.planned->batches = std::move(times[1]);
        for (std::string& remark : speedRemarks(report.dense, *report.planned))
            report.remarks.push_back(std::move(remark));
    });
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace secateur
