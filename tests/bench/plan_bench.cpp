// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long a slider waits for a new plan (docs/performance.md): 32 layers x 11008 channels below 20 ms, 80 x
// 28672 below 100 ms.
#include <benchmark/benchmark.h>

#include "core/planning/planner.h"
#include "tests/planning/toy_network.h"

namespace secateur {
namespace {

struct Case {
    ModelSummary model;
    Analysis analysis;
};

const Case& caseOf(bool large) {
    const auto make = [](const test::Shape& shape) {
        Case it{test::summary(shape), {}};
        it.analysis = test::randomAnalysis(it.model.config);
        return it;
    };
    static const Case kSmall = make({32, 4096, 32, 32, 128, 11008, 32000, false});
    if (!large) return kSmall;
    static const Case kLarge = make({80, 8192, 64, 8, 128, 28672, 32000, false});
    return kLarge;
}

void replan(benchmark::State& state, const WidthRequest& base) {
    const Case& it = caseOf(state.range(0) != 0);
    WidthRequest width = base;
    double ratio = 0.2;
    for (auto _ : state) {
        // A slider never asks for the same twice.
        ratio = ratio > 0.5 ? 0.2 : ratio + 0.01;
        if (!width.targetParameters) width.ratio = ratio;
        benchmark::DoNotOptimize(makePlan(it.model, &it.analysis, requestOf({}, width)));
    }
}

void BM_Replan(benchmark::State& state, const std::string& structure) {
    WidthRequest width;
    width.structure = structure;
    replan(state, width);
}

void BM_ReplanRounded(benchmark::State& state) {
    WidthRequest width;
    width.minKeepChannels = 256;
    width.roundTo = 128;
    replan(state, width);
}

void BM_TargetParameters(benchmark::State& state) {
    WidthRequest width;
    width.targetParameters = caseOf(state.range(0) != 0).model.parameters * 7 / 10;
    replan(state, width);
}

// Chop, narrow, sparsify and quantize, all decided again.
void BM_ReplanFourSteps(benchmark::State& state) {
    const Case& it = caseOf(state.range(0) != 0);
    ChopRequest chop;
    chop.count = 8;
    chop.strategy = "max-gap";
    RecipeStep sparsify{"sparsify", "any", {}, {}, {}};
    sparsify.options.set("sparsity", 0.5);
    RecipeStep quantize{"quantize", "any", {}, {}, {}};
    quantize.options.set("bits", std::int64_t{4});
    WidthRequest width;
    double ratio = 0.2;
    for (auto _ : state) {
        ratio = ratio > 0.5 ? 0.2 : ratio + 0.01;
        width.ratio = ratio;
        PlanRequest request = requestOf(chop, width);
        request.steps.emplace_back(sparsify);
        request.steps.emplace_back(quantize);
        benchmark::DoNotOptimize(makePlan(it.model, &it.analysis, request));
    }
}

void BM_PlanJson(benchmark::State& state) {
    const Case& it = caseOf(state.range(0) != 0);
    WidthRequest width;
    width.ratio = 0.3;
    const Plan plan = makePlan(it.model, &it.analysis, requestOf({}, width)).plan;
    for (auto _ : state) benchmark::DoNotOptimize(parsePlan(toJson(plan), it.model.config, "", "plan.json"));
}

BENCHMARK_CAPTURE(BM_Replan, AL_AM, "AL-AM")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Replan, AL_MM, "AL-MM")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Replan, UL_UM, "UL-UM")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReplanRounded)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_TargetParameters)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ReplanFourSteps)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PlanJson)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace secateur
