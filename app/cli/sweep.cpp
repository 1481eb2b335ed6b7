// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/plan_making.h"
#include "app/cli/plan_options.h"
#include "app/cli/sweep_table.h"
#include "app/cli/values.h"

namespace secateur::cli {

namespace {

struct SweepOptions {
    PlanOptions wishes;
    std::string ratios;
    std::string methods = "flap";
    std::string analysis;
    std::string output;
};

// One wish per method and ratio, checked before the first is carried out.
std::vector<PlanRequest> requests(const SweepOptions& options) {
    std::vector<PlanRequest> all;
    const std::vector<double> ratios = parseRatios(options.ratios, "--ratio");
    for (const std::string& method : parseWords(options.methods, "--method")) {
        for (const double ratio : ratios) {
            PlanOptions wishes = options.wishes;
            wishes.method = method;
            wishes.ratio = ratio;
            all.push_back(planRequest(wishes));
        }
    }
    return all;
}

bool needsAnalysis(const PlanRequest& request) {
    const auto& all = methods();
    return std::any_of(all.begin(), all.end(), [&](const MethodInfo& method) {
        return method.name == request.width->method && method.needs == Needs::Analysis;
    });
}

// What all points share: the layers to chop, and an analysis, which is measured once when none is given.
ScoreSource prepare(Session& session, const SweepOptions& options, TokenWindows windows,
                    std::vector<PlanRequest>& wishes, Console& console) {
    ScoreSource source{nullptr, std::move(windows)};
    if (!options.analysis.empty()) source.analysis = loadAnalysis(options.analysis, session.summary());
    const auto chopped = settleChop(session, source, wishes.front().chop, console);
    for (PlanRequest& wish : wishes) wish.chop = wishes.front().chop;
    if (source.analysis || std::none_of(wishes.begin(), wishes.end(), needsAnalysis)) return source;
    MeasureOptions measuring;
    measuring.statistics = wishes.front().width->statistics.value_or(Statistics::Exact);
    if (chopped) measuring.plan = chopped->plan;
    source.analysis = session.measure(*source.windows, measuring, console.job());
    return source;
}

SweepPoint point(Session& session, const ScoreSource& source, const PlanRequest& request,
                 std::string& protocol, Console& console) {
    const PlanResult planned = makePlanFrom(session, source, request, console);
    const PreviewReport preview =
        session.preview(planned.plan, source.analysis.get(), *source.windows, {}, console.job());
    protocol = preview.protocol;
    return {request.width->method, request.width->ratio, preview.accounting, preview.planPerplexity};
}

void run(const SharedOptions& shared, const SweepOptions& options, Console& console) {
    std::vector<PlanRequest> wishes = requests(options);
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource text = textSource(shared);
    std::optional<SweepFormat> format;
    if (!options.output.empty()) {
        format = sweepFormat(options.output);
        checkTarget(options.output, shared.force);
    }
    const auto session = openSession(shared);
    const ScoreSource source =
        prepare(*session, options, session->windows(text, windowing, console.job()), wishes, console);
    SweepTable table{session->summary().name, {}, {}};
    if (!console.json()) console.print(sweepCsvHeader());
    for (const PlanRequest& wish : wishes) {
        table.points.push_back(point(*session, source, wish, table.protocol, console));
        if (!console.json()) console.print(sweepCsvRow(table.points.back()));
    }
    if (format) writeFile(options.output, render(table, *format), shared.force);
    if (console.json()) console.printJson(toJson(table));
}

}  // namespace

Action declareSweep(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<SweepOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    app.add_option("--analysis", options->analysis,
                   "Analysis file of secateur measure (default: measured from the text)")
        ->type_name("FILE");
    app.add_option("--ratio", options->ratios,
                   "FROM:TO:STEP, both ends included, or a list; e.g. 0:0.6:0.1 or 0.1,0.25")
        ->required()
        ->type_name("RATIOS");
    app.add_option("--method", options->methods,
                   "Methods to compare, e.g. flap,wanda-sp; of " + joined(methodNames()) + " (default flap)")
        ->type_name("M,...");
    addChopOptions(app, options->wishes);
    addWidthOptions(app, options->wishes);
    app.add_option("-o,--output", options->output,
                   "Also write the points to a file: .svg or .png a plot, .csv or .json the table")
        ->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer("Prints a CSV row as soon as its point is known, or one JSON object with --json.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
