// SPDX-License-Identifier: GPL-3.0-or-later
//
// A measurement of the sample network's speed, made of plain numbers: a step of 25 ms, 40 tokens a second,
// six layers of 4 ms, of which products take 3.
#pragma once

#include <memory>

#include "core/data/bench.h"
#include "tests/widgets/fake_engine.h"
#include "tests/widgets/sample_network.h"

namespace secateur::testing {

inline NetworkSpeed sampleSpeed(double seconds = 0.025) {
    BatchTimes times;
    times.step = {seconds * 0.98, seconds, seconds * 1.02, 75};
    times.prompt = times.firstToken = {0.1, 0.1, 0.1, 5};
    times.layers.assign(kLayers, LayerTime{0.004, 0.003});
    times.restSeconds = 0.001;
    NetworkSpeed speed;
    speed.batches = {times};
    return speed;
}

// Answers the newest request; a plan is measured with `plannedSeconds` a token.
inline void finishRate(FakeEngine& engine, double plannedSeconds = 0.02) {
    const RateRequest& request = engine.rateRequests.back();
    auto report = std::make_shared<BenchReport>();
    report->options = request.options;
    report->place = engine.place;
    report->dense = sampleSpeed();
    if (request.planned) report->planned = sampleSpeed(plannedSeconds);
    Q_EMIT engine.rateMeasured(report, request.id);
}

}  // namespace secateur::testing
