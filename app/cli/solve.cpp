// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <limits>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/plan_making.h"
#include "app/cli/plan_options.h"
#include "app/cli/solve_table.h"
#include "app/cli/values.h"
#include "core/base/error.h"

namespace secateur::cli {

namespace {

struct SolveOptions {
    std::string target;
    std::string families;
    std::int64_t align = 0;
    std::int64_t rank = 1;
    bool untimed = false;
    std::string analysis;
    std::string calibrationText;
    std::string calibrationTokens;
    std::string output;
};

SolveRequest requestOf(const SolveOptions& options) {
    SolveRequest request;
    const auto target = parseTarget(options.target);
    if (!target)
        throw Error(ErrorCode::InvalidArgument, "--target: \"" + options.target + "\" is no target",
                    "write for example " + targetExamples());
    request.target = *target;
    if (!options.families.empty()) request.families = parseWords(options.families, "--families");
    request.align = atLeast(options.align, 0, "--align");
    request.timed = !options.untimed;
    return request;
}

// Windows to calibrate on and others to judge on: of two texts, or halves of one.
RunWindows windowsOf(Session& session, const SharedOptions& shared, const SolveOptions& options,
                     Console& console) {
    const TextSource calibration =
        textSource(options.calibrationText, options.calibrationTokens, "--calibration-tokens");
    RunRequest texts;
    texts.evalText = textSource(shared);
    texts.evalWindows = perplexityWindows(shared, console.job());
    texts.text = calibration.empty() ? texts.evalText : calibration;
    texts.windows = calibration.empty() ? texts.evalWindows : windowOptions(shared);
    if (texts.text == texts.evalText) {
        texts.windows.samples = std::min(texts.windows.samples, std::numeric_limits<int>::max() / 2) * 2;
        texts.evalWindows.samples = std::numeric_limits<int>::max();
    }
    RunWindows windows = runWindows(session, texts, console.job());
    if (!windows.heldOut)
        throw Error(ErrorCode::InvalidArgument,
                    texts.text.file() + " has one window, which cannot both calibrate and judge",
                    "give a longer text, a smaller --seq-len, or --calibration-text");
    return windows;
}

void writePlan(const SolveReport& report, const SolveOptions& options, bool force) {
    const auto rank = static_cast<std::size_t>(options.rank);
    const auto measured =
        std::ranges::count_if(report.rows, [](const SolveRow& row) { return row.problem.empty(); });
    if (static_cast<std::ptrdiff_t>(rank) > measured)
        throw Error(
            ErrorCode::InvalidArgument,
            "--rank: there are " + std::to_string(measured) + " plans, none of rank " + std::to_string(rank),
            "take one of those that are listed");
    const SolveRow& row = report.rows.at(rank - 1);
    Plan plan = row.plan;
    if (!options.analysis.empty() && plan.calibration)
        plan.calibration->analysis = analysisName(options.analysis, options.output);
    plan.created = createdNow();
    plan.measured = row.measured;
    writeFile(options.output, toJson(plan), force);
}

void run(const SharedOptions& shared, const SolveOptions& options, Console& console) {
    const SolveRequest request = requestOf(options);
    static_cast<void>(atLeast(options.rank, 1, "--rank"));
    if (!options.output.empty()) checkTarget(options.output, shared.force);
    const auto session = openSession(shared, console.job());
    std::shared_ptr<const Analysis> analysis;
    if (!options.analysis.empty()) analysis = loadAnalysis(options.analysis, session->summary());
    const RunWindows windows = windowsOf(*session, shared, options, console);
    const SolveReport report =
        session->solve(request, analysis.get(), windows.training, *windows.heldOut, console.job());
    warnOf(report.overlaps, console);
    if (console.json())
        console.printJson(solveJson(report, session->summary().name));
    else
        console.print(describe(report));
    if (!options.output.empty()) writePlan(report, options, shared.force);
    if (report.partial)
        throw Error(ErrorCode::Cancelled, "cancelled after " + std::to_string(report.rows.size()) + " of " +
                                              std::to_string(report.proposed) +
                                              " plans; the best so far stands above");
}

}  // namespace

Action declareSolve(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<SolveOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    app.add_option("--target", options->target, "What must be met: " + targetExamples())
        ->required()
        ->type_name("WORDS");
    app.add_option("--families", options->families,
                   "What is tried, of " + joined(solveFamilies()) + " (default all)")
        ->type_name("F,...");
    app.add_option("--align", options->align,
                   "Kept channels are a multiple of this; 1: any number (default the largest of 256, 128, 64 "
                   "and 32 that divides every width and is at most a sixteenth of it)")
        ->type_name("N");
    app.add_option("--analysis", options->analysis,
                   "Analysis of secateur measure (default: measured from the text)")
        ->type_name("FILE");
    app.add_option("--calibration-text", options->calibrationText,
                   "Text to score and calibrate on (default: the first half of the windows, the other half "
                   "judges)")
        ->type_name("FILE");
    app.add_option("--calibration-tokens", options->calibrationTokens, "The same as token ids")
        ->type_name("FILE:NAME");
    app.add_flag("--no-bench", options->untimed, "Do not time the network, so no speeds are predicted");
    app.add_option("--rank", options->rank, "The plan that -o writes (default 1, the best)")->type_name("N");
    app.add_option("-o,--output", options->output, "Plan file to write (JSON)")->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer("--samples counts the windows that judge; as many others calibrate.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
