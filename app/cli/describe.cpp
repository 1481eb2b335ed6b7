// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/describe.h"

#include <variant>

#include "app/cli/table.h"
#include "core/base/units.h"
#include "core/planning/planner.h"

namespace secateur::cli {

namespace {

using Format = std::string (*)(std::int64_t);

void addFigure(Table& table, const char* what, std::int64_t before, std::int64_t after, Format format) {
    const double change =
        before > 0 ? static_cast<double>(after - before) / static_cast<double>(before) : 0.0;
    table.add({what, format(before), format(after), formatPercent(change)});
}

std::string numbers(const std::vector<int>& layers) {
    std::string text;
    for (const int layer : layers) text += (text.empty() ? "" : ", ") + std::to_string(layer);
    return text;
}

std::string line(const ChopStep& step) {
    std::string text = "chop ";
    if (!step.layers.empty())
        text += (step.layers.size() == 1 ? " layer " : " layers ") + numbers(step.layers);
    if (!step.keep.empty()) text += " to layers " + numbers(step.keep);
    if (!step.attention.empty()) text += " attention of " + numbers(step.attention);
    if (!step.mlp.empty()) text += " MLP of " + numbers(step.mlp);
    if (step.merge) text += std::string(", folded into others by the rule ") + name(step.merge->rule);
    if (step.replace) text += ", the MLP before fitted";
    if (step.chosenBy) text += " (" + step.chosenBy->strategy + ")";
    return text;
}

std::string line(const WidthStep& step) {
    std::string text = "width  " + (step.method.empty() ? std::string("by hand") : step.method);
    if (!step.metric.empty()) text += " " + step.metric;
    if (!step.structure.empty()) text += " " + step.structure;
    text += ", ratio " + formatScore(step.ratio) +
            (step.refit  ? ", refitted"
             : step.bias ? ", with bias"
                         : ", without bias");
    if (!step.protect.empty()) text += ", protected: " + numbers(step.protect);
    return text;
}

std::string optionsLine(const OptionValues& options) {
    std::string text;
    for (const auto& [key, value] : options.entries()) text += " " + key + "=" + formatOption(value);
    return text;
}

std::string line(const RecipeStep& step) {
    std::string text = step.kind + " " + step.method + optionsLine(step.options);
    if (!step.layers.empty()) text += ", layers " + numbers(step.layers);
    for (const LinearName linear : step.linears) text += std::string(" ") + name(linear);
    return text;
}

std::string line(const HealStep& step) {
    return "heal  " + optionsLine(step.options) + (step.textSource.empty() ? "" : " on " + step.textSource);
}

std::string kept(const UnitMask& mask) {
    return mask.empty() ? "none" : std::to_string(countKept(mask)) + "/" + std::to_string(mask.size());
}

}  // namespace

void warnOf(const std::vector<TextOverlap>& overlaps, Console& console) {
    for (const TextOverlap& overlap : overlaps)
        console.warn(inWords(overlap) + " (" + overlap.source + "); the perplexity is not that of new text");
}

Json accountingJson(const Accounting& accounting) {
    Json value{{"parameters_before", accounting.parametersBefore},
               {"parameters_after", accounting.parametersAfter},
               {"bytes_before", accounting.bytesBefore},
               {"bytes_after", accounting.bytesAfter},
               {"compression_ratio", accounting.compressionRatio},
               {"macs_per_token_before", accounting.macsPerTokenBefore},
               {"macs_per_token_after", accounting.macsPerTokenAfter},
               {"kv_cache_bytes_per_token_before", accounting.kvCacheBytesPerTokenBefore},
               {"kv_cache_bytes_per_token_after", accounting.kvCacheBytesPerTokenAfter},
               {"removed_fraction", accounting.removedFraction}};
    if (const auto& files = accounting.files)
        value["weight_files"] = {{"format", files->format},
                                 {"stock", files->stock},
                                 {"bytes_before", files->bytesBefore},
                                 {"bytes_after", files->bytesAfter},
                                 {"tensor_bytes_after", files->tensorsAfter}};
    return value;
}

std::string describe(const Accounting& accounting) {
    Table table({"", "before", "after", "change"});
    addFigure(table, "parameters", accounting.parametersBefore, accounting.parametersAfter, formatCount);
    if (const auto& files = accounting.files) {
        const std::string what = "weight files (" + files->format + ")";
        addFigure(table, what.c_str(), files->bytesBefore, files->bytesAfter, formatBytes);
        if (accounting.bytesAfter != files->tensorsAfter)
            addFigure(table, "packed to its bits", accounting.bytesBefore, accounting.bytesAfter,
                      formatBytes);
    } else {
        addFigure(table, "weights, about", accounting.bytesBefore, accounting.bytesAfter, formatBytes);
    }
    addFigure(table, "MACs per token", accounting.macsPerTokenBefore, accounting.macsPerTokenAfter,
              formatCount);
    addFigure(table, "KV cache per token", accounting.kvCacheBytesPerTokenBefore,
              accounting.kvCacheBytesPerTokenAfter, formatBytes);
    return table.text() + "removed " + formatPercent(accounting.removedFraction) +
           " of the decoder's linear weights, " + formatScore(accounting.compressionRatio) +
           " times smaller\n";
}

std::string describe(const Plan& plan) {
    std::string text;
    for (const PlanStep& step : plan.steps) {
        text += std::visit([](const auto& one) { return line(one); }, step) + "\n";
    }
    return text.empty() ? "nothing is removed\n" : text;
}

std::string describeLayers(const NetworkConfig& original, const Plan& plan) {
    const KeptUnits units = keptUnits(original, plan);
    Table table({"layer", "KV groups", "channels"});
    for (std::size_t i = 0; i < units.layer.size(); ++i) {
        if (units.layer[i]) {
            table.add({std::to_string(i), kept(units.kvGroups[i]), kept(units.channels[i])});
        } else {
            table.add({std::to_string(i), "chopped", "chopped"});
        }
    }
    return table.text();
}

}  // namespace secateur::cli
