// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/command_text.h"

#include <QRegularExpression>
#include <QStringList>

#include "core/planning/requests.h"

namespace secateur {
namespace {

QString listed(const std::vector<int>& layers) {
    QStringList words;
    for (const int layer : layers) words << QString::number(layer);
    return words.join(QLatin1Char(','));
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
    if (windows.samples > 0) words << QStringLiteral("--samples") << QString::number(windows.samples);
    words << QStringLiteral("--seq-len") << QString::number(windows.seqLen);
}

void addChop(QStringList& words, const ChopRequest& chop) {
    // What is folded into what has no words on the command line, but for what chose it.
    const bool folds = chop.merge && chop.chosenBy;
    if (folds || chop.count > 0) {
        words << QStringLiteral("--chop-count") << QString::number(folds ? chop.chosenBy->count : chop.count);
        words << QStringLiteral("--chop-by")
              << QString::fromStdString(folds ? chop.chosenBy->strategy : chop.strategy);
    }
    if (!folds && !chop.layers.empty()) words << QStringLiteral("--chop") << listed(chop.layers);
    if (!chop.attention.empty()) words << QStringLiteral("--drop-attention") << listed(chop.attention);
    if (!chop.mlp.empty()) words << QStringLiteral("--drop-mlp") << listed(chop.mlp);
}

void addWidth(QStringList& words, const WidthRequest& width) {
    const auto add = [&](const char* option, const QString& value) {
        words << QLatin1String(option) << value;
    };
    add("--method", QString::fromStdString(width.method));
    if (findSpec(specsOf(width.method), "metric") != nullptr) {
        add("--metric", QString::fromStdString(width.metric));
        add("--structure", QString::fromStdString(width.structure));
        if (width.statistics) add("--statistics", QLatin1String(name(*width.statistics)));
        if (width.cost)
            add("--cost", *width.cost == Cost::Exact ? QStringLiteral("exact") : QStringLiteral("reference"));
        if (width.removeHeads >= 0) add("--remove-heads", QString::number(width.removeHeads));
        if (!width.bias) words << QStringLiteral("--no-bias");
    }
    if (width.targetParameters) {
        add("--target-parameters", QString::number(*width.targetParameters));
    } else if (width.targetBytes) {
        add("--target-bytes", QString::number(*width.targetBytes));
    } else {
        add("--ratio", QString::number(width.ratio));
    }
    if (!width.protect.empty()) add("--protect", listed(width.protect));
    if (width.minKeepGroups > 0) add("--min-keep-groups", QString::number(width.minKeepGroups));
    if (width.minKeepChannels > 0) add("--min-keep-channels", QString::number(width.minKeepChannels));
    if (width.roundTo > 1) add("--round-to", QString::number(width.roundTo));
}

bool narrows(const WidthRequest& width) {
    return width.ratio > 0.0 || width.targetParameters || width.targetBytes;
}

// One chop before one width, neither of them from a file.
bool shortForm(const PlanWishes& wishes) {
    std::size_t chops = 0, widths = 0;
    for (const Wish& wish : wishes.steps) {
        if (!wish.on) continue;
        if (wish.settled && !std::holds_alternative<ChopStep>(*wish.settled)) return false;
        if (std::holds_alternative<ChopRequest>(wish.wished))
            chops += widths + 1;
        else if (std::holds_alternative<WidthRequest>(wish.wished))
            ++widths;
        else
            return false;
    }
    return chops <= 1 && widths <= 1;
}

}  // namespace

QString shellQuoted(const QString& word) {
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=,+@%-]+$"));
    if (plain.match(word).hasMatch()) return word;
    QString quoted = word;
    quoted.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
    return QLatin1Char('\'') + quoted + QLatin1Char('\'');
}

QString commandText(const ModelSummary& model, const PlanWishes& wishes, const TextSource& calibration,
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

    // A chop and a width have options of their own; other lists of steps are a plan file.
    const ChopRequest chop = chopWish(wishes) ? *chopWish(wishes) : ChopRequest{};
    const WidthRequest width = widthWish(wishes) ? *widthWish(wishes) : WidthRequest{};
    if (shortForm(wishes)) {
        words = begin("plan");
        if (plannedByEngine(wishes) || chop.merge) {
            addText(words, calibration, calibrationWindows);
        } else {
            words << analysis;
        }
        addChop(words, chop);
        if (narrows(width)) addWidth(words, width);
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
