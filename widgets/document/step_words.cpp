// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/step_words.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>

#include "core/base/units.h"
#include "core/data/chop_strategy.h"
#include "core/data/linear_form.h"
#include "core/planning/planner.h"
#include "core/planning/requests.h"
#include "widgets/document/chop_words.h"

namespace secateur {
namespace {

QString stepTr(const char* text) {
    return QCoreApplication::translate("StepWords", text);
}

QString layerList(const std::vector<int>& layers) {
    const int top = layers.empty() ? 0 : *std::ranges::max_element(layers);
    UnitMask mask(static_cast<std::size_t>(top) + 1, 0);
    for (const int layer : layers) mask[static_cast<std::size_t>(layer)] = 1;
    return QString::fromStdString(formatUnits(mask));
}

QString layersInWords(const std::vector<int>& layers) {
    return (layers.size() == 1 ? stepTr("layer %1") : stepTr("layers %1")).arg(layerList(layers));
}

// "wanda 2:4", "rtn 4 bits"; usual values too where the registry knows them.
QString recipeInWords(const RecipeStep& step, const std::vector<MethodInfo>& methods) {
    QString text = QString::fromStdString(step.method);
    OptionValues values = step.options;
    if (const MethodInfo* method = findMethod(methods, step.method)) fillUsual(values, method->options);
    const OptionValue* pattern = values.find("pattern");
    const bool patterned = pattern != nullptr && sparsePattern(formatOption(*pattern)).has_value();
    for (const auto& [key, value] : values.entries()) {
        const QString word = QString::fromStdString(formatOption(value));
        const auto* share = std::get_if<double>(&value);
        if (key == "format" || (key == "pattern" && patterned)) text += QLatin1Char(' ') + word;
        if (key == "bits") text += stepTr(" %1 bits").arg(word);
        // A pattern says how many become zero.
        if (share != nullptr && (key == "keep" || (key == "sparsity" && !patterned)))
            text += QLatin1Char(' ') + QString::fromStdString(formatPercent(*share));
    }
    return text;
}

QString removedInWords(const ChopStep& chop) {
    QStringList parts;
    if (!chop.layers.empty()) parts << stepTr("%1 chopped").arg(layersInWords(chop.layers));
    if (!chop.attention.empty()) parts << stepTr("no attention in %1").arg(layerList(chop.attention));
    if (!chop.keep.empty()) parts << stepTr("%1 kept").arg(layersInWords(chop.keep));
    if (!chop.mlp.empty()) parts << stepTr("no MLP in %1").arg(layerList(chop.mlp));
    return parts.join(QStringLiteral(", "));
}

QString widthInWords(const std::string& method, const QString& amount, const std::string& structure,
                     const std::string& metric, const std::vector<MethodInfo>& methods) {
    QString text = methodLabel(method, methods) + QLatin1Char(' ') + amount;
    if (!structure.empty()) text += QLatin1Char(' ') + QString::fromStdString(structure);
    if (!metric.empty()) text += QLatin1Char(' ') + QString::fromStdString(metric);
    return text;
}

QString requestInWords(const ChopRequest& chop) {
    if (chop.count > 0) return stepTr("chop %1 by %2").arg(chop.count).arg(strategyLabel(chop.strategy));
    const QString text = removedInWords(
        {chop.layers, chop.attention, chop.mlp, chop.chosenBy, chop.merge, chop.keep, chop.replace});
    return text.isEmpty() ? stepTr("chop nothing") : text;
}

QString requestInWords(const WidthRequest& width, const std::vector<MethodInfo>& methods) {
    QString amount = QString::fromStdString(formatPercent(width.ratio));
    if (width.targetParameters)
        amount = stepTr("to %1 parameters").arg(QString::fromStdString(formatCount(*width.targetParameters)));
    if (width.targetBytes)
        amount = stepTr("to %1").arg(QString::fromStdString(formatBytes(*width.targetBytes)));
    // What the method does not offer it has of its own.
    const MethodInfo* method = findMethod(methods, width.method);
    const auto offered = [&](const char* key, const std::string& value) {
        return method != nullptr && findSpec(method->options, key) != nullptr ? value : std::string();
    };
    return widthInWords(width.method, amount, offered("structure", width.structure),
                        offered("metric", width.metric), methods);
}

StepCost costOfNeeds(const std::string& name, const std::vector<MethodInfo>& methods) {
    const MethodInfo* method = findMethod(methods, name);
    if (method == nullptr || method->needs == Needs::Text || method->needs == Needs::Gradients)
        return StepCost::Calibrated;
    return method->needs == Needs::Analysis ? StepCost::OnePass : StepCost::Instant;
}

StepCost costOfStep(const PlanStep& step, const std::vector<MethodInfo>& methods) {
    if (std::holds_alternative<HealStep>(step)) return StepCost::Trains;
    if (const auto* recipe = std::get_if<RecipeStep>(&step))
        return allocatesByText(*recipe) ? StepCost::Calibrated : costOfNeeds(recipe->method, methods);
    const auto* chop = std::get_if<ChopStep>(&step);
    if (chop != nullptr && chop->replace) return StepCost::Calibrated;
    const auto* width = std::get_if<WidthStep>(&step);
    if (width != nullptr && width->refit) return StepCost::Calibrated;
    return needsMeans(step) ? StepCost::OnePass : StepCost::Instant;
}

StepCost costOfRequest(const ChopRequest& chop) {
    if (chop.replace) return StepCost::Calibrated;
    if (chop.count == 0) return StepCost::Instant;
    switch (chopStrategy(chop.strategy).needs) {
        case ChopNeeds::Nothing:
            return StepCost::Instant;
        case ChopNeeds::Analysis:
        case ChopNeeds::Weights:
            return StepCost::OnePass;
        case ChopNeeds::Text:
            break;
    }
    return StepCost::Calibrated;
}

StepCost costOfRequest(const WidthRequest& width, const std::vector<MethodInfo>& methods) {
    if (width.compensate == "refit") return StepCost::Calibrated;
    if (width.empty()) return StepCost::Instant;
    return costOfNeeds(width.method, methods);
}

}  // namespace

QString costInWords(StepCost cost) {
    switch (cost) {
        case StepCost::Instant:
            return stepTr("instant");
        case StepCost::OnePass:
            return stepTr("one pass");
        case StepCost::Calibrated:
            return stepTr("calibrated");
        case StepCost::Trains:
            break;
    }
    return stepTr("trains");
}

StepCost costOf(const Wish& wish, const std::vector<MethodInfo>& methods) {
    if (wish.settled) return costOfStep(*wish.settled, methods);
    if (const auto* chop = std::get_if<ChopRequest>(&wish.wished)) return costOfRequest(*chop);
    if (const auto* width = std::get_if<WidthRequest>(&wish.wished)) return costOfRequest(*width, methods);
    if (const auto* recipe = std::get_if<RecipeStep>(&wish.wished)) return costOfStep(*recipe, methods);
    if (const auto* heal = std::get_if<HealStep>(&wish.wished)) return costOfStep(*heal, methods);
    if (const auto* chop = std::get_if<ChopStep>(&wish.wished)) return costOfStep(*chop, methods);
    return costOfStep(std::get<WidthStep>(wish.wished), methods);
}

StepCost costOf(const Plan& plan, const std::vector<MethodInfo>& methods) {
    StepCost dearest = StepCost::Instant;
    for (const PlanStep& step : plan.steps) dearest = std::max(dearest, costOfStep(step, methods));
    return dearest;
}

QString stepInWords(const PlanStep& step, const std::vector<MethodInfo>& methods) {
    if (const auto* chop = std::get_if<ChopStep>(&step)) return removedInWords(*chop);
    if (const auto* width = std::get_if<WidthStep>(&step)) {
        if (width->keep.empty() && width->ratio == 0.0) return {};
        return widthInWords(width->method, QString::fromStdString(formatPercent(width->ratio)),
                            width->structure, width->metric, methods);
    }
    if (const auto* recipe = std::get_if<RecipeStep>(&step)) return recipeInWords(*recipe, methods);
    return stepTr("healed");
}

QString wishInWords(const Wish& wish, const std::vector<MethodInfo>& methods) {
    if (wish.settled) {
        const QString words = stepInWords(*wish.settled, methods);
        if (!words.isEmpty()) return words;
    }
    if (const auto* chop = std::get_if<ChopRequest>(&wish.wished)) return requestInWords(*chop);
    if (const auto* width = std::get_if<WidthRequest>(&wish.wished)) return requestInWords(*width, methods);
    if (const auto* recipe = std::get_if<RecipeStep>(&wish.wished)) return recipeInWords(*recipe, methods);
    if (const auto* heal = std::get_if<HealStep>(&wish.wished)) {
        const OptionValue* how = heal->options.find("method");
        return how == nullptr ? stepTr("heal")
                              : stepTr("heal, %1").arg(QString::fromStdString(formatOption(*how)));
    }
    if (const auto* chop = std::get_if<ChopStep>(&wish.wished)) return stepInWords(*chop, methods);
    return stepInWords(std::get<WidthStep>(wish.wished), methods);
}

QString planInWords(const Plan& plan) {
    QStringList parts;
    for (const PlanStep& step : plan.steps) {
        const QString words = stepInWords(step, methods());
        if (!words.isEmpty()) parts << words;
    }
    return parts.isEmpty() ? stepTr("nothing removed") : parts.join(QStringLiteral(", "));
}

QString methodLabel(const std::string& name, const std::vector<MethodInfo>& methods) {
    if (const MethodInfo* method = findMethod(methods, name)) return QString::fromStdString(method->label);
    return name.empty() ? stepTr("Hand-made") : QString::fromStdString(name);
}

QString kindLabel(const std::string& kind) {
    if (kind == "chop") return stepTr("Chop layers");
    if (kind == "width") return stepTr("Narrow layers");
    if (kind == "sparsify") return stepTr("Sparsify linears");
    if (kind == "quantize") return stepTr("Quantize linears");
    if (kind == "factorize") return stepTr("Factorize linears");
    if (kind == "heal") return stepTr("Heal");
    return QString::fromStdString(kind);
}

std::vector<int> planSteps(const PlanWishes& wishes) {
    std::vector<int> steps;
    int made = 0;
    for (const Wish& wish : wishes.steps) {
        const auto* chop = std::get_if<ChopRequest>(&wish.wished);
        steps.push_back(wish.on && !(chop && chop->empty()) ? made++ : -1);
    }
    return steps;
}

}  // namespace secateur
