// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report_text.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/units.h"
#include "core/planning/change_words.h"
#include "core/planning/step_sentences.h"
#include "core/report/html.h"

namespace secateur::report {

namespace {

std::string fileName(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

std::string changeText(std::int64_t before, std::int64_t after) {
    if (before <= 0) return "-";
    return formatChange(static_cast<double>(after - before) / static_cast<double>(before));
}

void addSize(HtmlTable& table, const std::string& what, std::int64_t before, std::int64_t after,
             std::string (*format)(std::int64_t)) {
    table.add({cell(what), before > 0 ? number(before, format(before)) : cell("-"),
               number(after, format(after)), cell(changeText(before, after))});
}

void addPerplexity(HtmlTable& table, const ReportInput& input) {
    if (const auto& preview = input.preview) {
        table.add({cell("Perplexity, before healing"),
                   number(preview->densePerplexity,
                          formatPerplexity(preview->densePerplexity, preview->denseStandardError)),
                   number(preview->planPerplexity,
                          formatPerplexity(preview->planPerplexity, preview->planStandardError)),
                   number(preview->change(), formatChange(preview->change(), preview->changeStandardError))});
        return;
    }
    if (const auto& measured = input.plan.measured) {
        const double change = measured->densePerplexity > 0.0
                                  ? measured->planPerplexity / measured->densePerplexity - 1.0
                                  : 0.0;
        table.add({cell("Perplexity, as the plan's file says"),
                   number(measured->densePerplexity,
                          formatPerplexity(measured->densePerplexity, measured->denseStandardError)),
                   number(measured->planPerplexity,
                          formatPerplexity(measured->planPerplexity, measured->planStandardError)),
                   number(change, formatChange(change, measured->changeStandardError))});
    }
}

const MethodInfo* methodNamed(const ReportInput& input, const std::string& name) {
    const auto found = std::ranges::find(input.methods, name, &MethodInfo::name);
    return found == input.methods.end() ? nullptr : &*found;
}

std::string methodOf(const PlanStep& step) {
    if (std::holds_alternative<ChopStep>(step)) return "chop";
    if (const auto* width = std::get_if<WidthStep>(&step)) return width->method;
    if (const auto* recipe = std::get_if<RecipeStep>(&step)) return recipe->method;
    return "heal";
}

std::string windowsText(const CalibrationInfo& from) {
    return from.source + ", " + std::to_string(from.samples) + " " + from.sampling + " windows of " +
           std::to_string(from.seqLen) + " tokens, seed " + std::to_string(from.seed) +
           (from.bos ? ", BOS" : ", no BOS") + "; sha256 " + from.sha256;
}

void sayOfPreview(const ReportInput& input, std::vector<std::string>& said) {
    const auto& preview = input.preview;
    if (!preview) {
        said.push_back(input.plan.measured
                           ? "The perplexities are those that the plan's file carries" +
                                 (input.plan.measured->protocol.empty()
                                      ? std::string("; it does not say what they were measured on.")
                                      : ": " + input.plan.measured->protocol + ".")
                           : "Perplexity was not measured for this report.");
        return;
    }
    said.push_back("Perplexity: " + preview->protocol +
                   ". Standard errors are those of the mean over windows; the change's is that of the paired "
                   "differences.");
    if (std::string sentence = changeSentence(*preview, input.plan); !sentence.empty())
        said.push_back(std::move(sentence));
    for (const TextOverlap& overlap : preview->overlaps)
        said.push_back("Not new text: " + inWords(overlap) + " (" + overlap.source + ").");
    if (preview->overlaps.empty())
        said.emplace_back(
            "No window that the perplexity was measured on was found in the texts that are known to have "
            "been "
            "used for calibration or training.");
}

void sayOfRun(const RunRecord& run, std::vector<std::string>& said) {
    const RunRequest& asked = run.request;
    std::string text = "Run " + run.name + ": learned from " +
                       (asked.text.empty() ? "a text that is not known" : fileName(asked.text.file()));
    if (asked.evalText.empty()) {
        text += "; nothing was held out, so that there is no perplexity to judge it by";
    } else if (asked.evalText == asked.text) {
        text += "; judged on windows of the same file";
    } else {
        text += "; judged on " + fileName(asked.evalText.file());
    }
    said.push_back(text + (run.protocol.empty() ? "." : " (" + run.protocol + ")."));
    for (const TextOverlap& overlap : run.overlaps)
        said.push_back("Not new text for it: " + inWords(overlap) + " (" + overlap.source + ").");
}

}  // namespace

std::string headline(const ReportInput& input) {
    HtmlTable table("headline", {"", "before", "after", "change"});
    const Accounting sizes = input.plan.accounting.value_or(Accounting{});
    addSize(table, "Parameters", sizes.parametersBefore, sizes.parametersAfter, formatCount);
    if (const auto& files = sizes.files) {
        addSize(table, "Weight files, written as " + files->format, files->bytesBefore, files->bytesAfter,
                formatBytes);
        if (sizes.bytesAfter != files->tensorsAfter)
            addSize(table, "Weights, packed to their bits", sizes.bytesBefore, sizes.bytesAfter, formatBytes);
    } else {
        addSize(table, "Weights, about", sizes.bytesBefore, sizes.bytesAfter, formatBytes);
    }
    addSize(table, "Multiply-adds per token", sizes.macsPerTokenBefore, sizes.macsPerTokenAfter, formatCount);
    addSize(table, "KV cache per token", sizes.kvCacheBytesPerTokenBefore, sizes.kvCacheBytesPerTokenAfter,
            formatBytes);
    addPerplexity(table, input);
    std::string text = table.html();
    text += "<p>Removed: <b id=\"removed\" data-value=\"" + exactly(sizes.removedFraction) + "\">" +
            escaped(formatPercent(sizes.removedFraction)) +
            "</b> of the linear weights of the original decoder.</p>\n";
    if (!input.preview && !input.plan.measured)
        text += paragraph("Perplexity was not measured for this report.", "note");
    if (sizes.files && !sizes.files->stock)
        text += paragraph(
            "Layers have different widths, or linears that are the product of two: transformers loads the "
            "result with trust_remote_code.",
            "note");
    return section("result", "What it costs and what it saves", text);
}

std::string modelFacts(const ReportInput& input) {
    const ModelSummary& model = input.model;
    const NetworkConfig& shape = model.config;
    HtmlTable table("model", {"", ""});
    table.add({cell("Name"), cell(model.name)});
    table.add({cell("Architecture"), cell(name(shape.architecture))});
    table.add({cell("Layers"), number(shape.layerCount())});
    table.add({cell("Hidden size"), number(shape.hiddenSize)});
    if (!shape.layers.empty()) {
        const LayerConfig& first = shape.layers.front();
        const std::string where = shape.uniform() ? "" : ", first layer";
        table.add({cell("Heads" + where), number(first.heads)});
        table.add({cell("KV heads" + where), number(first.kvHeads)});
        table.add({cell("MLP channels" + where), number(first.intermediateSize)});
    }
    table.add({cell("Vocabulary"), number(shape.vocabSize)});
    table.add({cell("Parameters"), number(model.parameters, formatCount(model.parameters))});
    table.add({cell("Stored as"), cell(model.dtype)});
    table.add({cell("Fingerprint"), cell(model.fingerprint)});
    if (model.healedBy) table.add({cell("Healed on"), cell(fileName(model.healedBy->request.text.file()))});
    return section("facts", "The model", table.html());
}

std::string planSteps(const ReportInput& input) {
    std::string text;
    for (const PlanStep& step : input.plan.steps)
        for (const std::string& sentence : sentencesOf(step)) text += "<li>" + escaped(sentence) + "</li>\n";
    text = text.empty() ? paragraph("Nothing is removed.") : "<ol>\n" + text + "</ol>\n";
    for (const std::string& warning : input.warnings) text += paragraph(warning, "note");
    return section("plan", "What is cut",
                   text + paragraph("Layer numbers are those of the original checkpoint.", "muted") +
                       folded("The plan as JSON", preformatted(toJson(input.plan))));
}

std::string textHygiene(const ReportInput& input) {
    std::vector<std::string> said;
    if (input.plan.calibration)
        said.push_back("The plan was calibrated on " + sentenceOf(*input.plan.calibration) + ".");
    else
        said.emplace_back("The plan names no calibration text.");
    if (input.plan.calibration && !input.plan.calibration->chopped)
        said.emplace_back(
            "Its widths were scored on a measurement of the network before earlier steps, not of what they "
            "left.");
    if (const auto& analysis = input.analysis) {
        said.push_back("The figures of scores were measured on " + windowsText(analysis->calibration) +
                       (analysis->dtype.empty() ? "" : ", computed in " + analysis->dtype) + ".");
        if (!analysis->choppedLayers.empty())
            said.emplace_back("They are of what the plan's chops leave, not of the whole network.");
        if (analysis->leaveOneOut && analysis->leaveOneOut->text)
            said.push_back("Leave-one-out was measured on " + windowsText(*analysis->leaveOneOut->text) +
                           ".");
    }
    sayOfPreview(input, said);
    for (const RunRecord& run : input.runs) sayOfRun(run, said);
    return section("hygiene", "Texts and protocol", bullets(said));
}

std::string howToRepeat(const ReportInput& input) {
    std::string text;
    for (const std::string& command : input.commands) text += command + "\n";
    std::string content = text.empty() ? std::string() : preformatted(text);
    content += paragraph(
        "Made by " + input.tool + (input.time.empty() ? "" : " at " + input.time) +
            (input.analysis && !input.analysis->tool.empty() ? "; measured by " + input.analysis->tool
                                                             : std::string()) +
            ".",
        "muted");
    return section("commands", "How to repeat it", content);
}

std::string citations(const ReportInput& input) {
    std::set<std::string> names;
    for (const PlanStep& step : input.plan.steps) names.insert(methodOf(step));
    if (!input.runs.empty() || input.model.healedBy) names.insert("heal");
    HtmlTable table("methods", {"Method", "Formula", "Source"});
    for (const std::string& name : names) {
        const MethodInfo* method = methodNamed(input, name);
        if (method != nullptr)
            table.add({cell(method->label), cell(method->formula), cell(method->citation)});
    }
    return table.empty() ? std::string() : section("citations", "Methods and their sources", table.html());
}

}  // namespace secateur::report
