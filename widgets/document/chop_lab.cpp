// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/chop_lab.h"

#include <utility>

#include "core/planning/chop_best.h"
#include "core/planning/chop_forecast.h"
#include "core/planning/chop_order.h"
#include "core/planning/planner.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"

namespace secateur {

namespace {

constexpr double kLittle = 0.05;  // of the dense perplexity, that the first selection costs
constexpr const char* kUnitOfRate = "layer tokens";  // of jobs that run text through layers

}  // namespace

ChopLab::ChopLab(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::chopsCompared, this, &ChopLab::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &ChopLab::fail);
    connect(&engine_, &EngineClient::jobChanged, this, &ChopLab::noteRate);
    connect(&document_, &PlanDocument::modelChanged, this, &ChopLab::forget);
    connect(&document_, &PlanDocument::analysisChanged, this, &ChopLab::changed);
}

std::optional<ChopEstimate> ChopLab::estimate(const std::vector<std::string>& strategies) const {
    if (document_.model() == nullptr || document_.model()->config.layerCount() < 2) return std::nullopt;
    const NetworkConfig& config = document_.model()->config;
    std::vector<ChopStrategy> chosen;
    for (const std::string& name : strategies) chosen.push_back(chopStrategy(name));
    const ChopForecast forecast = forecastChops(chosen, chopLots(allChopCounts(config.layerCount()), true),
                                                layerNumbers(config), document_.analysis().get());
    ChopEstimate estimate;
    estimate.networks = forecast.networks;
    estimate.decoderPasses = forecast.total() / config.layerCount();
    const WindowOptions& windows = preview_.windows();
    const double tokens = static_cast<double>(windows.samples) * windows.seqLen;
    if (layerTokensPerSecond_ > 0.0 && tokens > 0.0)
        estimate.seconds = forecast.total() * tokens / layerTokensPerSecond_;
    return estimate;
}

void ChopLab::compare(const std::vector<std::string>& strategies) {
    if (document_.model() == nullptr || strategies.empty() || preview_.text().empty()) return;
    report_.reset();
    selection_.reset();
    problem_.clear();
    running_ = true;
    strategies_ = strategies;
    engine_.compareChops({strategies, ++asked_, document_.analysis(), preview_.text(), preview_.windows()});
    Q_EMIT changed();
}

void ChopLab::stop() {
    if (running_) engine_.stopTask(EngineTask::ChopLab);
}

void ChopLab::accept(const std::shared_ptr<const ChopSweepReport>& report, quint64 id, bool complete) {
    if (id != asked_ || !running_) return;
    report_ = report;
    running_ = !complete;
    Q_EMIT changed();
}

void ChopLab::fail(const Problem& problem) {
    if (problem.task != EngineTask::ChopLab || !running_) return;
    running_ = false;
    problem_ = problem.cancelled ? stoppedText() : problem.message;
    Q_EMIT changed();
}

QString ChopLab::stoppedText() const {
    if (report_ == nullptr || report_->rows.empty()) return tr("Stopped before anything was found.");
    return tr("Stopped after %1 of %2 networks; what was found stays.")
        .arg(report_->rows.size())
        .arg(report_->networks);
}

ChopLabResult ChopLab::result() const {
    if (report_ == nullptr) return {};
    const Selection selected = selection_.value_or(Selection{});
    return {report_, strategies_, selected.count, selected.strategy};
}

void ChopLab::restore(ChopLabResult result) {
    ++asked_;
    running_ = false;
    report_ = std::move(result.report);
    strategies_ = std::move(result.strategies);
    selection_.reset();
    if (result.count > 0) selection_ = Selection{result.count, std::move(result.strategy)};
    // Passes are counted at the end.
    const bool whole = report_ == nullptr || report_->decoderPasses > 0.0;
    problem_ = whole ? QString() : stoppedText();
    Q_EMIT restored();
    Q_EMIT changed();
}

void ChopLab::forget() {
    ++asked_;
    running_ = false;
    report_.reset();
    strategies_.clear();
    selection_.reset();
    problem_.clear();
    layerTokensPerSecond_ = 0.0;
    Q_EMIT changed();
}

void ChopLab::noteRate(const JobRow& job) {
    if (job.rate <= 0.0 || job.unit != QLatin1String(kUnitOfRate)) return;
    const bool first = layerTokensPerSecond_ <= 0.0;
    layerTokensPerSecond_ = job.rate;
    if (first && !running_) Q_EMIT changed();
}

int ChopLab::bestRow(int count) const {
    for (const BestChop& best : bestChops(*report_))
        if (best.count == count) return best.row;
    return -1;
}

int ChopLab::selectedCount() const {
    if (report_ == nullptr) return 0;
    return selection_ ? selection_->count : affordableCount(*report_, kLittle);
}

int ChopLab::selectedRow() const {
    if (report_ == nullptr) return -1;
    if (selection_ && !selection_->strategy.empty())
        for (std::size_t i = 0; i < report_->rows.size(); ++i)
            if (report_->rows[i].count == selection_->count &&
                report_->rows[i].strategy == selection_->strategy)
                return static_cast<int>(i);
    return bestRow(selectedCount());
}

void ChopLab::selectRow(int row) {
    if (report_ == nullptr || row < 0 || row >= static_cast<int>(report_->rows.size())) return;
    const ChopSweepRow& chosen = report_->rows[static_cast<std::size_t>(row)];
    selection_ = Selection{chosen.count, chosen.strategy};
    Q_EMIT selectionChanged();
}

void ChopLab::selectCount(int count) {
    if (report_ == nullptr || count == selectedCount()) return;
    selection_ = Selection{count};
    Q_EMIT selectionChanged();
}

void ChopLab::useSelected() {
    const int row = selectedRow();
    if (row < 0) return;
    const ChopSweepRow& chosen = report_->rows[static_cast<std::size_t>(row)];
    ChopRequest chop;
    chop.layers = chosen.chop.layers;
    chop.attention = chosen.chop.attention;
    chop.mlp = chosen.chop.mlp;
    chop.chosenBy = chosen.chop.chosenBy;
    chop.merge = chosen.chop.merge;
    document_.setChop(tr("Chop %1 by %2").arg(chopInWords(chosen.chop), strategyLabel(chosen.strategy)),
                      chop);
}

}  // namespace secateur
