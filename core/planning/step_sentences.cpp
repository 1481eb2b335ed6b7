// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/step_sentences.h"

#include "core/base/units.h"

namespace secateur {

namespace {

using Sentences = std::vector<std::string>;

std::string joined(const std::vector<int>& numbers) {
    std::string text;
    for (int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
    return text;
}

std::string layersText(const std::vector<int>& layers) {
    return (layers.size() == 1 ? "layer " : "layers ") + joined(layers);
}

void describe(const ChopStep& step, Sentences& said) {
    if (!step.layers.empty()) said.push_back("removed " + layersText(step.layers));
    if (!step.keep.empty()) said.push_back("kept " + layersText(step.keep) + ", in this order");
    if (!step.attention.empty()) said.push_back("removed the attention of " + layersText(step.attention));
    if (!step.mlp.empty()) said.push_back("removed the MLP of " + layersText(step.mlp));
    if (said.empty()) return;
    if (step.merge)
        said.back() +=
            std::string(" (folded into others by the rule of LaCo's ") + name(step.merge->rule) + ")";
    if (step.replace) said.back() += " (the MLP before each block fitted to do what it did)";
    if (step.chosenBy) said.back() += " (chosen by " + step.chosenBy->strategy + ")";
}

void describe(const WidthStep& step, Sentences& said) {
    std::string text = "narrowed by " + (step.method.empty() ? std::string("hand") : step.method);
    if (!step.metric.empty()) text += ", metric " + step.metric;
    if (!step.structure.empty()) text += ", structure " + step.structure;
    text += ", ratio " + formatPercent(step.ratio) + " of the linear weights that earlier steps left";
    if (!step.protect.empty()) text += ", " + layersText(step.protect) + " protected";
    said.push_back(text + (step.refit  ? ", readers refitted"
                           : step.bias ? ", with bias compensation"
                                       : ", without bias compensation"));
}

void describe(const RecipeStep& step, Sentences& said) {
    std::string text = step.kind + " by " + step.method;
    for (const auto& [key, value] : step.options.entries()) text += ", " + key + " " + formatOption(value);
    if (!step.layers.empty()) text += ", " + layersText(step.layers);
    for (const LinearName linear : step.linears) text += std::string(", ") + name(linear);
    said.push_back(std::move(text));
}

void describe(const HealStep& step, Sentences& said) {
    std::string text = "healed" + (step.textSource.empty() ? "" : " on " + step.textSource);
    for (const auto& [key, value] : step.options.entries()) text += ", " + key + " " + formatOption(value);
    if (!step.textSha256.empty()) text += "; the text's sha256 is " + step.textSha256;
    said.push_back(std::move(text));
}

}  // namespace

std::vector<std::string> sentencesOf(const PlanStep& step) {
    Sentences said;
    std::visit([&](const auto& one) { describe(one, said); }, step);
    return said;
}

std::string sentenceOf(const PlanCalibration& calibration) {
    std::string text = calibration.source.empty() ? "a text without a name" : calibration.source;
    if (calibration.samples > 0)
        text += ", " + std::to_string(calibration.samples) + " windows of " +
                std::to_string(calibration.seqLen) + " tokens, seed " + std::to_string(calibration.seed);
    if (!calibration.statistics.empty()) text += ", " + calibration.statistics + " statistics";
    if (!calibration.sha256.empty()) text += "; sha256 " + calibration.sha256;
    return text;
}

}  // namespace secateur
