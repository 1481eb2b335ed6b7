// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/run_settings.h"

#include <QCoreApplication>
#include <algorithm>
#include <filesystem>

namespace secateur {
namespace {

QString runTr(const char* text) {
    return QCoreApplication::translate("RunSettings", text);
}

QString fileName(const std::string& path) {
    return QString::fromStdString(std::filesystem::path(path).filename().string());
}

QString windowsInWords(const TextSource& text, const WindowOptions& windows) {
    return runTr("%1, windows %2 of %3 tokens")
        .arg(text.empty() ? runTr("none") : fileName(text.file()),
             windows.samples > 0 ? QString::number(windows.samples) : runTr("all"))
        .arg(windows.seqLen);
}

QString optionOf(const OptionSpec& spec, const RunRecord& run) {
    const OptionValues values = healValues(run.request.options);
    const OptionValue* given = values.find(spec.key);
    if (given == nullptr && !spec.usually.empty()) return QString::fromStdString(spec.usually);
    return QString::fromStdString(formatOption(given != nullptr ? *given : spec.usual));
}

}  // namespace

std::vector<DifferingSetting> differingSettings(const std::vector<const RunRecord*>& runs) {
    std::vector<DifferingSetting> found;
    if (runs.size() < 2) return found;
    const auto compare = [&](const QString& name, const auto& valueOf) {
        QStringList values;
        for (const RunRecord* run : runs) values << valueOf(*run);
        const bool same =
            std::ranges::all_of(values, [&](const QString& value) { return value == values.first(); });
        if (!same) found.push_back({name, values});
    };
    compare(runTr("Healed"), [](const RunRecord& run) { return fileName(run.request.model); });
    for (const OptionSpec& spec : healSpecs())
        compare(QString::fromStdString(spec.label),
                [&](const RunRecord& run) { return optionOf(spec, run); });
    compare(runTr("Teacher"), [](const RunRecord& run) { return fileName(run.request.teacher); });
    compare(runTr("Learned from"),
            [](const RunRecord& run) { return windowsInWords(run.request.text, run.request.windows); });
    compare(runTr("Held out"), [](const RunRecord& run) {
        return windowsInWords(run.request.evalText, run.request.evalWindows);
    });
    return found;
}

QString inWords(const DifferingSetting& setting) {
    return QStringLiteral("%1: %2").arg(setting.name, setting.values.join(QStringLiteral(" | ")));
}

}  // namespace secateur
