// SPDX-License-Identifier: GPL-3.0-or-later
//
// What looks closer, on the device thread: chop strategies compared, and the values of one unit. A comparison
// gives way to other jobs and begins again after them, with what it has finished: first everything that is
// chosen at once, then each search.
#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"
#include "core/planning/chop_forecast.h"
#include "core/planning/chop_order.h"

namespace secateur {

namespace {

// Strategies by what takes how long: every search on its own, the rest together in front of them.
std::vector<std::vector<std::string>> partsOf(const std::vector<std::string>& strategies) {
    std::vector<std::vector<std::string>> parts(1);
    for (const std::string& name : strategies) {
        if (searchesChops(chopStrategy(name)))
            parts.push_back({name});
        else
            parts.front().push_back(name);
    }
    if (parts.front().empty()) parts.erase(parts.begin());
    return parts;
}

ChopForecast forecastOf(const std::vector<std::string>& strategies, const ModelSummary& model,
                        const Analysis* analysis) {
    std::vector<ChopStrategy> chosen;
    for (const std::string& name : strategies) chosen.push_back(chopStrategy(name));
    return forecastChops(chosen, chopLots(allChopCounts(model.config.layerCount()), true),
                         layerNumbers(model.config), analysis);
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

// The newest report, on its way to the window: many that follow each other closely are delivered as one.
class Latest {
public:
    // True when a delivery must be posted; otherwise the one under way takes this report along.
    [[nodiscard]] bool put(std::shared_ptr<const ChopSweepReport> report) {
        const std::lock_guard lock(mutex_);
        return std::exchange(report_, std::move(report)) == nullptr;
    }
    [[nodiscard]] std::shared_ptr<const ChopSweepReport> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(report_, nullptr);
    }

private:
    std::mutex mutex_;
    std::shared_ptr<const ChopSweepReport> report_;
};

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
        const int networks =
            forecastOf(request.strategies, open.session->summary(), request.analysis.get()).networks;
        const auto whole = [&finished, networks](const ChopSweepReport& part) {
            ChopSweepReport report = joined(finished->report, part);
            report.networks = networks;
            return report;
        };
        const auto latest = std::make_shared<Latest>();
        const auto publish = [&](const ChopSweepReport& part) {
            if (latest->put(std::make_shared<const ChopSweepReport>(whole(part))))
                post([this, latest, id = request.id] {
                    if (const auto report = latest->take()) Q_EMIT chopsCompared(report, id, false);
                });
        };
        const auto parts = partsOf(request.strategies);
        std::vector<double> weights;
        for (const auto& names : parts)
            weights.push_back(forecastOf(names, open.session->summary(), request.analysis.get()).total());
        ProgressParts progress(context, std::move(weights));
        for (std::size_t known = 0; known < finished->parts; ++known) progress.next();
        while (finished->parts < parts.size()) {
            progress.next();
            const ChopSweepReport part = open.session->chopSweep(
                request.analysis.get(), windows, {parts[finished->parts], {}, true}, context, publish);
            finished->report = whole(part);
            ++finished->parts;
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
