// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast networks write, on the device thread.
#include "app/workbench/session_engine_open.h"
#include "core/base/units.h"

namespace secateur {

BenchPlace SessionEngine::benchPlace() const {
    return open_ != nullptr ? open_->session->benchPlace() : BenchPlace{};
}

void SessionEngine::measureSpeed(EngineTask task, const RateRequest& request, bool background,
                                 void (SessionEngine::*told)(std::shared_ptr<const BenchReport>, quint64)) {
    const auto work = [this, request, told](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        std::optional<Open::PlanNetwork> planned;
        if (request.planned) planned.emplace(open, *request.planned, context);
        const auto report = std::make_shared<const BenchReport>(
            open.session->bench(request.options, planned ? planned->network : CompletionNetwork{}, context));
        const NetworkSpeed& speed = report->planned ? *report->planned : report->dense;
        return DeviceExecutor::Outcome{
            [this, report, told, id = request.id] { (this->*told)(report, id); },
            tr("%1, %2").arg(
                QString::fromStdString(formatRate(speed.batches.front().decodeRate().median, "tokens")),
                QString::fromStdString(inWords(report->place)))};
    };
    submit(task, request.planned ? tr("Measure the plan's speed") : tr("Measure the speed"),
           task == EngineTask::Rate ? QStringLiteral("rate") : QStringLiteral("bench"), background, work);
}

// A few seconds that someone waits for: long jobs in the background give way.
void SessionEngine::measureRate(const RateRequest& request) {
    measureSpeed(EngineTask::Rate, request, false, &SessionEngine::rateMeasured);
}

void SessionEngine::bench(const RateRequest& request) {
    measureSpeed(EngineTask::Bench, request, true, &SessionEngine::benched);
}

}  // namespace secateur
