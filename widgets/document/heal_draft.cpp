// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/heal_draft.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "widgets/document/engine_client.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {
namespace {

constexpr int kWatchedEvery = 10;      // steps between held-out perplexities
constexpr int kPatience = 5;           // of those without a better one, then the run has nothing to gain
constexpr int kCheckpointEvery = 100;  // steps that a crash costs at most
constexpr int kCheckpointsKept = 2;    // should the newest be damaged

QString draftTr(const char* text) {
    return QCoreApplication::translate("HealDraft", text);
}

}  // namespace

HealOptions usualOptions(HealMethod method) {
    HealOptions options;
    options.method = method;
    options.evaluateEvery = kWatchedEvery;
    options.keepBest = true;
    options.patience = kPatience;
    options.checkpointEvery = kCheckpointEvery;
    options.keepCheckpoints = kCheckpointsKept;
    return options;
}

std::int64_t stepsOf(const HealDraft& draft) {
    if (draft.unit == HealDraft::Budget::Minutes) return 0;
    if (draft.unit == HealDraft::Budget::Steps) return std::max<std::int64_t>(1, std::llround(draft.budget));
    const double tokensPerStep = static_cast<double>(draft.options.batchWindows) * draft.text.seqLen;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(draft.budget / tokensPerStep)));
}

QString planInFileName(const Plan& plan) {
    QStringList words;
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            if (!chop->layers.empty()) words << QStringLiteral("chop%1").arg(chop->layers.size());
            const auto parts = chop->attention.size() + chop->mlp.size();
            if (parts > 0) words << QStringLiteral("parts%1").arg(parts);
        } else if (const auto* width = std::get_if<WidthStep>(&step);
                   width != nullptr && width->ratio > 0.0) {
            const QString method =
                width->method.empty() ? QStringLiteral("width") : QString::fromStdString(width->method);
            words << method + QString::number(std::lround(width->ratio * 100.0));
        } else if (const auto* recipe = std::get_if<RecipeStep>(&step)) {
            words << QString::fromStdString(recipe->method);
        }
    }
    return words.isEmpty() ? QStringLiteral("whole") : words.join(QLatin1Char('-'));
}

QString runStem(const QString& model, const QString& change, HealMethod method) {
    QStringList words{model};
    if (!change.isEmpty()) words << change;
    words << QLatin1String(name(method));
    QString stem = words.join(QLatin1Char('-'));
    for (QChar& letter : stem) {
        if (!letter.isLetterOrNumber() && !QStringLiteral("-_.").contains(letter)) letter = QLatin1Char('_');
    }
    return stem;
}

int layersToChop(int layers) {
    return layers < 2 ? 0 : std::max(1, layers / 3);
}

RunRequest runRequest(const HealDraft& draft, const QString& sample, const QString& teacher) {
    RunRequest request;
    request.teacher = (draft.teacher.isEmpty() ? teacher : draft.teacher).toStdString();
    request.text = textSource(draft.text.file.isEmpty() ? sample : draft.text.file);
    request.windows.samples = draft.text.windows;
    request.windows.seqLen = draft.text.seqLen;
    request.evalText = draft.heldOut.file.isEmpty() ? request.text : textSource(draft.heldOut.file);
    request.evalWindows.samples = draft.heldOut.windows;
    request.evalWindows.seqLen = draft.text.seqLen;
    request.options = draft.options;
    request.options.steps = stepsOf(draft);
    request.options.minutes = draft.unit == HealDraft::Budget::Minutes ? draft.budget : 0.0;
    return request;
}

QString label(HealMethod method) {
    switch (method) {
        case HealMethod::Continued:
            return draftTr("Continued pretraining");
        case HealMethod::Lora:
            return draftTr("LoRA adapters");
        case HealMethod::Distill:
            return draftTr("Distillation");
        case HealMethod::Scratch:
            return draftTr("From scratch");
    }
    return {};
}

QString explain(HealMethod method) {
    switch (method) {
        case HealMethod::Continued:
            return draftTr("All weights go on learning to predict the next token (LayerChop).");
        case HealMethod::Lora:
            return draftTr(
                "Low-rank adapters learn beside the weights, which stay; they are merged in the end.");
        case HealMethod::Distill:
            return draftTr("The weights learn to answer as the uncompressed model does.");
        case HealMethod::Scratch:
            return draftTr("The same shape from random weights: what healing has to beat.");
    }
    return {};
}

}  // namespace secateur
