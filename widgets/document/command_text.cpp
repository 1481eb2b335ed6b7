// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/command_text.h"

#include <QStringList>
#include <algorithm>
#include <optional>

#include "core/base/text.h"
#include "core/data/heal.h"
#include "core/planning/requests.h"
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

bool changesNothing(const PlanWishes& wishes) {
    return std::ranges::all_of(wishes.steps, [](const Wish& wish) {
        // Masks of a file wish for nothing, and have their widths.
        const bool settled = wish.settled && std::holds_alternative<WidthStep>(*wish.settled);
        return !wish.on || (changesNothing(wish.wished) && !settled);
    });
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

const QStringList kAnalysis{QStringLiteral("--analysis"), QStringLiteral("analysis.h5")};
const QStringList kPlan{QStringLiteral("--plan"), QStringLiteral("plan.json")};
constexpr const char* kPruned = "-pruned";

QStringList begin(const char* command, const std::string& model) {
    return {QStringLiteral("secateur"), QLatin1String(command), shellQuoted(QString::fromStdString(model))};
}

QString joinedLines(const QStringList& lines) {
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString measureLine(const ModelSummary& model, const TextSource& text, const WindowOptions& windows) {
    QStringList words = begin("measure", model.path);
    addText(words, text, windows);
    return (words << QStringLiteral("-o") << QStringLiteral("analysis.h5")).join(QLatin1Char(' '));
}

// measure and plan; the former alone where the steps have no words.
QStringList planLines(const ModelSummary& model, const PlanWishes& wishes,
                      const std::vector<MethodInfo>& methods, const TextSource& calibration,
                      const WindowOptions& calibrationWindows) {
    QStringList lines{measureLine(model, calibration, calibrationWindows)};
    const auto steps = stepWords(wishes, methods);
    if (!steps || steps->empty()) return lines;
    QStringList words = begin("plan", model.path);
    if (looksAtText(wishes, methods)) {
        addText(words, calibration, calibrationWindows);
    } else {
        words << kAnalysis;
    }
    add(words, *steps);
    return lines << (words << QStringLiteral("-o") << QStringLiteral("plan.json")).join(QLatin1Char(' '));
}

QString applyLine(const ModelSummary& model) {
    QStringList words = begin("apply", model.path) << kPlan << kAnalysis;
    return (words << QStringLiteral("-o") << shellQuoted(QString::fromStdString(model.name + kPruned)))
        .join(QLatin1Char(' '));
}

// A command on what the plan leaves, after the lines that make the plan; on the model as it is where the
// wishes change nothing.
QString onWhatIsLeft(const char* command, const ModelSummary& model, const PlanWishes& wishes,
                     const std::vector<MethodInfo>& methods, const TextSource& calibration,
                     const WindowOptions& calibrationWindows, const QStringList& options) {
    QStringList lines;
    QStringList words = begin(command, model.path);
    if (!changesNothing(wishes)) {
        lines = planLines(model, wishes, methods, calibration, calibrationWindows);
        words << kPlan << kAnalysis;
    }
    return joinedLines(lines << (words << options).join(QLatin1Char(' ')));
}

}  // namespace

QString shellQuoted(const QString& word) {
    return QString::fromStdString(shellWord(word.toStdString()));
}

QString commandText(const ModelSummary& model, const PlanWishes& wishes,
                    const std::vector<MethodInfo>& methods, const TextSource& calibration,
                    const WindowOptions& calibrationWindows, const TextSource& evaluation,
                    const WindowOptions& evaluationWindows) {
    QStringList lines = planLines(model, wishes, methods, calibration, calibrationWindows);
    if (changesNothing(wishes)) {
        QStringList words = begin("ppl", model.path);
        addText(words, evaluation, evaluationWindows);
        return joinedLines(lines << words.join(QLatin1Char(' ')));
    }
    QStringList words = begin("preview", model.path) << kPlan << kAnalysis;
    addText(words, evaluation, evaluationWindows);
    lines << words.join(QLatin1Char(' ')) << applyLine(model);
    return joinedLines(lines);
}

QString healCommandText(const ModelSummary* model, const PlanWishes& wishes,
                        const std::vector<MethodInfo>& methods, const TextSource& calibration,
                        const WindowOptions& calibrationWindows, const RunRequest& run) {
    QStringList lines;
    std::string healed = run.model;
    if (model != nullptr && !changesNothing(wishes)) {
        lines = planLines(*model, wishes, methods, calibration, calibrationWindows);
        lines << applyLine(*model);
        healed = model->name + kPruned;
    }
    QStringList words = begin("heal", healed);
    if (!run.teacher.empty() && run.teacher != healed)
        words << QStringLiteral("--teacher") << shellQuoted(QString::fromStdString(run.teacher));
    addText(words, run.text, run.windows);
    if (!run.windows.packed) words << QStringLiteral("--join-documents");
    if (run.evalText == run.text) {
        words << QStringLiteral("--hold-out") << QString::number(run.evalWindows.samples);
    } else if (!run.evalText.empty()) {
        if (run.evalText.tokensFile.empty()) {
            words << QStringLiteral("--eval-text")
                  << shellQuoted(QString::fromStdString(run.evalText.textFile));
        } else {
            words << QStringLiteral("--eval-tokens")
                  << shellQuoted(
                         QString::fromStdString(run.evalText.tokensFile + ':' + run.evalText.tokensName));
        }
        words << QStringLiteral("--eval-samples") << QString::number(run.evalWindows.samples);
    }
    add(words, commandWords(healSpecs(), healValues(run.options)));
    const QString name =
        QString::fromStdString(healed).section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
    words << QStringLiteral("-o") << shellQuoted(name + QStringLiteral("-healed"));
    lines << words.join(QLatin1Char(' '));
    return joinedLines(lines);
}

QString chopLabCommandText(const ModelSummary& model, const std::vector<std::string>& strategies,
                           bool measured, const TextSource& calibration,
                           const WindowOptions& calibrationWindows, const TextSource& text,
                           const WindowOptions& windows) {
    QStringList lines;
    if (measured) lines << measureLine(model, calibration, calibrationWindows);
    QStringList names;
    for (const std::string& name : strategies) names << QString::fromStdString(name);
    QStringList words = begin("sweep", model.path);
    words << QStringLiteral("--chop") << shellQuoted(names.join(QLatin1Char(',')));
    if (measured) words << kAnalysis;
    addText(words, text, windows);
    lines << (words << QStringLiteral("-o") << QStringLiteral("chops.csv")).join(QLatin1Char(' '));
    return joinedLines(lines);
}

QString evaluateCommandText(const ModelSummary& model, const PlanWishes& wishes,
                            const std::vector<MethodInfo>& methods, const TextSource& calibration,
                            const WindowOptions& calibrationWindows, const EvaluateRequest& request) {
    QStringList words;
    for (const TaskFile& task : request.tasks)
        words << QStringLiteral("--task")
              << shellQuoted(QString::fromStdString(task.task) + QLatin1Char(':') + task.file);
    if (request.limit > 0) words << QStringLiteral("--limit") << QString::number(request.limit);
    if (request.planned && request.divergence && !request.planned->text.empty())
        addText(words, request.planned->text, request.planned->windows);
    return onWhatIsLeft("evaluate", model, wishes, methods, calibration, calibrationWindows, words);
}

QString benchCommandText(const ModelSummary& model, const PlanWishes& wishes,
                         const std::vector<MethodInfo>& methods, const TextSource& calibration,
                         const WindowOptions& calibrationWindows, const BenchOptions& options) {
    QStringList batches;
    for (const int batch : options.batches) batches << QString::number(batch);
    return onWhatIsLeft("bench", model, wishes, methods, calibration, calibrationWindows,
                        {QStringLiteral("--batch"), batches.join(QLatin1Char(',')),
                         QStringLiteral("--prompt-tokens"), QString::number(options.promptTokens),
                         QStringLiteral("--new-tokens"), QString::number(options.newTokens),
                         QStringLiteral("--repetitions"), QString::number(options.repetitions)});
}

}  // namespace secateur
