// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/inputs.h"
#include "app/cli/output_file.h"
#include "app/cli/plan_making.h"
#include "app/cli/plan_options.h"
#include "app/cli/sweep_table.h"
#include "app/cli/values.h"
#include "core/base/error.h"
#include "core/planning/requests.h"

namespace secateur::cli {

namespace {

struct SweepOptions {
    PlanOptions wishes;
    std::optional<std::string> chop;  // names of strategies, or with ratios layers
    std::string ratios;
    std::string methods = kUsualWidthMethod;
    std::string analysis;
    std::string output;
    std::string counts;
};

// An option must have an effect with one of the methods at least; each method gets those that it knows.
void requireEffects(const OptionValues& values, const std::vector<std::string>& methods) {
    for (const auto& [key, value] : values.entries()) {
        const bool known = std::any_of(methods.begin(), methods.end(), [&](const std::string& method) {
            return findSpec(specsOf(method), key) != nullptr;
        });
        if (!known)
            throw Error(ErrorCode::InvalidArgument, optionPlace("--", *findSpec(allWidthSpecs(), key)) +
                                                        " has no effect with " + joined(methods));
    }
}

// One wish per method and ratio, checked before the first is carried out.
std::vector<PlanRequest> requests(const SweepOptions& options) {
    std::vector<PlanRequest> all;
    const std::vector<double> ratios = parseRatios(options.ratios, "--ratio");
    const std::vector<std::string> names = parseWords(options.methods, "--method");
    requireEffects(options.wishes.width, names);
    for (const std::string& method : names) {
        for (const double ratio : ratios) {
            PlanOptions wishes = options.wishes;
            if (options.chop) wishes.chop.set("layers", parseNumbers(*options.chop, "--chop"));
            wishes.method = method;
            wishes.width = knownTo(method, wishes.width);
            wishes.width.set("ratio", ratio);
            all.push_back(planRequest(wishes));
        }
    }
    return all;
}

const WidthRequest& widthOf(const PlanRequest& request) {
    return std::get<WidthRequest>(request.steps.back());
}

bool needsAnalysis(const PlanRequest& request) {
    const auto& all = methods();
    return std::any_of(all.begin(), all.end(), [&](const MethodInfo& method) {
        return method.name == widthOf(request).method && method.needs == Needs::Analysis;
    });
}

// What all points share: the layers to chop, and an analysis, which is measured once when none is given.
ScoreSource prepare(Session& session, const SweepOptions& options, TokenWindows windows,
                    std::vector<PlanRequest>& wishes, Console& console) {
    ScoreSource source{nullptr, std::move(windows)};
    if (!options.analysis.empty()) source.analysis = loadAnalysis(options.analysis, session.summary());
    Plan chopped;
    if (std::holds_alternative<ChopRequest>(wishes.front().steps.front())) {
        chopped = makePlanFrom(session, source, {{wishes.front().steps.front()}}, console).plan;
        for (PlanRequest& wish : wishes) {
            wish.steps.erase(wish.steps.begin());
            for (const PlanStep& step : chopped.steps)
                wish.steps.insert(wish.steps.begin(), std::get<ChopStep>(step));
        }
    }
    if (source.analysis || std::none_of(wishes.begin(), wishes.end(), needsAnalysis)) return source;
    MeasureOptions measuring;
    measuring.statistics = widthOf(wishes.front()).statistics.value_or(Statistics::Exact);
    if (!chopped.steps.empty()) measuring.plan = chopped;
    source.analysis = session.measure(*source.windows, measuring, console.job());
    return source;
}

SweepPoint point(Session& session, const ScoreSource& source, const PlanRequest& request,
                 std::string& protocol, Console& console) {
    const PlanResult planned = makePlanFrom(session, source, request, console);
    const PreviewReport preview =
        session.preview(planned.plan, source.analysis.get(), *source.windows, {}, console.job());
    protocol = preview.protocol;
    warnOf(preview.overlaps, console);
    return {widthOf(request).method, widthOf(request).ratio, preview.accounting, preview.planPerplexity};
}

// The table so far is what is written; both sweeps end so.
template <class Table>
void finish(const Table& table, const SweepOptions& options, bool force, Console& console) {
    if (!options.output.empty()) writeFile(options.output, render(table, sweepFormat(options.output)), force);
    if (console.json()) console.printJson(toJson(table));
}

void checkOutput(const SweepOptions& options, bool force) {
    if (options.output.empty()) return;
    static_cast<void>(sweepFormat(options.output));
    checkTarget(options.output, force);
}

std::vector<std::string> strategiesOf(const std::string& text) {
    if (text == "all") {  // an evolution takes longer than all others together
        std::vector<std::string> names;
        for (const ChopStrategy& strategy : chopStrategyTable())
            if (strategy.look != ChopLook::Evolution) names.push_back(strategy.name);
        return names;
    }
    std::vector<std::string> names = parseWords(text, "--chop");
    for (const std::string& name : names) {
        const auto known = chopStrategies();
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw Error(ErrorCode::InvalidArgument, "--chop: unknown strategy '" + name + "'",
                        "all, or some of " + joined(known) +
                            "; a list of layers goes with --ratio, which narrows what they leave");
    }
    return names;
}

void runChops(const SharedOptions& shared, const SweepOptions& options, Console& console) {
    ChopSweepRequest request{strategiesOf(*options.chop), {}};
    if (!options.counts.empty()) request.counts = parseCounts(options.counts, "--count");
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource text = textSource(shared);
    checkOutput(options, shared.force);
    const auto session = openSession(shared, console.job());
    std::shared_ptr<const Analysis> analysis;
    if (!options.analysis.empty()) analysis = loadAnalysis(options.analysis, session->summary());
    const TokenWindows windows = session->windows(text, windowing, console.job());
    const auto print = [&](const ChopSweepReport& report) {
        console.print(report.rows.empty() ? chopCsvDenseRow(report) : chopCsvRow(report, report.rows.back()));
    };
    if (!console.json()) console.print(chopCsvHeader());
    const ChopTable table{session->summary().name,
                          session->chopSweep(analysis.get(), windows, request, console.job(),
                                             console.json() ? Session::ChopSweepCallback() : print)};
    console.note(suggestionText(table.report));
    finish(table, options, shared.force, console);
}

void runRatios(const SharedOptions& shared, const SweepOptions& options, Console& console) {
    std::vector<PlanRequest> wishes = requests(options);
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource text = textSource(shared);
    checkOutput(options, shared.force);
    const auto session = openSession(shared, console.job());
    const ScoreSource source =
        prepare(*session, options, session->windows(text, windowing, console.job()), wishes, console);
    SweepTable table{session->summary().name, {}, {}};
    if (!console.json()) console.print(sweepCsvHeader());
    for (const PlanRequest& wish : wishes) {
        table.points.push_back(point(*session, source, wish, table.protocol, console));
        if (!console.json()) console.print(sweepCsvRow(table.points.back()));
    }
    console.note("perplexities are before healing");
    finish(table, options, shared.force, console);
}

void run(const SharedOptions& shared, const SweepOptions& options, Console& console) {
    if (!options.ratios.empty()) {
        if (!options.counts.empty())
            usageError("--count belongs to a comparison of chop strategies, without --ratio");
        return runRatios(shared, options, console);
    }
    if (!options.chop)
        usageError("nothing to sweep: give --ratio for widths, or --chop all for chop strategies");
    for (const char* key : {"attention", "mlp"})
        if (options.wishes.chop.find(key) != nullptr)
            usageError("--drop-attention and --drop-mlp need --ratio in a sweep");
    runChops(shared, options, console);
}

}  // namespace

Action declareSweep(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<SweepOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    addSkip(app, shared);
    app.add_option("--analysis", options->analysis,
                   "Analysis file of secateur measure (default: measured from the text)")
        ->type_name("FILE");
    app.add_option("--ratio", options->ratios,
                   "Sweep widths: FROM:TO:STEP, both ends included, or a list; e.g. 0:0.6:0.1 or 0.1,0.25")
        ->type_name("RATIOS");
    app.add_option("--method", options->methods,
                   "Methods to compare, e.g. flap,wanda-sp; of " + joined(methodNames()) + " (default flap)")
        ->type_name("M,...");
    app.add_option("--chop", options->chop,
                   "Without --ratio: chop strategies to compare, all or some of " + joined(chopStrategies()) +
                       ". With --ratio: layers to remove first, e.g. 3,4")
        ->type_name("all|S,...|LAYERS")
        ->group("Chop");
    addChopOptions(app, options->wishes, {"layers"});
    app.add_option("--count", options->counts,
                   "Layers to chop: FROM:TO[:STEP], both ends included, or a list (default 1 to all but one)")
        ->type_name("COUNTS")
        ->group("Chop");
    addWidthOptions(app, options->wishes);
    app.add_option("-o,--output", options->output,
                   "Also write the points to a file: .svg or .png a plot, .csv or .json the table")
        ->type_name("FILE");
    addShared(app, shared, {.windows = true, .network = true, .output = true});
    app.footer(
        "Either --ratio or --chop is needed. Prints a CSV row as soon as its point is known, or one JSON "
        "object with --json.\nA comparison of chop strategies shares what the networks have in common; "
        "strategies that look at text use the same windows.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
