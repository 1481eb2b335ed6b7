// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/rate_feed.h"

#include "widgets/document/budget.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"

namespace secateur {
namespace {

constexpr int kBatch = 1;

}  // namespace

RateFeed::RateFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::rateMeasured, this, &RateFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &RateFeed::fail);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        if (running_ != Running::None) engine_.stopTask(EngineTask::Rate);
        ++asked_;
        running_ = Running::None;
        planned_.reset();
        problem_.clear();
        Q_EMIT changed();
    });
}

std::string RateFeed::key() const {
    return document_.model() == nullptr
               ? std::string()
               : document_.model()->fingerprint + " " + inWords(engine_.benchPlace());
}

void RateFeed::measureDense() {
    if (document_.model() == nullptr || dense() != nullptr || running_ != Running::None) return;
    ask(Running::Dense);
}

void RateFeed::measurePlan() {
    if (!document_.valid() || running_ == Running::Plan) return;
    ask(Running::Plan);
}

void RateFeed::ask(Running what) {
    running_ = what;
    problem_.clear();
    askedRevision_ = document_.revision();
    RateRequest request;
    request.options = shortBench();
    request.id = ++asked_;
    if (what == Running::Plan) request.planned = preview_.request();
    engine_.measureRate(request);
    Q_EMIT changed();
}

void RateFeed::accept(const std::shared_ptr<const BenchReport>& report, quint64 id) {
    if (id != asked_ || running_ == Running::None || document_.model() == nullptr) return;
    running_ = Running::None;
    known_[key()] = report;
    if (report->planned && report->planned->at(kBatch) != nullptr) {
        planned_ = report->planned->at(kBatch)->decodeRate();
        plannedRevision_ = askedRevision_;
    }
    Q_EMIT changed();
}

void RateFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Rate || running_ == Running::None) return;
    running_ = Running::None;
    problem_ = problem.cancelled ? tr("The speed was not measured: that was cancelled.")
                                 : tr("The speed could not be measured. %1").arg(problem.message);
    Q_EMIT changed();
}

const BenchReport* RateFeed::dense() const {
    const auto found = known_.find(key());
    return found != known_.end() ? found->second.get() : nullptr;
}

const BatchTimes* RateFeed::denseTimes() const {
    const BenchReport* report = dense();
    return report != nullptr ? report->dense.at(kBatch) : nullptr;
}

double RateFeed::denseRate() const {
    const BatchTimes* times = denseTimes();
    return times != nullptr ? times->decodeRate().median : 0.0;
}

std::optional<Quartiles> RateFeed::measured() const {
    return planned_ && document_.valid() && plannedRevision_ == document_.revision() ? planned_
                                                                                     : std::nullopt;
}

std::optional<double> RateFeed::forecast() const {
    const BatchTimes* times = denseTimes();
    if (times == nullptr || !document_.valid()) return std::nullopt;
    const NetworkConfig& opened = document_.model()->config;
    try {
        return rateOf(*times, forecastStep(*times, opened, document_.result()->after));
    } catch (const Error&) {
        return std::nullopt;
    }
}

RatioForRate RateFeed::ratioFor(double target) const {
    const ModelSummary& model = *document_.model();
    std::function<Plan(double ratio)> planAt;
    const bool byEngine = plannedByEngine(withRatio(document_.wishes(), kLargestRatio));
    if (document_.analysis() != nullptr && !byEngine)
        planAt = [&, scores = ScoreMemory(document_.analysis())](double ratio) mutable {
            return planOf(model, scores.analysis(), withRatio(document_.wishes(), ratio), &scores).plan;
        };
    return ratioForRate(target, *denseTimes(), model.config, planAt);
}

QString protocolInWords(const BenchReport& report) {
    return RateFeed::tr("one sequence after a prompt of %1 tokens, %2")
        .arg(report.options.promptTokens)
        .arg(QString::fromStdString(inWords(report.place)));
}

}  // namespace secateur
