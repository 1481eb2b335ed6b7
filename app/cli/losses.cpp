// SPDX-License-Identifier: GPL-3.0-or-later
#include <limits>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/plan_inputs.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/planning/change_words.h"

namespace secateur::cli {

namespace {

struct LossesOptions {
    PlanInputOptions inputs;
    std::int64_t worst = 30;
};

// What a table of losses shows: of the network as it is there is no second loss.
struct Shown {
    bool planned = false;
    int most = 0;
};

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

Json sumJson(const LossSum& sum, bool planned) {
    Json object{{"tokens", sum.tokens}, {"dense_loss", sum.meanDense()}};
    if (planned) {
        object["plan_loss"] = sum.meanPlanned();
        object["change"] = sum.meanChange();
    }
    return object;
}

Json tokenJson(const TokenLossReport& report, const TokenLoss& loss, bool planned) {
    const TokenText& text = tokenText(report, loss.window, loss.position);
    const auto index = static_cast<std::size_t>(loss.window) * report.seqLen + loss.position;
    Json object{{"window", report.skip + loss.window},
                {"position", loss.position},
                {"id", report.ids.at(index)},
                {"text", text.text},
                {"part_of", text.partOf.empty() ? Json() : Json(text.partOf)},
                {"dense_loss", loss.dense}};
    if (planned) {
        object["plan_loss"] = loss.planned;
        object["change"] = loss.change();
    }
    return object;
}

Json reportJson(const TokenLossReport& report, const Shown& shown) {
    Json tokens = Json::array(), windows = Json::array(), documents = Json::array();
    for (const TokenLoss& loss : worstTokens(report, shown.most, shown.planned ? Worst::Change : Worst::Loss))
        tokens.push_back(tokenJson(report, loss, shown.planned));
    for (int window = 0; window < report.windows; ++window) {
        Json row{{"window", report.skip + window}};
        row.update(sumJson(windowSum(report, window), shown.planned));
        windows.push_back(row);
    }
    for (const JudgedDocument& document : report.documents) {
        Json row{{"document", document.number}};
        row.update(sumJson(documentSum(report, document), shown.planned));
        documents.push_back(row);
    }
    Json object{{"dense_perplexity", report.preview.densePerplexity},
                {"dense_standard_error", orNull(report.preview.denseStandardError)}};
    if (shown.planned) {
        object["plan_perplexity"] = report.preview.planPerplexity;
        object["plan_standard_error"] = orNull(report.preview.planStandardError);
        object["healed"] = false;
    }
    object["unit"] = "nats";
    object["tokens"] = tokens;
    object["windows"] = windows;
    object["documents"] = documents;
    object["protocol"] = report.preview.protocol;
    object["overlaps"] = overlapsJson(report.preview.overlaps);
    object["warnings"] = report.preview.warnings;
    return object;
}

std::vector<std::string> header(std::vector<std::string> before, bool planned) {
    before.emplace_back(planned ? "dense loss" : "loss");
    if (planned) before.insert(before.end(), {"planned loss", "change"});
    return before;
}

void addNumbers(std::vector<std::string>& row, double dense, double planned, bool both) {
    row.push_back(formatScore(dense));
    if (both) row.insert(row.end(), {formatScore(planned), formatScore(planned - dense)});
}

std::string tokenTable(const TokenLossReport& report, const Shown& shown) {
    Table table(header({"token", "window", "position"}, shown.planned));
    for (const TokenLoss& loss :
         worstTokens(report, shown.most, shown.planned ? Worst::Change : Worst::Loss)) {
        const TokenText& text = tokenText(report, loss.window, loss.position);
        std::vector<std::string> row{quoted(text.text) + (text.partOf.empty() ? "" : " of " + text.partOf),
                                     std::to_string(report.skip + loss.window),
                                     std::to_string(loss.position)};
        addNumbers(row, loss.dense, loss.planned, shown.planned);
        table.add(std::move(row));
    }
    return table.text();
}

std::string sumTable(const TokenLossReport& report, bool planned) {
    const bool documents = !report.documents.empty();
    Table table(header({documents ? "document" : "window", "tokens"}, planned));
    const auto add = [&](const std::string& name, const LossSum& sum) {
        std::vector<std::string> row{name, std::to_string(sum.tokens)};
        addNumbers(row, sum.meanDense(), sum.meanPlanned(), planned);
        table.add(std::move(row));
    };
    for (const JudgedDocument& document : report.documents)
        add(std::to_string(document.number), documentSum(report, document));
    for (int window = 0; !documents && window < report.windows; ++window)
        add(std::to_string(report.skip + window), windowSum(report, window));
    add("all", wholeSum(report));
    return table.text();
}

std::string facts(const TokenLossReport& report, const Plan& plan, bool planned) {
    const PreviewReport& preview = report.preview;
    Facts facts;
    facts.add("dense perplexity", formatPerplexity(preview.densePerplexity, preview.denseStandardError));
    if (planned) facts.add("planned perplexity, before healing", plannedPerplexity(preview, plan));
    facts.add("losses", "nats a token, -log p of what the text goes on with");
    facts.add("protocol", preview.protocol);
    return facts.text();
}

void run(const SharedOptions& shared, const LossesOptions& options, Console& console) {
    const int worst = atLeast(options.worst, 0, "--worst");
    const WindowOptions windowing = perplexityWindows(shared, console.job());
    const TextSource source = textSource(shared);
    const auto session = openSession(shared, console.job());
    const PlanInputs inputs = planInputs(*session, options.inputs, windowOptions(shared), console);
    const TokenWindows windows = session->windows(source, windowing, console.job());
    const TokenLossReport report =
        session->tokenLosses(inputs.plan, inputs.analysis.get(), windows, inputs.preview(), console.job());
    for (const std::string& warning : report.preview.warnings) console.warn(warning);
    warnOf(report.preview.overlaps, console);
    const Shown shown{!options.inputs.plan.empty(), worst > 0 ? worst : std::numeric_limits<int>::max()};
    if (console.json()) return console.printJson(reportJson(report, shown));
    console.print(facts(report, inputs.plan, shown.planned) + "\n" + sumTable(report, shown.planned) + "\n" +
                  tokenTable(report, shown));
}

}  // namespace

Action declareLosses(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<LossesOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    addSkip(app, shared);
    addPlanInputs(app, options->inputs, false);
    app.add_option("--worst", options->worst, "Tokens to list, worst first (default 30); 0: all")
        ->type_name("N");
    addShared(app, shared, {.windows = true, .network = true});
    app.footer("Windows are numbered as in the text, positions from the beginning of their window.");
    return [&shared, options](Console& console) { run(shared, *options, console); };
}

}  // namespace secateur::cli
