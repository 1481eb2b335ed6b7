// SPDX-License-Identifier: GPL-3.0-or-later
//
// What looks closer, on the device thread: chop strategies compared, and the values of one unit. A comparison
// gives way to other jobs and begins again after them, with what it has finished: first everything that is
// chosen at once, then each search.
#include <algorithm>
#include <chrono>

#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"

namespace secateur {

namespace {

constexpr auto kPublishInterval = std::chrono::milliseconds(100);

// Strategies by what takes how long: every search on its own, the rest together in front of them.
std::vector<std::vector<std::string>> partsOf(const std::vector<std::string>& strategies) {
    std::vector<std::vector<std::string>> parts(1);
    for (const std::string& name : strategies) {
        const bool search = name == "greedy" || chopStrategy(name).sublayers;
        if (search)
            parts.push_back({name});
        else
            parts.front().push_back(name);
    }
    if (parts.front().empty()) parts.erase(parts.begin());
    return parts;
}

ChopSweepReport joined(ChopSweepReport sum, const ChopSweepReport& part) {
    if (sum.layers == 0) return part;
    sum.rows.insert(sum.rows.end(), part.rows.begin(), part.rows.end());
    sum.warnings.insert(sum.warnings.end(), part.warnings.begin(), part.warnings.end());
    sum.decoderPasses += part.decoderPasses;
    sum.decoderPassesUnshared += part.decoderPassesUnshared;
    sum.seconds += part.seconds;
    return sum;
}

// What a comparison has finished, kept over the times it gives way. Device thread only.
struct Finished {
    std::size_t parts = 0;
    ChopSweepReport report;
};

}  // namespace

void SessionEngine::compareChops(const ChopLabRequest& request) {
    const auto finished = std::make_shared<Finished>();
    const auto work = [this, request, finished](Open& open, JobContext& context,
                                                const DeviceExecutor::Post& post) {
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        const auto delivery = [this, id = request.id](ChopSweepReport report, bool complete) {
            auto shared = std::make_shared<const ChopSweepReport>(std::move(report));
            return DeviceExecutor::Delivery(
                [this, shared, id, complete] { Q_EMIT chopsCompared(shared, id, complete); });
        };
        auto published = std::chrono::steady_clock::time_point{};
        const auto publish = [&](const ChopSweepReport& part) {
            const auto now = std::chrono::steady_clock::now();
            if (now - published < kPublishInterval) return;
            published = now;
            post(delivery(joined(finished->report, part), false));
        };
        const auto parts = partsOf(request.strategies);
        const auto whole = static_cast<double>(parts.size());
        while (finished->parts < parts.size()) {
            const auto done = static_cast<double>(finished->parts);
            const ProgressRange range(context, done / whole, (done + 1) / whole);
            const ChopSweepReport part = open.session->chopSweep(
                request.analysis.get(), windows, {parts[finished->parts], {}}, context, publish);
            finished->report = joined(std::move(finished->report), part);
            ++finished->parts;
            post(delivery(finished->report, false));
        }
        const ChopSweepReport& report = finished->report;
        return DeviceExecutor::Outcome{delivery(report, true),
                                       tr("%1 networks, %2 decoder passes instead of %3, in %4 s")
                                           .arg(report.rows.size())
                                           .arg(report.decoderPasses, 0, 'f', 0)
                                           .arg(report.decoderPassesUnshared, 0, 'f', 0)
                                           .arg(report.seconds, 0, 'f', 1)};
    };
    submit(EngineTask::ChopLab, tr("Compare chop strategies"), QStringLiteral("chop-lab"), true, work);
}

void SessionEngine::activations(const ActivationRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        const auto histogram = std::make_shared<const ActivationHistogram>(
            open.session->activations(windows, request.cell, request.bins, context));
        return DeviceExecutor::Outcome{
            [this, histogram, id = request.id] { Q_EMIT activationsReady(histogram, id); },
            tr("%1 values of %2")
                .arg(QString::fromStdString(formatCount(histogram->values)),
                     QString::fromStdString(formatUnitCell(request.cell)))};
    };
    submit(EngineTask::Activations, tr("Activations"), QStringLiteral("activations"), false, work);
}

}  // namespace secateur
