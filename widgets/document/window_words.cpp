// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/window_words.h"

#include <QRegularExpression>

namespace secateur {
namespace {

struct Words {
    const char* said;
    const char* meant;
};
// Longer ones first where one is a part of another.
constexpr Words kWords[] = {
    {"give ids directly with --tokens", "choose a safetensors file of token ids as the text"},
    {"give ids with --tokens, as a safetensors file", "choose a safetensors file of token ids"},
    {"give token ids with --tokens FILE:NAME", "choose a safetensors file of token ids"},
    {"give --calibration-text or --calibration-tokens (preview), --text or --tokens (apply)",
     "choose one under Run, Calibration text..."},
    {"give --text or --tokens", "choose a text"},
    {"give exactly one of --text FILE and --tokens FILE.safetensors:NAME",
     "choose a text or a safetensors file of token ids"},
    {"give --analysis, or a text to measure them from, or make the plan with --no-bias",
     "measure first, or compensate with none"},
    {"give --eval-text or --eval-tokens", "choose a held-out text"},
    {"give --steps or --minutes", "set a budget"},
    {"measure with --leave-one-out", "measure with Run, Leave one out when measuring"},
    {"name the key of the text with --text-key", "the text of a line is looked for under \"text\""},
    {"choose another folder, or use --force", "choose another folder"},
    {", or allow overwriting (--force)", ""},
    {"use --resume to go on with that run, --force to start it again, or another folder",
     "resume that run, or choose another folder"},
    {"a smaller --seq-len or --memory-limit", "shorter windows"},
    {"a smaller --seq-len or --device cpu", "shorter windows, or compute on the CPU"},
    {"use --device cpu, or a", "compute on the CPU, or use a"},
    {"use --seq-len 2 or more", "use windows of 2 tokens or more"},
    {"the stride is at most --seq-len", "the stride is at most the length of a window"},
    {"cut both with one --seq-len", "give both windows of one length"},
    {"a smaller --batch-size or --seq-len", "a smaller batch or shorter windows"},
    {"a smaller --seq-len", "shorter windows"},
    {"fewer --samples", "fewer windows"},
    {"try --dtype f32", "try computing in float32"},
    {"use --dtype bf16 or --dtype f32", "compute in bfloat16 or float32"},
    {"with --teacher", "as the teacher"},
    {"leave them out with --fill-steps 0", "set the fill steps to 0"},
    {" (--lr)", ""},
};

}  // namespace

QString inWindowWords(const QString& message) {
    QString words = message;
    for (const auto& [said, meant] : kWords) words.replace(QLatin1String(said), QLatin1String(meant));
    // Where an option begins: a path may hold two dashes, and downloads are commands for a terminal.
    static const QRegularExpression option(QStringLiteral("(?<![^\\s(])--(?!local-dir)([a-z][a-z0-9-]*)"));
    auto match = option.match(words);
    while (match.hasMatch()) {
        QString name = match.captured(1);
        name.replace(QLatin1Char('-'), QLatin1Char(' '));
        words.replace(match.capturedStart(), match.capturedLength(),
                      QLatin1Char('"') + name + QLatin1Char('"'));
        match = option.match(words, match.capturedStart());
    }
    return words;
}

QString sentence(QString words) {
    if (words.isEmpty()) return words;
    words[0] = words.at(0).toUpper();
    return words.endsWith(QLatin1Char('.')) ? words : words + QLatin1Char('.');
}

QString joined(const QString& message, const QString& hint) {
    if (hint.isEmpty()) return message;
    const auto ended = [](const QString& text) {
        constexpr QLatin1String kEnds(".!?");
        return !text.isEmpty() && kEnds.contains(text.back()) ? text : text + QLatin1Char('.');
    };
    QString advice = hint;
    advice[0] = advice.at(0).toUpper();
    return ended(message) + QLatin1Char(' ') + ended(advice);
}

QString inWindowWords(const std::string& message) {
    return inWindowWords(QString::fromStdString(message));
}

}  // namespace secateur
