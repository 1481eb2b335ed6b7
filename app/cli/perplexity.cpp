// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>
#include <string>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"
#include "core/data/perplexity_protocol.h"
#include "core/storage/tokenizer.h"

namespace secateur::cli {

namespace {

struct PerplexityOptions {
    std::string style = "chunked";
    std::optional<std::int64_t> stride;
    std::vector<std::string> protocols;
};

// 0: chunked; else the stride of the sliding window.
int strideOf(const PerplexityOptions& options, int seqLen) {
    if (options.style == "chunked") {
        if (options.stride) usageError("--stride belongs to --style sliding");
        return 0;
    }
    if (options.style != "sliding") {
        throw Error(ErrorCode::InvalidArgument, "--style: unknown style '" + options.style + "'",
                    "chunked or sliding");
    }
    const int stride = atLeast(options.stride.value_or(seqLen / 2), 1, "--stride");
    if (stride > seqLen) {
        throw Error(
            ErrorCode::InvalidArgument,
            "--stride: " + std::to_string(stride) + " is more than --seq-len " + std::to_string(seqLen),
            "a stride beyond the window would leave tokens out");
    }
    return stride;
}

// One protocol, run; or why it was not.
struct ProtocolRow {
    PerplexityProtocol protocol;
    std::optional<PerplexityReport> report;
    std::string problem;
};

// True for tokenizers that begin a text with a token of its own, which published numbers have.
bool beginsTexts(const TextSource& source, const std::string& folder) {
    if (source.textFile.empty()) return false;
    const auto tokenizer = Tokenizer::open(folder);
    const std::vector<std::int32_t> ids = tokenizer->encode("a", true);
    return tokenizer->bosId() && !ids.empty() && ids.front() == *tokenizer->bosId();
}

ProtocolRow rowOf(const PerplexityProtocol& protocol, Session& session, const TextSource& source,
                  const WindowOptions& asked, Console& console) {
    const int positions = session.summary().config.maxPositions;
    WindowOptions windows = asked;
    windows.seqLen = protocol.seqLen > 0 ? protocol.seqLen : positions;
    ProtocolRow row{protocol, std::nullopt, ""};
    if (windows.seqLen > positions) {
        row.problem = "the network has " + std::to_string(positions) + " positions";
        return row;
    }
    try {
        row.report = protocol.sliding
                         ? session.slidingPerplexity(source, windows, windows.seqLen / 2, console.job())
                         : session.perplexity(session.windows(source, windows, console.job()), console.job());
    } catch (const Error& error) {
        if (error.code() != ErrorCode::InvalidArgument) throw;
        row.problem = error.message();  // such as a text that is shorter than a window
    }
    return row;
}

Json toJson(const PerplexityReport& report) {
    return {{"perplexity", report.perplexity},
            {"standard_error", orNull(report.standardError)},
            {"tokens_scored", report.tokensScored},
            {"bits_per_byte", orNull(report.bitsPerByte)},
            {"seconds", report.seconds},
            {"tokens_per_second", report.tokensPerSecond},
            {"peak_rss_bytes", report.peakRssBytes},
            {"protocol", report.protocol},
            {"overlaps", overlapsJson(report.overlaps)}};
}

std::string facts(const PerplexityReport& report) {
    Facts facts;
    facts.add("perplexity", formatPerplexity(report.perplexity, report.standardError));
    facts.add("tokens scored", std::to_string(report.tokensScored));
    if (report.bitsPerByte) facts.add("bits per byte", formatScore(*report.bitsPerByte));
    facts.add("time", formatScore(report.seconds) + " s, " + formatRate(report.tokensPerSecond, "tokens"));
    facts.add("peak memory", formatBytes(report.peakRssBytes));
    facts.add("protocol", report.protocol);
    return facts.text();
}

std::string publishedText(const std::vector<PublishedPerplexity>& published, const std::string& protocol) {
    std::string text;
    for (const PublishedPerplexity& value : published)
        if (value.protocol == protocol)
            text += (text.empty() ? "" : ", ") + formatScore(value.perplexity) + " " + value.model + " (" +
                    value.source + ")";
    return text;
}

Json toJson(const ProtocolRow& row, const std::vector<PublishedPerplexity>& published) {
    Json json = row.report ? toJson(*row.report) : Json{{"perplexity", nullptr}, {"problem", row.problem}};
    json["name"] = row.protocol.name;
    json["used_by"] = row.protocol.used;
    json["published"] = Json::array();
    for (const PublishedPerplexity& value : published)
        if (value.protocol == row.protocol.name)
            json["published"].push_back(
                {{"model", value.model}, {"perplexity", value.perplexity}, {"source", value.source}});
    return json;
}

std::string tableOf(const std::vector<ProtocolRow>& rows, const std::vector<PublishedPerplexity>& published) {
    Table table({"protocol", "perplexity", "tokens scored", "published", "used by"});
    table.leftAligned({0, 3, 4});
    for (const ProtocolRow& row : rows) {
        const std::string number =
            row.report ? formatPerplexity(row.report->perplexity, row.report->standardError) : "-";
        table.add({row.protocol.name, number, row.report ? std::to_string(row.report->tokensScored) : "",
                   publishedText(published, row.protocol.name), row.protocol.used});
    }
    return table.text();
}

std::vector<PerplexityProtocol> protocolsOf(const std::vector<std::string>& names) {
    std::vector<PerplexityProtocol> protocols;
    for (const std::string& name : names) {
        if (name == "all") {
            const auto all = perplexityProtocols();
            protocols.insert(protocols.end(), all.begin(), all.end());
        } else {
            protocols.push_back(perplexityProtocol(name));
        }
    }
    return protocols;
}

// The same network and text under several protocols: why a number differs from a paper's.
void runProtocols(const SharedOptions& shared, const std::vector<PerplexityProtocol>& protocols,
                  Console& console) {
    WindowOptions windows = perplexityWindows(shared, console.job());
    const TextSource source = textSource(shared);
    const auto session = openSession(shared, console.job());
    windows.bos = beginsTexts(source, shared.model);
    const std::vector<PublishedPerplexity> published = publishedPerplexities(session->summary().config);
    std::vector<ProtocolRow> rows;
    for (const PerplexityProtocol& protocol : protocols) {
        rows.push_back(rowOf(protocol, *session, source, windows, console));
        if (!rows.back().report) console.warn(protocol.name + " was left out: " + rows.back().problem);
    }
    for (const ProtocolRow& row : rows)
        if (row.report) {
            warnOf(row.report->overlaps, console);
            break;  // they are of the same text
        }
    if (windows.samples > 0 && protocols.size() > 1)
        console.warn(
            "with --samples each protocol reads so many windows, and long ones reach further into the text: "
            "compare these numbers without it");
    if (console.json()) {
        Json list = Json::array();
        for (const ProtocolRow& row : rows) list.push_back(toJson(row, published));
        return console.printJson({{"protocols", list}});
    }
    console.print(tableOf(rows, published));
    console.note(windows.bos ? "The text begins with the tokenizer's BOS, as in published numbers."
                             : "The tokenizer begins a text with no token of its own.");
}

}  // namespace

Action declarePerplexity(CLI::App& app, SharedOptions& shared) {
    const auto options = std::make_shared<PerplexityOptions>();
    addModel(app, shared);
    addText(app, shared, Text::Required);
    addSkip(app, shared);
    app.add_option("--style", options->style,
                   "chunked (default): windows side by side, each on its own; sliding: overlapping windows, "
                   "every token scored once")
        ->type_name("STYLE");
    app.add_option("--stride", options->stride,
                   "Tokens from one sliding window to the next (default: half of --seq-len)")
        ->type_name("N");
    const CLI::Option* named =
        app.add_option("--protocol", options->protocols,
                       "Named protocols instead of --seq-len, --style, --stride and --bos: " +
                           protocolNames() + ", or all")
            ->type_name("LIST")
            ->delimiter(',');
    addShared(app, shared, {.windows = true, .network = true});
    return [&app, &shared, options, named](Console& console) {
        if (named->count() > 0) {
            for (const char* other : {"--seq-len", "--style", "--stride", "--bos", "--skip"})
                if (app.count(other) > 0) usageError(std::string("--protocol says what ") + other + " says");
            return runProtocols(shared, protocolsOf(options->protocols), console);
        }
        const WindowOptions windows = perplexityWindows(shared, console.job());
        const int stride = strideOf(*options, windows.seqLen);
        if (stride > 0 && windows.skip > 0) usageError("--skip belongs to --style chunked");
        const TextSource source = textSource(shared);
        const auto session = openSession(shared, console.job());
        const PerplexityReport report =
            stride > 0 ? session->slidingPerplexity(source, windows, stride, console.job())
                       : session->perplexity(session->windows(source, windows, console.job()), console.job());
        warnOf(report.overlaps, console);
        if (console.json()) return console.printJson(toJson(report));
        console.print(facts(report));
    };
}

}  // namespace secateur::cli
