// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/bench_feed.h"

#include <QStringList>
#include <algorithm>

#include "widgets/document/asked_plan.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/window_words.h"

namespace secateur {

namespace {

constexpr int kMostSequences = 4096;

}  // namespace

std::vector<int> batchesOf(const QString& text) {
    std::vector<int> batches;
    for (const QString& word : text.split(QLatin1Char(','))) {
        bool number = false;
        const int batch = word.trimmed().toInt(&number);
        if (!number || batch < 1 || batch > kMostSequences) return {};
        if (std::ranges::find(batches, batch) == batches.end()) batches.push_back(batch);
    }
    return batches;
}

QString batchesInWords(const std::vector<int>& batches) {
    QStringList words;
    for (const int batch : batches) words << QString::number(batch);
    return words.join(QStringLiteral(", "));
}

BenchFeed::BenchFeed(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::benched, this, &BenchFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &BenchFeed::fail);
    connect(&document_, &PlanDocument::planChanged, this, &BenchFeed::changed);
    connect(&document_, &PlanDocument::modelChanged, this, &BenchFeed::forget);
}

void BenchFeed::setOptions(const BenchOptions& options) {
    options_ = options;
    Q_EMIT changed();
}

bool BenchFeed::measuresPlan() const {
    return removesSomething(document_);
}

QString BenchFeed::hindrance() const {
    if (document_.model() == nullptr) return tr("Open a model to see how fast it is here.");
    if (!document_.problem().isEmpty()) return document_.problem();
    if (document_.waiting()) return tr("The plan is being made.");
    if (options_.batches.empty())
        return tr("Batches are whole numbers with commas between them, such as 1, 8.");
    return {};
}

void BenchFeed::start() {
    if (running_ || !hindrance().isEmpty()) return;
    problem_.clear();
    running_ = true;
    ++asked_.id;
    asked_.options = options_;
    asked_.planned = askedNow(document_, preview_);
    engine_.bench(asked_);
    Q_EMIT changed();
}

void BenchFeed::stop() {
    engine_.stopTask(EngineTask::Bench);
}

bool BenchFeed::stale() const {
    return report_ != nullptr && !isOfPresentPlan(reported_, document_);
}

void BenchFeed::accept(const std::shared_ptr<const BenchReport>& report, quint64 id) {
    if (!running_ || id != asked_.id) return;
    report_ = report;
    reported_ = asked_.planned;
    running_ = false;
    Q_EMIT changed();
}

void BenchFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Bench || !running_) return;
    running_ = false;
    problem_ = problem.cancelled ? tr("Stopped.") : joined(problem.message, problem.hint);
    Q_EMIT changed();
}

void BenchFeed::forget() {
    if (running_) stop();
    running_ = false;
    report_.reset();
    problem_.clear();
    Q_EMIT changed();
}

}  // namespace secateur
