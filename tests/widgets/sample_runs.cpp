// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/sample_runs.h"

namespace secateur::testing {

HealPoint samplePoint(std::int64_t step) {
    HealPoint point;
    point.step = step;
    point.loss = 4.0 / static_cast<double>(step);
    point.crossEntropy = point.loss;
    point.rate = 1e-4;
    point.gradientNorm = 0.5;
    point.seconds = 0.5 * static_cast<double>(step);
    point.tokensPerSecond = 256.0;
    point.memoryBytes = 50'000'000;
    if (step % 5 == 0) point.evalPerplexity = 10.0 / static_cast<double>(step);
    return point;
}

RunRecord sampleRun(const char* name, RunState state, int steps, HealMethod method) {
    RunRecord run;
    run.folder = std::string("/runs/") + name;
    run.name = name;
    run.state = state;
    run.request.model = run.folder + "/start";
    run.request.options.method = method;
    run.request.options.steps = 20;
    run.request.options.batchWindows = 4;
    run.request.windows.seqLen = 32;
    run.modelName = "twig-6";
    run.protocol = "chunked, 8 windows of 32 tokens, float32";
    run.parameters = 1000;
    run.bytes = 4000;
    run.densePerplexity = 1.5;
    run.evalBefore = 12.0;
    run.steps = steps;
    run.tokens = steps * 128;
    run.seconds = 0.5 * steps;
    run.flops = 6.0 * 1000.0 * 128.0 * steps;
    for (int step = 1; step <= steps; ++step) {
        run.points.push_back(samplePoint(step));
        if (run.points.back().evalPerplexity) run.evalPerplexity = run.points.back().evalPerplexity;
    }
    return run;
}

JobRow healJobRow(int id, const char* folder, JobState state, double fraction) {
    JobRow row;
    row.id = id;
    row.name = QStringLiteral("Heal");
    row.state = state;
    row.fraction = fraction;
    row.run = QLatin1String(folder);
    return row;
}

HealCurve healCurve(const char* name, int colour, int steps) {
    HealCurve curve;
    curve.name = QLatin1String(name);
    curve.colour = colour;
    curve.tokensPerStep = 128.0;
    curve.flopsPerStep = 2e6;
    curve.before = 12.0;
    curve.dense = 1.5;
    for (int step = 1; step <= steps; ++step) curve.points.push_back(samplePoint(step));
    return curve;
}

}  // namespace secateur::testing
