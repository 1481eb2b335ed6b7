// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/command_text.h"

#include <QStringList>
#include <algorithm>
#include <optional>

#include "core/base/text.h"
#include "widgets/document/step_words.h"

namespace secateur {
namespace {

void add(QStringList& words, const std::vector<std::string>& more) {
    for (const std::string& word : more) words << shellQuoted(QString::fromStdString(word));
}

void addText(QStringList& words, const TextSource& text, const WindowOptions& windows) {
    if (text.tokensFile.empty()) {
        words << QStringLiteral("--text") << shellQuoted(QString::fromStdString(text.textFile));
        if (text.textKey != "text")
            words << QStringLiteral("--text-key") << shellQuoted(QString::fromStdString(text.textKey));
    } else {
        words << QStringLiteral("--tokens")
              << shellQuoted(QString::fromStdString(text.tokensFile + ':' + text.tokensName));
    }
    if (windows.skip > 0) words << QStringLiteral("--skip") << QString::number(windows.skip);
    if (windows.samples > 0) words << QStringLiteral("--samples") << QString::number(windows.samples);
    words << QStringLiteral("--seq-len") << QString::number(windows.seqLen);
}

bool changesNothing(const StepRequest& wished) {
    if (const auto* chop = std::get_if<ChopRequest>(&wished)) return chop->empty();
    const auto* width = std::get_if<WidthRequest>(&wished);
    return width != nullptr && width->empty();
}

// True when a step is decided by running the network, or looks at calibration text when it is carried out.
bool looksAtText(const PlanWishes& wishes, const std::vector<MethodInfo>& methods) {
    return plannedByEngine(wishes) || std::ranges::any_of(wishes.steps, [&](const Wish& wish) {
               const auto* chop = std::get_if<ChopRequest>(&wish.wished);
               const bool merges = chop != nullptr && chop->merge.has_value();
               return wish.on && (merges || costOf(wish, methods) == StepCost::Calibrated);
           });
}

// The steps as options of `secateur plan`: one chop before one width have options of their own. Nothing where
// a step has no words: masks of a file, a method that the registry does not know, a text whose name has a
// space.
std::optional<std::vector<std::string>> stepWords(const PlanWishes& wishes,
                                                  const std::vector<MethodInfo>& methods) {
    std::vector<ParsedStep> steps;
    for (const Wish& wish : wishes.steps) {
        if (!wish.on) continue;
        const auto values = stepValues(wish.wished, methods);
        if (!values || (wish.settled && std::holds_alternative<WidthStep>(*wish.settled)))
            return std::nullopt;
        if (!changesNothing(wish.wished)) steps.push_back(*values);
    }
    const auto isOf = [&](std::size_t at, const char* kind) {
        return at < steps.size() && steps[at].kind == kind;
    };
    const std::size_t chops = isOf(0, "chop") ? 1 : 0;
    const bool brief = steps.size() <= chops + 1 && (steps.size() == chops || isOf(chops, "width")) &&
                       (chops == 0 || steps[0].options.find("keep") == nullptr);
    std::vector<std::string> words;
    for (const ParsedStep& step : steps) {
        std::vector<std::string> more{"--step", stepText(step)};
        if (!brief && std::ranges::count(more[1], ' ') != std::ssize(step.options.entries()))
            return std::nullopt;  // a step is read word by word
        if (brief) {
            more = commandWords(findMethod(methods, step.method)->options, step.options);
            if (step.kind == "width") more.insert(more.begin(), {"--method", step.method});
        }
        words.insert(words.end(), more.begin(), more.end());
    }
    return words;
}

}  // namespace

QString shellQuoted(const QString& word) {
    return QString::fromStdString(shellWord(word.toStdString()));
}

QString commandText(const ModelSummary& model, const PlanWishes& wishes,
                    const std::vector<MethodInfo>& methods, const TextSource& calibration,
                    const WindowOptions& calibrationWindows, const TextSource& evaluation,
                    const WindowOptions& evaluationWindows) {
    const QString path = shellQuoted(QString::fromStdString(model.path));
    const auto begin = [&](const char* command) {
        return QStringList{QStringLiteral("secateur"), QLatin1String(command), path};
    };
    const QStringList analysis{QStringLiteral("--analysis"), QStringLiteral("analysis.h5")};
    const QStringList plan{QStringLiteral("--plan"), QStringLiteral("plan.json")};
    QStringList lines;

    QStringList words = begin("measure");
    addText(words, calibration, calibrationWindows);
    lines << (words << QStringLiteral("-o") << QStringLiteral("analysis.h5")).join(QLatin1Char(' '));

    if (const auto steps = stepWords(wishes, methods); steps && !steps->empty()) {
        words = begin("plan");
        if (looksAtText(wishes, methods)) {
            addText(words, calibration, calibrationWindows);
        } else {
            words << analysis;
        }
        add(words, *steps);
        lines << (words << QStringLiteral("-o") << QStringLiteral("plan.json")).join(QLatin1Char(' '));
    }
    words = begin("preview") << plan << analysis;
    addText(words, evaluation, evaluationWindows);
    lines << words.join(QLatin1Char(' '));
    words = begin("apply") << plan << analysis << QStringLiteral("-o")
                           << shellQuoted(QString::fromStdString(model.name) + QStringLiteral("-pruned"));
    lines << words.join(QLatin1Char(' '));
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace secateur
