// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/compress/model_card.h"

#include "core/base/units.h"

namespace secateur {

namespace {

std::string joined(const std::vector<int>& numbers) {
    std::string text;
    for (int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
}

void describe(const ChopStep& step, std::string& text) {
    if (!step.layers.empty()) text += "* removed layers " + joined(step.layers) + "\n";
    if (!step.keep.empty()) text += "* kept layers " + joined(step.keep) + ", in this order\n";
    if (!step.attention.empty()) text += "* removed the attention of layers " + joined(step.attention) + "\n";
    if (!step.mlp.empty()) text += "* removed the MLP of layers " + joined(step.mlp) + "\n";
    if (step.merge)
        text += std::string("  (folded into others by the rule of LaCo's ") + name(step.merge->rule) + ")\n";
    if (step.chosenBy) text += "  (chosen by " + step.chosenBy->strategy + ")\n";
}

void describe(const WidthStep& step, std::string& text) {
    text += "* narrowed by " + (step.method.empty() ? std::string("hand") : step.method);
    if (!step.metric.empty()) text += ", metric " + step.metric;
    if (!step.structure.empty()) text += ", structure " + step.structure;
    text += ", ratio " + formatPercent(step.ratio) +
            (step.refit  ? ", readers refitted\n"
             : step.bias ? ", with bias compensation\n"
                         : ", without bias compensation\n");
}

void describe(const RecipeStep& step, std::string& text) {
    text += "* " + step.kind + " by " + step.method;
    for (const auto& [key, value] : step.options.entries()) text += ", " + key + " " + formatOption(value);
    if (!step.layers.empty()) text += ", layers " + joined(step.layers);
    for (const LinearName linear : step.linears) text += std::string(", ") + name(linear);
    text += "\n";
}

void describe(const HealStep& step, std::string& text) {
    text += "* healed on " + step.textSource;
    for (const auto& [key, value] : step.options.entries()) text += ", " + key + " " + formatOption(value);
    text += "\n";
}

}  // namespace

std::string modelCard(const ModelSummary& source, const Plan& plan, const ApplyReport& report,
                      const std::string& tool) {
    std::string text = "# " + source.name + ", compressed\n\nMade from `" + source.name + "` (" +
                       name(source.config.architecture) + ", fingerprint `" + source.fingerprint + "`) by " +
                       tool +
                       ". The plan is in `secateur-plan.json`; layer numbers there are those of the "
                       "original.\n\n## What was cut\n\n";
    for (const PlanStep& step : plan.steps) std::visit([&](const auto& one) { describe(one, text); }, step);
    const Accounting& sizes = report.accounting;
    text += "\n## Size\n\n| | before | after |\n|---|---|---|\n";
    text += "| parameters | " + formatCount(sizes.parametersBefore) + " | " +
            formatCount(sizes.parametersAfter) + " |\n";
    text += "| bytes | " + formatBytes(sizes.bytesBefore) + " | " + formatBytes(sizes.bytesAfter) + " |\n";
    text += "| MACs per token | " + formatCount(sizes.macsPerTokenBefore) + " | " +
            formatCount(sizes.macsPerTokenAfter) + " |\n";
    text += "\nRemoved: " + formatPercent(sizes.removedFraction) + " of the decoder's linear weights.\n";
    if (plan.calibration) {
        const PlanCalibration& from = *plan.calibration;
        text += "\n## Calibration\n\n" + from.source + ", " + std::to_string(from.samples) + " windows of " +
                std::to_string(from.seqLen) + " tokens, seed " + std::to_string(from.seed) + ", " +
                from.statistics + " statistics.\n";
    }
    if (plan.measured)
        text += "\n## Perplexity\n\nDense " + formatPerplexity(plan.measured->densePerplexity) +
                ", with this plan " + formatPerplexity(plan.measured->planPerplexity) +
                " (preview, on the text of the calibration's protocol).\n";
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
