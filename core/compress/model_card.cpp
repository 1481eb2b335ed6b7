// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/model_card.h"

#include "core/base/text.h"
#include "core/base/units.h"
#include "core/planning/step_sentences.h"

namespace secateur {

namespace {

void addSizes(const ApplyReport& report, std::string& text) {
    const Accounting& sizes = report.accounting;
    text += "\n## Size\n\n| | before | after |\n|---|---|---|\n";
    text += "| parameters | " + formatCount(sizes.parametersBefore) + " | " +
            formatCount(sizes.parametersAfter) + " |\n";
    if (const auto& files = sizes.files)
        text += "| weight files (" + files->format + ") | " +
                (files->bytesBefore > 0 ? std::to_string(files->bytesBefore) + " B" : std::string("-")) +
                " | " + std::to_string(files->bytesAfter) + " B |\n";
    text += "| tensors | " + formatBytes(sizes.bytesBefore) + " | " + formatBytes(sizes.bytesAfter) + " |\n";
    text += "| MACs per token | " + formatCount(sizes.macsPerTokenBefore) + " | " +
            formatCount(sizes.macsPerTokenAfter) + " |\n";
    text += "\nRemoved: " + formatPercent(sizes.removedFraction) + " of the decoder's linear weights.\n";
}

void addTexts(const ModelSummary& source, const Plan& plan, std::string& text) {
    text += "\n## Texts\n\n";
    text += plan.calibration ? "* calibrated on: " + printableWhole(sentenceOf(*plan.calibration)) + "\n"
                             : std::string("* calibrated on: no text\n");
    if (plan.calibration && !plan.calibration->chopped)
        text += "* the widths were scored on a measurement of the network before earlier steps\n";
    for (const PlanStep& step : plan.steps)
        if (const auto* heal = std::get_if<HealStep>(&step))
            text += "* seen in training: " + printableWhole(heal->textSource) +
                    (heal->textSha256.empty() ? "" : "; sha256 " + heal->textSha256) + "\n";
    if (source.healedBy) {
        const RunRecord& run = *source.healedBy;
        text += "* the checkpoint that it was made from had seen in training: " +
                printableWhole(run.training ? run.training->source : run.request.text.file()) + "\n";
    }
}

void addPerplexities(const Plan& plan, std::string& text) {
    text += "\n## Perplexity\n\n";
    if (!plan.measured) {
        text +=
            "Not measured when this was written. Judge the checkpoint on text that is not named above before "
            "you quote a number.\n";
        return;
    }
    const Measured& measured = *plan.measured;
    text += "Dense " + formatPerplexity(measured.densePerplexity, measured.denseStandardError) +
            ", with this plan " + formatPerplexity(measured.planPerplexity, measured.planStandardError);
    if (measured.densePerplexity > 0.0)
        text += " (" +
                formatChange(measured.planPerplexity / measured.densePerplexity - 1.0,
                             measured.changeStandardError) +
                ")";
    text += ", before healing.\n\n";
    text += measured.protocol.empty() ? "What it was measured on is not known.\n"
                                      : "Measured: " + measured.protocol + ".\n";
    for (const TextOverlap& overlap : measured.overlaps)
        text += "\nNot new text: " + inWords(overlap) + " (" + printable(overlap.source) + ").\n";
    if (measured.overlaps.empty() && !measured.protocol.empty())
        text += "\nNo window of it was found in the texts that are known to have been used before.\n";
}

}  // namespace

std::string modelCard(const ModelSummary& source, const Plan& plan, const ApplyReport& report,
                      const std::string& tool) {
    std::string text = "# " + source.name + ", compressed\n\nMade from `" + source.name + "` (" +
                       name(source.config.architecture) + ", fingerprint `" + source.fingerprint + "`) by " +
                       tool +
                       ". The plan is in `secateur-plan.json`; layer numbers there are those of the "
                       "original.\n\n## What was cut\n\n";
    for (const PlanStep& step : plan.steps)
        for (const std::string& sentence : sentencesOf(step)) text += "* " + printableWhole(sentence) + "\n";
    addSizes(report, text);
    addTexts(source, plan, text);
    addPerplexities(plan, text);
    text += "\n## Loading\n\n";
    text += report.stock ? "Loads in stock `transformers`.\n"
                         : "Layers have different widths, or linears that are the product of two: load with "
                           "`AutoModelForCausalLM.from_pretrained(path, "
                           "trust_remote_code=True)`.\n";
    if (report.format == "hf-masked")
        text += "Full shape with removed columns zero: exact, but saves no memory.\n";
    return text;
}

}  // namespace secateur
