// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench_table.h"
#include "app/cli/command.h"
#include "app/cli/plan_inputs.h"
#include "app/cli/values.h"

namespace secateur::cli {

namespace {

struct BenchCommandOptions {
    PlanInputOptions inputs;
    std::int64_t promptTokens = BenchOptions{}.promptTokens;
    std::int64_t newTokens = BenchOptions{}.newTokens;
    std::int64_t repetitions = BenchOptions{}.repetitions;
    std::string batches = "1,8";
};

BenchOptions benchOptions(const BenchCommandOptions& options) {
    BenchOptions bench;
    bench.promptTokens = atLeast(options.promptTokens, 1, "--prompt-tokens");
    bench.newTokens = atLeast(options.newTokens, 2, "--new-tokens");
    bench.repetitions = atLeast(options.repetitions, 1, "--repetitions");
    bench.batches = parseCounts(options.batches, "--batch");
    return bench;
}

void run(const SharedOptions& shared, const BenchCommandOptions& options, Console& console) {
    const BenchOptions wished = benchOptions(options);
    const auto session = openSession(shared, console.job());
    const PlanInputs inputs = planInputs(*session, options.inputs, windowOptions(shared), console);
    CompletionNetwork network;
    if (!options.inputs.plan.empty()) network = inputs.network();
    const BenchReport report = session->bench(wished, network, console.job());
    if (console.json()) return console.printJson(benchJson(report));
    console.print(describe(report));
}

}  // namespace

Action declareBench(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<BenchCommandOptions>();
    addModel(app, shared);
    addPlanInputs(app, options->inputs, false);
    app.add_option("--prompt-tokens", options->promptTokens, "Tokens of each prompt (default 128)")
        ->type_name("N");
    app.add_option("--new-tokens", options->newTokens, "Tokens that each sequence writes (default 32)")
        ->type_name("N");
    app.add_option("--batch", options->batches, "Sequences side by side, e.g. 1,8 (default)")
        ->type_name("LIST");
    app.add_option("--repetitions", options->repetitions,
                   "Repetitions that count, after two that do not (default 5)")
        ->type_name("N");
    addShared(app, shared, {.network = true});
    app.footer(
        "With --plan the dense network and what the plan leaves of it stand side by side. Anything else "
        "that the machine does shows in the times.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
