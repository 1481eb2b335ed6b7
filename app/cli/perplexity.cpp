// SPDX-License-Identifier: GPL-3.0-or-later
#include <optional>

#include "app/cli/command.h"
#include "app/cli/describe.h"
#include "app/cli/table.h"
#include "app/cli/values.h"
#include "core/base/units.h"

namespace secateur::cli {

namespace {

struct PerplexityOptions {
    std::string style = "chunked";
    std::optional<std::int64_t> stride;
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
    addShared(app, shared, {.windows = true, .network = true});
    return [&shared, options](Console& console) {
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
