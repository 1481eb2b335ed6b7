// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/planning/bench_rows.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/base/units.h"

namespace secateur {

namespace {

using ValueText = std::function<std::string(double)>;

std::string rateText(double perSecond) {
    return formatRate(perSecond, "tokens");
}

std::string quartilesText(const Quartiles& quartiles, const ValueText& format) {
    const auto number = [](const std::string& text) { return text.substr(0, text.rfind(' ')); };
    return format(quartiles.median) + " (" + number(format(quartiles.lower)) + " to " +
           number(format(quartiles.upper)) + ")";
}

// Of the medians; where the middle halves overlap that says little.
std::string changeText(const Quartiles& dense, const Quartiles& planned) {
    if (!(dense.median > 0.0)) return "-";
    const bool apart = planned.lower > dense.upper || planned.upper < dense.lower;
    return formatChange(planned.median / dense.median - 1.0) + (apart ? "" : ", within the spread");
}

BenchRow rowOf(const std::string& what, const Quartiles& dense, const Quartiles* planned,
               const ValueText& format) {
    BenchRow row{what, quartilesText(dense, format), "", ""};
    if (planned == nullptr) return row;
    row.planned = quartilesText(*planned, format);
    row.change = changeText(dense, *planned);
    return row;
}

BenchRow rowOf(const std::string& what, std::int64_t dense, const std::int64_t* planned) {
    BenchRow row{what, formatBytes(dense), "", ""};
    if (planned == nullptr) return row;
    row.planned = formatBytes(*planned);
    row.change =
        dense > 0 ? formatChange(static_cast<double>(*planned) / static_cast<double>(dense) - 1.0) : "-";
    return row;
}

bool isBatch(const BenchReport& report, int rows) {
    return std::ranges::find(report.options.batches, rows) != report.options.batches.end();
}

}  // namespace

std::string inMilliseconds(double seconds) {
    return formatScore(1e3 * seconds) + " ms";
}

std::vector<BenchRow> benchRows(const BenchReport& report) {
    std::vector<BenchRow> rows;
    const NetworkSpeed* planned = report.planned ? &*report.planned : nullptr;
    for (const BatchTimes& dense : report.dense.batches) {
        const BatchTimes* other = planned != nullptr ? planned->at(dense.batch) : nullptr;
        const std::string at = ", batch " + std::to_string(dense.batch);
        const auto add = [&](const char* what, const ValueText& format, const auto& of) {
            const Quartiles after = other != nullptr ? of(*other) : Quartiles{};
            rows.push_back(rowOf(what + at, of(dense), other != nullptr ? &after : nullptr, format));
        };
        add("prefill", rateText,
            [&](const BatchTimes& times) { return times.prefillRate(report.options.promptTokens); });
        add("first token", inMilliseconds, [](const BatchTimes& times) { return times.firstToken; });
        add("decode", rateText, [](const BatchTimes& times) { return times.decodeRate(); });
    }
    rows.push_back(
        rowOf("peak memory", report.dense.peakBytes, planned != nullptr ? &planned->peakBytes : nullptr));
    rows.push_back(rowOf("of it weights", report.dense.weightBytes,
                         planned != nullptr ? &planned->weightBytes : nullptr));
    return rows;
}

std::string protocolOf(const BenchReport& report) {
    return "prompts of " + std::to_string(report.options.promptTokens) + " tokens, " +
           std::to_string(report.options.newTokens) + " new ones, " +
           std::to_string(report.options.repetitions) +
           " repetitions; in brackets the middle half of the values";
}

std::string inWords(const MachineRates& machine) {
    return formatBytes(std::llround(machine.bytesPerSecond)) + "/s copied, " +
           formatCount(std::llround(machine.flopsPerSecond)) + "FLOP/s multiplied";
}

std::vector<int> passRows(const BenchReport& report) {
    std::vector<int> rows = report.options.batches;
    if (!isBatch(report, report.options.promptTokens)) rows.push_back(report.options.promptTokens);
    return rows;
}

std::string passInWords(const BenchReport& report, int rows) {
    return isBatch(report, rows) ? "A step of decoding, batch " + std::to_string(rows)
                                 : "Reading a prompt of " + std::to_string(rows) + " tokens";
}

}  // namespace secateur
