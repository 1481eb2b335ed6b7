// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/heal_card.h"

#include <optional>

#include "core/base/text.h"
#include "core/base/units.h"

namespace secateur {

namespace {

std::string describe(const UsedText& text) {
    std::string said = printable(text.source) + ", " + std::to_string(text.windows) + " windows of " +
                       std::to_string(text.seqLen) + " tokens";
    if (!text.sha256.empty()) said += "; sha256 `" + text.sha256 + "`";
    return said;
}

void addPerplexities(const RunRecord& run, std::string& text) {
    if (!run.evalPerplexity) {
        text +=
            "\n## Perplexity\n\nNot measured: the run held no text out. Judge the checkpoint on text that it "
            "has not seen before you quote a number.\n";
        return;
    }
    text += "\n## Perplexity of held-out text\n\n| | perplexity |\n|---|---|\n";
    const auto row = [&](const char* what, const std::optional<double>& value,
                         const std::optional<double>& error) {
        if (value) text += std::string("| ") + what + " | " + formatPerplexity(*value, error) + " |\n";
    };
    row("uncompressed", run.densePerplexity, run.denseStandardError);
    row("before healing", run.evalBefore, run.standardErrorBefore);
    row(run.bestStep ? "this checkpoint, the best of the run" : "this checkpoint, the last of the run",
        run.evalPerplexity, run.standardError);
    text += "\nMeasured: " + run.protocol + ".\n";
    for (const TextOverlap& overlap : run.overlaps)
        text += "\nNot new text: " + inWords(overlap) + " (" + printable(overlap.source) + ").\n";
    if (run.overlaps.empty()) text += "\nNo held-out window was found in the text that it learned from.\n";
}

}  // namespace

std::string healCard(const RunRecord& run, const ModelSummary& source) {
    std::string text = "# " + source.name + ", healed\n\nMade from `" + source.name + "` (" +
                       name(source.config.architecture) + ", fingerprint `" + source.fingerprint + "`)" +
                       (run.tool.empty() ? "" : " by " + run.tool) +
                       ". What was asked for and the curves are in `run.json` and `metrics.jsonl`.\n\n"
                       "## How it was healed\n\n* method: " +
                       name(run.request.options.method) + "\n* " + std::to_string(run.steps) + " steps, " +
                       formatCount(run.tokens) + " tokens";
    if (run.bestStep) text += "; the checkpoint is that of step " + std::to_string(*run.bestStep);
    text += "\n";
    const OptionValues options = healValues(run.request.options);
    for (const auto& [key, value] : options.entries())
        if (key != "method" && key != "steps") text += "* " + key + ": " + formatOption(value) + "\n";
    text += "\n## Texts\n\n";
    if (run.training) text += "* seen in training: " + describe(*run.training) + "\n";
    text += run.heldOut ? "* held out: " + describe(*run.heldOut) + "\n" : std::string("* held out: none\n");
    addPerplexities(run, text);
    return text;
}

}  // namespace secateur
